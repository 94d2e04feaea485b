import { describe, expect, it } from 'vitest'
import { deletionMessage } from '../../../shared/contracts/messages/deletion.ts'
import { dueMessage } from '../../../shared/contracts/messages/due.ts'
import { exportMessage } from '../../../shared/contracts/messages/export.ts'
import { importMessage } from '../../../shared/contracts/messages/import.ts'
import { chunkMessage } from '../../../shared/contracts/messages/import-rows.ts'
import { mailMessage } from '../../../shared/contracts/messages/mail.ts'
import { migrationMessage } from '../../../shared/contracts/messages/migration.ts'
import { reportMessage } from '../../../shared/contracts/messages/report.ts'
import { syncMessage } from '../../../shared/contracts/messages/sync.ts'

const importRef = { orgId: 'acme', importId: '01K' }
const syncRef = { orgId: 'acme', syncId: '01K' }

/** As deployments before this one sent them: they may be on a queue, or among its dead letters, for 14 days. */
const sentBefore = [
  [
    'an import',
    importMessage,
    { kind: 'continue', ...importRef, correlationId: '01K' },
    { kind: 'continue', ...importRef },
  ],
  ['an import’s sweep', importMessage, { kind: 'due', ...importRef }, { kind: 'due', ...importRef }],
  [
    'an upload',
    importMessage,
    {
      Records: [
        {
          eventTime: '2026-03-01T09:30:00.000Z',
          s3: { object: { key: 'imports/acme/a+b%26c.csv', size: 3, eTag: 'e', sequencer: '1' } },
        },
      ],
    },
    {
      kind: 'arrived',
      objects: [
        {
          key: 'imports/acme/a b&c.csv',
          etag: 'e',
          sizeBytes: 3,
          sequencer: '1',
          arrivedAt: new Date('2026-03-01T09:30:00.000Z'),
          principalId: undefined,
        },
      ],
    },
  ],
  ['S3’s test event', importMessage, { Event: 's3:TestEvent' }, { kind: 'arrived', objects: [] }],
  [
    'a chunk of rows',
    chunkMessage,
    { ...importRef, chunk: 0, startByte: 0, endByte: 9, firstLine: 2, rows: 1 },
    { ...importRef, chunk: 0, startByte: 0, endByte: 9, firstLine: 2, rows: 1 },
  ],
  ['a report', reportMessage, { ...importRef }, { ...importRef }],
  ['an export', exportMessage, { orgId: 'acme', exportId: '01K' }, { orgId: 'acme', exportId: '01K' }],
  [
    'a mail',
    mailMessage,
    {
      kind: 'claimed',
      mailId: 'c/claimed',
      orgId: 'acme',
      claimId: 'c',
      correlationId: '01K',
      causedAt: '2026-03-01T09:30:00Z',
    },
    { kind: 'claimed', mailId: 'c/claimed', orgId: 'acme', claimId: 'c' },
  ],
  [
    'a reminder',
    mailMessage,
    { kind: 'reminder', mailId: 'c/reminder/7', orgId: 'acme', claimId: 'c', day: 7 },
    { kind: 'reminder', mailId: 'c/reminder/7', orgId: 'acme', claimId: 'c', day: 7 },
  ],
  [
    'a schedule of a minute',
    dueMessage,
    { kind: 'due', of: 'end', minute: '2026-03-01T09:30Z' },
    { kind: 'minute', minute: { of: 'end', minute: '2026-03-01T09:30Z' } },
  ],
  ['the sweep', dueMessage, { kind: 'sweep' }, { kind: 'sweep' }],
  [
    'one claim to migrate',
    migrationMessage,
    { recordId: 'u', claimId: 'c', correlationId: '01K' },
    { claims: [{ recordId: 'u' }] },
  ],
  ['claims to migrate', migrationMessage, { claims: [{ recordId: 'u' }] }, { claims: [{ recordId: 'u' }] }],
  ['an account to delete', deletionMessage, { recordId: 'u' }, { recordId: 'u' }],
  ['an organization to delete', deletionMessage, { orgId: 'acme' }, { orgId: 'acme' }],
  ['content to delete', deletionMessage, { contentOf: 'u' }, { contentOf: 'u' }],
  ['a sync', syncMessage, { kind: 'advance', ...syncRef }, { kind: 'advance', ...syncRef }],
  ['a comparison', syncMessage, { kind: 'compare', ...syncRef, n: 3 }, { kind: 'compare', ...syncRef, n: 3 }],
] as const

describe('messages on the queues', () => {
  it.each(sentBefore)('C6: %s that an older version sent is read', (_, schema, sent, read) => {
    expect(schema.parse(JSON.parse(JSON.stringify(sent)))).toEqual(read)
  })

  it.each(sentBefore)('%s without its fields is refused', (_, schema) => {
    expect(() => schema.parse({ kind: 'nothing' })).toThrow(Error)
  })

  it('N1: a reminder that names no day is refused, since the last one due could not be told', () => {
    const dayless = { kind: 'reminder', mailId: 'c/reminder', orgId: 'acme', claimId: 'c' }
    expect(mailMessage.safeParse(dayless).success).toBe(false)
  })
})
