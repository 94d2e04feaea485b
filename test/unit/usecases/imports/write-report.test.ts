import { describe, expect, it } from 'vitest'
import { LOST } from '../../../../shared/lib/optimistic-retry.ts'
import type { ImportRecord, RowOutcome } from '../../../../shared/storage/items/import-item.ts'
import { WRITTEN, type Written } from '../../../../shared/storage/writes/write.ts'
import { writeReport, type WriteReportPorts } from '../../../../shared/usecases/imports/write-report.ts'
import { ADMIN, importRecord, org, T0, ULID } from '../../../support/builders.ts'
import { tableOf } from '../../../support/csv.ts'
import { fakeBucket, never } from '../../../support/fakes.ts'

const REPORT = `reports/noordzee/${ULID}.csv`
const refused = (...codes: string[]): RowOutcome => ({ result: 'refused', codes })
const made = (type: 'direct' | 'delayed'): RowOutcome => ({ result: 'claimed', codes: [], made: { type } })

interface Given {
  readonly patch?: Partial<ImportRecord>
  /** What the import is at each further look. */
  readonly latest?: (look: number) => ImportRecord | undefined
  readonly complete?: (call: number) => Written
  readonly isOrgThere?: boolean
}

/** An import of a file, whose rows are all handled. */
function world(file: string, outcomes: readonly RowOutcome[], given: Given = {}) {
  const { complete = () => WRITTEN, isOrgThere = true } = given
  const bucket = fakeBucket()
  const { key: objectKey, etag } = bucket.put('imports/noordzee/people.csv', file)
  const imported = importRecord({
    objectKey,
    etag,
    header: (file.split('\n')[0] ?? '').split(','),
    chunks: 1,
    chunksDone: 1,
    rowsRead: outcomes.length,
    ...given.patch,
  })
  const completed: unknown[] = []
  const types: string[] = []
  let looks = 0
  let calls = 0
  const ports: WriteReportPorts = {
    imports: {
      get: async (orgId, importId) => {
        expect([orgId, importId]).toEqual(['noordzee', ULID])
        return looks++ === 0 || given.latest === undefined ? imported : given.latest(looks - 1)
      },
      outcomes: async function* () {
        yield* outcomes
      },
      complete: async (record, ...done) => {
        const outcome = complete(++calls)
        if (outcome.outcome === 'written') completed.push([record, ...done])
        return outcome
      },
    },
    organizations: { get: async () => (isOrgThere ? { org: org(), revision: 1 } : undefined) },
    read: bucket.read,
    write: async (key, type, body) => {
      types.push(type)
      await bucket.write(key, type, body)
    },
    now: () => T0,
  }
  const write = (patch: Partial<WriteReportPorts> = {}) =>
    writeReport({ ...ports, ...patch }, { orgId: 'noordzee', importId: ULID })
  /** The report's rows, by its columns' names. */
  async function report(): Promise<Record<string, string>[]> {
    await write()
    const [header = [], ...rows] = await tableOf(Buffer.from(bucket.text(REPORT)))
    return rows.map((cells) => Object.fromEntries(header.map((name, n) => [name, cells[n] ?? ''])))
  }
  return { ports, bucket, imported, write, report, completed, types, calls: () => calls }
}

describe('the report of an import', () => {
  const file = 'Email,Department\nada@a.example,Sales\ntwo words,\nbea@a.example,IT\ncy@a.example,\n'
  const outcomes: RowOutcome[] = [
    { result: 'claimed', codes: [], made: { type: 'direct', contentLoss: 'chosen_direct' } },
    refused('invalid_address', 'unknown_user'),
    { result: 'unchanged', codes: ['claim_open'] },
    { result: 'claimed', codes: [], made: { type: 'direct', contentLoss: 'chosen_direct' } },
  ]

  it('I4, I10: has the file’s columns, each row’s outcome in the org’s language, and what becomes of the content', async () => {
    const { report, types } = world(file, outcomes)
    const rows = await report()
    expect(rows).toEqual([
      {
        Email: 'ada@a.example',
        Department: 'Sales',
        'Claim Type': 'direct',
        'Content Loss': 'chosen_direct',
        Line: '2',
        Result: 'claimed',
        Code: '',
        Message: '',
      },
      expect.objectContaining({
        Email: 'two words',
        'Claim Type': '',
        Line: '3',
        Result: 'refused',
        Code: 'invalid_address|unknown_user',
        Message: expect.stringMatching(/^Dit is/),
      }),
      expect.objectContaining({ Email: 'bea@a.example', Department: 'IT', Line: '4', Result: 'unchanged' }),
      expect.objectContaining({ Email: 'cy@a.example', Line: '5', Result: 'claimed' }),
    ])
    expect(types).toEqual(['text/csv; charset=utf-8'])
  })

  it('I3, I10: completes the import, with how often each code and each loss was given, by who asked for it', async () => {
    const { write, completed, imported } = world(file, outcomes)
    expect(await write()).toEqual({ outcome: 'completed' })
    expect(completed).toEqual([
      [
        imported,
        {
          reportKey: REPORT,
          codes: { invalid_address: 1, unknown_user: 1, claim_open: 1 },
          contentLoss: { chosen_direct: 2 },
        },
        ADMIN,
        T0,
      ],
    ])
  })

  it('is written only of an import that runs and whose rows are all handled', async () => {
    const nothing = { outcome: 'nothing_to_do' }
    for (const patch of [{ status: 'completed' }, { chunks: 2 }] as const)
      expect(await world(file, outcomes, { patch }).write({ write: never })).toEqual(nothing)
    const { ports, write } = world(file, outcomes)
    const imports = { ...ports.imports, get: async () => undefined }
    expect(await write({ imports, write: never })).toEqual(nothing)
  })

  it('I12: completes what has become of the import meanwhile, and nothing that is over or gone', async () => {
    const cancelled = importRecord({ cancelledAt: T0.toISOString(), createdBy: 'admin:bob' })
    const raced = world(file, outcomes, {
      latest: () => cancelled,
      complete: (call) => (call < 3 ? LOST : WRITTEN),
    })
    expect(await raced.write()).toEqual({ outcome: 'completed' })
    expect(raced.completed).toMatchObject([[cancelled, { reportKey: REPORT }, 'admin:bob', T0]])
    for (const latest of [importRecord({ status: 'completed' }), undefined]) {
      const over = world(file, outcomes, { latest: () => latest })
      expect(await over.write()).toEqual({ outcome: 'nothing_to_do' })
      expect(over.calls()).toBe(0)
    }
    const always = world(file, outcomes, { complete: () => LOST })
    await expect(always.write()).rejects.toThrow(`import ${ULID} kept changing while its report was written`)
    expect(always.calls()).toBe(3)
  })

  it('I3: has the outcomes and lines alone where the file is gone', async () => {
    const { report, bucket, imported } = world(file, [made('delayed'), refused('file_replaced')], {
      patch: { dialect: { encoding: 'utf-8', bomBytes: 0, delimiter: ',', headerByte: 0, headerLine: 3 } },
    })
    bucket.put(imported.objectKey, 'another file')
    expect(await report()).toMatchObject([
      { Email: '', 'Claim Type': 'delayed', Line: '4', Result: 'claimed' },
      { Email: '', Line: '5', Result: 'refused', Code: 'file_replaced' },
    ])
  })

  it('I4: of a load of accounts has no columns of claims', async () => {
    const load = 'userId,email,orgId\nacc1,p1@a.example,personal\n'
    const { report } = world(load, [{ result: 'claimed', codes: [] }], { patch: { kind: 'accounts' } })
    const [row] = await report()
    expect(Object.keys(row ?? {})).toEqual(['userId', 'email', 'orgId', 'Line', 'Result', 'Code', 'Message'])
  })

  it('is in English where the org is gone', async () => {
    const { report } = world('Email\ntwo words\n', [refused('invalid_address')], { isOrgThere: false })
    expect(await report()).toMatchObject([{ Message: 'This is neither an email address nor a user ID.' }])
  })

  it('is an error where rows and outcomes don’t match, or the file can’t be read', async () => {
    await expect(world(file, outcomes.slice(1)).write()).rejects.toThrow(
      `import ${ULID} has rows without an outcome`,
    )
    await expect(world(file, [...outcomes, refused('x')]).write()).rejects.toThrow(
      `import ${ULID} has outcomes without a row`,
    )
    await expect(world(file, outcomes, { patch: { dialect: undefined } }).write()).rejects.toThrow(
      `import ${ULID} is running and its file hasn't been read`,
    )
    const broken = new Error('the connection broke')
    const read = async () => {
      throw broken
    }
    await expect(world(file, outcomes).write({ read })).rejects.toBe(broken)
  })
})

describe('the report of a preview', () => {
  const patch = { preview: true } as const
  const claimable = (more: RowOutcome['made']): RowOutcome => ({
    result: 'claimable',
    codes: [],
    ...(more && { made: more }),
  })

  it('P1: says of each row what the claim would be: type, loss, licences, decisions and mails', async () => {
    const file = 'Email,Licenses\nada@a.example,pro|mail\nbea@a.example,\ntwo words,\n'
    const outcomes = [
      claimable({ type: 'delayed' }),
      claimable({ type: 'direct', contentLoss: 'enterprise_source', paid: true }),
      refused('invalid_address'),
    ]
    const rows = await world(file, outcomes, { patch }).report()
    expect(rows).toMatchObject([
      {
        'Claim Type': 'delayed',
        'Content Loss': '',
        Licenses: 'pro|mail',
        'Allowed Decisions': 'change_email|transfer_content|delete_original',
        Mails: expect.stringContaining('|'),
        Result: 'claimable',
      },
      {
        'Claim Type': 'direct',
        'Content Loss': 'enterprise_source',
        Licenses: 'mail',
        'Allowed Decisions': 'change_email',
      },
      { 'Claim Type': '', Licenses: '', 'Allowed Decisions': '', Mails: '', Result: 'refused' },
    ])
    expect(rows[0]?.Mails).not.toBe(rows[1]?.Mails)
  })

  it('P1: fills its own columns where the file is the report of a preview', async () => {
    const file = 'Mails,Email,Allowed Decisions\nold,ada@a.example,old\n'
    const { bucket, report } = world(file, [claimable({ type: 'direct' })], { patch })
    const [row] = await report()
    const [header] = await tableOf(Buffer.from(bucket.text(REPORT)))
    expect(header).toEqual([
      'Mails',
      'Email',
      'Allowed Decisions',
      'Claim Type',
      'Content Loss',
      'Licenses',
      'Line',
      'Result',
      'Code',
      'Message',
    ])
    expect(row).toMatchObject({ 'Allowed Decisions': 'change_email|delete_original', Email: 'ada@a.example' })
    expect(row?.Mails).not.toBe('old')
  })

  it('P1: says less where the org is gone, and has the type alone once it is claimed', async () => {
    const file = 'Email\nada@a.example\n'
    const gone = { patch, isOrgThere: false }
    expect(await world(file, [claimable({ type: 'direct' })], gone).report()).toMatchObject([
      { 'Claim Type': 'direct', Licenses: '', 'Allowed Decisions': '', Mails: '' },
    ])
    expect(await world(file, [made('direct')], { patch }).report()).toMatchObject([
      { 'Claim Type': 'direct', Licenses: '', Mails: '' },
    ])
    const confirmed = { patch: { ...patch, confirmedAt: T0.toISOString() } }
    const [row] = await world(file, [made('direct')], confirmed).report()
    expect(row).not.toHaveProperty('Licenses')
  })
})
