import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { projectRoot } from '../../../infra/project.ts'
import { describeSettings, readSettings } from '../../../shared/contracts/settings.ts'

const foreignIssuer = { jwtIssuer: 'https://issuer.example', jwtAudience: 'claims' }

describe('the settings', () => {
  it('have defaults for all that a deployment can do without', () => {
    expect(readSettings({})).toEqual({
      stage: 'prod',
      mailIdentity: 'create',
      productName: 'Claim service',
      mailsPerSecond: 14,
      contentMigrationCutoff: undefined,
      syncMaxInactivePercent: 20,
      allowedOrigins: [],
      uploadOrigins: [],
      customerManagedKey: false,
      accountConcurrency: 1000,
      consoleScope: 'openid claims:read claims:write org:read org:write',
      issuerOrigins: [],
      gradualDeployment: true,
    })
  })

  it('come as what they stand for', () => {
    expect(
      readSettings({
        jwtIssuer: 'https://issuer.example',
        jwtAudience: 'claims, admin',
        contentMigrationCutoff: '2026-01-31',
        syncMaxInactivePercent: '12.5',
        uploadOrigins: 'https://a.example, https://b.example:8443',
        customerManagedKey: 'true',
      }),
    ).toMatchObject({
      jwtAudience: ['claims', 'admin'],
      contentMigrationCutoff: new Date('2026-01-31T23:59:59.999Z'),
      syncMaxInactivePercent: 12.5,
      uploadOrigins: ['https://a.example', 'https://b.example:8443'],
      customerManagedKey: true,
    })
  })

  it('may be written as numbers and booleans, as cdk.json lets them', () => {
    expect(readSettings({ syncMaxInactivePercent: 5, customerManagedKey: true })).toMatchObject({
      syncMaxInactivePercent: 5,
      customerManagedKey: true,
    })
  })

  it.each([
    [{ syncMaxInactivePercent: '' }, 'syncMaxInactivePercent must be a number from 0 to 100'],
    [{ syncMaxInactivePercent: '2o' }, 'syncMaxInactivePercent must be a number from 0 to 100'],
    [{ syncMaxInactivePercent: Number.NaN }, 'syncMaxInactivePercent must be a number from 0 to 100'],
    [{ contentMigrationCutoff: '' }, 'contentMigrationCutoff must be'],
    [{ contentMigrationCutoff: 'last year' }, 'contentMigrationCutoff must be'],
    [{ mailsPerSecond: '0.5' }, 'mailsPerSecond must be a whole number from 1 to 10000'],
    [{ mailFrom: 'nobody' }, 'mailFrom must be a mail address'],
    [{ customerManagedKey: 'perhaps' }, 'customerManagedKey must be true or false'],
    [{ uploadOrigins: 'https://app.acme.example/' }, 'uploadOrigins must be origins'],
    [{ issuerOrigins: 'https://token.acme.example/oauth' }, 'issuerOrigins must be origins'],
    [{ consoleClientId: 'a b' }, 'consoleClientId must be'],
    [{ consoleScope: '"all"' }, 'consoleScope must be'],
    [{ ...foreignIssuer, jwtIssuer: 'http://issuer.example' }, 'jwtIssuer must be an https:// URL'],
    [{ ...foreignIssuer, jwtAudience: ' , ' }, 'jwtAudience must name an audience'],
    [{ jwtIssuer: 'https://issuer.example' }, 'jwtIssuer and jwtAudience come together'],
    [{ accountConcurrency: '1e3' }, 'accountConcurrency must be a whole number from 10 to 1000000'],
    [{ accountConcurrency: '9' }, 'accountConcurrency must be a whole number from 10 to 1000000'],
    [{ warmThroughput: '4000.5' }, 'warmThroughput must be a whole number from 4000 to 1000000'],
    [{ mailIdentity: 'keep' }, 'mailIdentity must be create or use'],
    [{ publicUrl: 'http://claims.acme.example' }, 'publicUrl must be an https:// URL'],
    [{ publicUrl: 'https://claims.acme.example/' }, 'publicUrl must be an https:// URL of a host alone'],
    [{ publicUrl: 'https://claims.acme.example:8443' }, 'publicUrl must be an https:// URL of a host alone'],
    [{ publicUrl: 'claims.acme.example' }, 'publicUrl must be an https:// URL'],
    [
      { certificateArn: 'arn:aws:acm:eu-west-1:111122223333:certificate/0a1b' },
      'certificateArn needs publicUrl',
    ],
    [{ publicUrl: 'https://claims.acme.example', certificateArn: '0a1b' }, 'certificateArn must be the ARN'],
    [{ stage: 'Test' }, 'stage must be'],
    [{ stage: 'my-aws' }, 'stage must be'],
    [{ stage: 'a'.repeat(21) }, 'stage must be'],
    [{ stage: 'test-' }, 'stage must be'],
    [{ alarmEmail: ['a@acme.example'] }, 'alarmEmail must be a mail address'],
  ])('fault 11: %j is refused by name', (given, message) => {
    expect(() => readSettings(given)).toThrow(message)
  })

  it('fault 11: a name that is no setting is refused, and those that are one are listed', () => {
    expect(() => readSettings({ mailform: 'claims@acme.example' })).toThrow(
      /^mailform is no setting\nsettings: stage, mailFrom, /,
    )
  })

  it('are all named at once', () => {
    expect(() => readSettings({ mailFrom: 'nobody', customerManagedKey: 'perhaps' })).toThrow(
      'mailFrom must be a mail address\ncustomerManagedKey must be true or false',
    )
  })

  it('are in docs/settings.md word by word, with their defaults', () => {
    const page = readFileSync(join(projectRoot, 'docs/settings.md'), 'utf8')
    const table = /\| setting \| meaning \| default \|\n\| --- \| --- \| --- \|\n((?:\|.*\n)+)/.exec(
      page,
    )?.[1]
    expect(table?.trimEnd().split('\n')).toEqual(
      describeSettings().map(
        ({ name, meaning, default: standard }) =>
          `| \`${name}\` | ${meaning} | ${standard === undefined ? '' : `\`${standard}\``} |`,
      ),
    )
  })
})
