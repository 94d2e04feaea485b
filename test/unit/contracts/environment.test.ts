import { describe, expect, it } from 'vitest'
import { readEnv } from '../../../shared/contracts/environment.ts'

describe('readEnv', () => {
  it('names every variable that is missing, at once', () => {
    expect(() => readEnv(['TABLE_NAME', 'BUCKET_NAME', 'MAIL_FROM'], { BUCKET_NAME: 'files' })).toThrow(
      'TABLE_NAME is missing; MAIL_FROM is missing',
    )
  })

  it('takes what is listed and nothing else', () => {
    expect(readEnv(['TABLE_NAME'], { TABLE_NAME: 'claims', HOME: '/' })).toEqual({ TABLE_NAME: 'claims' })
  })

  it('fault 11: a share of users comes as a number', () => {
    expect(readEnv(['SYNC_MAX_INACTIVE_PERCENT'], { SYNC_MAX_INACTIVE_PERCENT: '12.5' })).toEqual({
      SYNC_MAX_INACTIVE_PERCENT: 12.5,
    })
  })

  it.each(['', ' ', '2o', 'NaN', '-1', '100.5', 'Infinity', '1e1', '0x10', '20 %'])(
    'fault 11: the share %j, which would switch the stop off or mean something else, is refused',
    (text) => {
      expect(() => readEnv(['SYNC_MAX_INACTIVE_PERCENT'], { SYNC_MAX_INACTIVE_PERCENT: text })).toThrow(
        'SYNC_MAX_INACTIVE_PERCENT must be a number from 0 to 100',
      )
    },
  )

  it.each([
    ['none', undefined],
    ['2026-01-31', '2026-01-31T23:59:59.999Z'],
    ['2026-01-31T12:00:00Z', '2026-01-31T12:00:00.000Z'],
    ['2026-01-31T23:59:59.999Z', '2026-01-31T23:59:59.999Z'],
    ['2026-01-31T12:00:00+02:00', '2026-01-31T10:00:00.000Z'],
  ])('T3: the cutoff %s lasts until %s', (text, instant) => {
    expect(readEnv(['CONTENT_MIGRATION_CUTOFF'], { CONTENT_MIGRATION_CUTOFF: text })).toEqual({
      CONTENT_MIGRATION_CUTOFF: instant === undefined ? undefined : new Date(instant),
    })
  })

  it.each(['', 'soon', '2026-02-30', '2026-13-01', '31.1.2026', '2026-01-31T12:00'])(
    'fault 11: the cutoff %j, which would let everything migrate, is refused',
    (text) => {
      expect(() => readEnv(['CONTENT_MIGRATION_CUTOFF'], { CONTENT_MIGRATION_CUTOFF: text })).toThrow(
        'CONTENT_MIGRATION_CUTOFF must be',
      )
    },
  )

  it.each([
    ['TABLE_NAME', ''],
    ['BUCKET_NAME', 'arn:aws:s3:::files'],
    ['MAIL_QUEUE_URL', 'mails'],
    ['DUE_QUEUE_ARN', 'https://sqs.eu-west-1.amazonaws.com/111122223333/due'],
    ['SCHEDULE_ROLE_ARN', 'arn:aws:sqs:eu-west-1:111122223333:due'],
    ['MAIL_FROM', 'nobody'],
    ['API_URL', 'claims.acme.example'],
    ['API_URL', 'https://claims.acme.example/'],
  ] as const)('fault 11: %s is not taken from %j', (name, text) => {
    expect(() => readEnv([name], { [name]: text })).toThrow(`${name} must be`)
  })
})
