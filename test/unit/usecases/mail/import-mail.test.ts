import { describe, expect, it } from 'vitest'
import type { ImportRecord } from '../../../../shared/storage/items/import-item.ts'
import { composeOfImport } from '../../../../shared/usecases/mail/import-mail.ts'
import { openMemoryTable } from '../../../simulation/dynamo/client.ts'
import { MemoryTable } from '../../../simulation/dynamo/memory-table.ts'
import { ADMIN, org, T0 } from '../../../support/builders.ts'
import { storesOf } from '../../../support/stores.ts'

async function imported(patch: Partial<ImportRecord>): Promise<ImportRecord> {
  const { imports } = storesOf(openMemoryTable(new MemoryTable('table')))
  const started = {
    importId: 'imp-1',
    orgId: 'noordzee',
    kind: 'claims',
    status: 'reading',
    createdBy: ADMIN,
  } as const
  const object = { fileName: 'people.csv', objectKey: 'imports/noordzee/people.csv', sizeBytes: 1 }
  await imports.create({ ...started, ...object }, T0)
  const record = await imports.get('noordzee', 'imp-1')
  if (record === undefined) throw new Error('no import')
  return { ...record, rowsRead: 5, accepted: 3, refused: 1, unchanged: 1, ...patch }
}
const asked: string[] = []
const mailOf = (record: ImportRecord | undefined) =>
  composeOfImport(
    {
      imports: { get: async () => record },
      reportLink: async (key, name) => {
        asked.push(`${key} ${name}`)
        return { url: 'https://files.example/r', endsAt: T0.toISOString() }
      },
    },
    org(),
    'imp-1',
  )

describe('the mail about an import', () => {
  it('N1: has the counts and the link to the report', async () => {
    const record = await imported({
      reportKey: 'reports/noordzee/imp-1.csv',
      header: ['Email', 'Shoe size'],
      contentLoss: { chosen_direct: 2 },
    })
    expect(await mailOf(record)).toEqual({
      kind: 'import_finished',
      organizationName: 'Noordzee BV',
      firstName: '',
      fileName: 'people.csv',
      outcome: {
        status: 'completed',
        cancelled: false,
        rowsRead: 5,
        claimed: 3,
        refused: 1,
        unchanged: 1,
        ignoredColumns: ['Shoe size'],
        contentLoss: { chosen_direct: 2 },
        reportUrl: 'https://files.example/r',
        reportUrlEndsAt: T0.toISOString(),
      },
    })
    expect(asked).toHaveLength(1)
    expect(asked[0]).toMatch(/^reports\/noordzee\/imp-1\.csv people/)
  })

  it('I12: says that it was cancelled, and has no link where there is no report', async () => {
    const mail = await mailOf(await imported({ cancelledAt: T0.toISOString() }))
    expect(mail).toMatchObject({
      outcome: { status: 'completed', cancelled: true, ignoredColumns: [], contentLoss: {} },
    })
    expect(mail).not.toHaveProperty('outcome.reportUrl')
  })

  it('I2: has the one error of a file that was refused, and no counts', async () => {
    const error = { code: 'no_rows', message: 'There are no rows.', line: 1 }
    expect(await mailOf(await imported({ error }))).toMatchObject({ outcome: { status: 'failed', error } })
    expect(await mailOf(await imported({ error }))).not.toHaveProperty('outcome.rowsRead')
  })

  it('is none where the import is gone', async () => {
    expect(await mailOf(undefined)).toBeUndefined()
  })
})
