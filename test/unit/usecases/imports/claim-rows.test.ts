import { describe, expect, it } from 'vitest'
import type { ChunkRequest } from '../../../../shared/contracts/messages/import-rows.ts'
import { normalizedAddress } from '../../../../shared/rules/accounts/address.ts'
import type { AccountRecord } from '../../../../shared/rules/types.ts'
import type { ImportRecord, RowOutcome } from '../../../../shared/storage/items/import-item.ts'
import { WRITTEN } from '../../../../shared/storage/writes/write.ts'
import { handleChunk, type RowPorts } from '../../../../shared/usecases/imports/claim-rows.ts'
import { ADMIN, claimed, importRecord, org, record, T0, ULID } from '../../../support/builders.ts'
import { fakeBucket, never } from '../../../support/fakes.ts'
import { accountsAmong, noordzeeAndPersonal } from '../../../support/found-accounts.ts'

const person = (n: number): AccountRecord => record({ userId: `acc${n}`, email: `p${n}@noordzee.example` })
const ACCOUNTS: Partial<ImportRecord> = { kind: 'accounts', header: ['userId', 'email', 'orgId'] }

interface Given {
  readonly patch?: Partial<ImportRecord>
  readonly accounts?: readonly AccountRecord[]
  readonly ports?: Partial<RowPorts>
  /** The chunk's outcomes are there already. */
  readonly done?: { readonly isPartDone: boolean }
  /** Whether this chunk is the last of those that are counted together. */
  readonly isPartDone?: boolean
  /** What the import has become when it is looked at last. */
  readonly latest?: Partial<ImportRecord> | undefined
}

/** A chunk of the file's rows, from its second line on. */
function world(rows: readonly string[], given: Given = {}) {
  const { accounts = [], done, isPartDone = true } = given
  const bucket = fakeBucket()
  const start = 'Email,Claim Type\n'
  const body = `${rows.join('\n')}\n`
  const { key: objectKey, etag } = bucket.put('imports/noordzee/people.csv', start + body)
  const imported = importRecord({ objectKey, etag, header: ['Email', 'Claim Type'], ...given.patch })
  const recorded: unknown[] = []
  const reports: unknown[] = []
  const created: AccountRecord[] = []
  const byAddress = new Map(accounts.map((one) => [normalizedAddress(one.account.email), one]))
  const ports: RowPorts = {
    imports: {
      getForChunk: async () => ({ record: imported, done }) as never,
      get: async () =>
        'latest' in given && given.latest === undefined
          ? undefined
          : { ...imported, chunksDone: imported.chunks, ...given.latest },
      recordChunk: async (ref, outcomes) => {
        recorded.push([ref.importId, ref.chunk, outcomes])
        return { ...WRITTEN, isPartDone }
      },
    },
    read: bucket.read,
    claimPorts: {
      accounts: {
        byAddresses: async (addresses) => new Map([...byAddress].filter(([own]) => addresses.includes(own))),
        byUserIds: async () => new Map(),
        writeMany: async (nexts) => {
          for (const next of nexts) byAddress.set(normalizedAddress(next.account.email), next)
          return nexts.map(() => WRITTEN)
        },
      },
      ...noordzeeAndPersonal,
      ulid: () => ULID,
    },
    loadPorts: {
      accounts: {
        byUserIds: accountsAmong(accounts).byUserIds,
        create: async (records) => {
          created.push(...records)
          return records.map(() => ({ outcome: 'created' as const }))
        },
        write: never,
        writeWithAddresses: never,
      },
      organizations: noordzeeAndPersonal.organizations,
    },
    organizations: { get: async (orgId) => (orgId === 'noordzee' ? { org: org(), revision: 1 } : undefined) },
    migrationCutoff: undefined,
    queueReport: async (request) => void reports.push(request),
    now: () => T0,
    ...given.ports,
  }
  const message: ChunkRequest = {
    orgId: 'noordzee',
    importId: ULID,
    chunk: 0,
    startByte: Buffer.byteLength(start),
    endByte: Buffer.byteLength(start + body),
    firstLine: 2,
    rows: rows.length,
  }
  const handle = (patch: Partial<ChunkRequest> = {}) => handleChunk(ports, { ...message, ...patch })
  const outcomes = async (): Promise<readonly RowOutcome[] | undefined> => (await handle())?.outcomes
  return { ports, bucket, handle, outcomes, recorded, reports, created, byAddress, objectKey }
}
const refused = (...codes: string[]): RowOutcome => ({ result: 'refused', codes })

describe('a chunk of rows to claim', () => {
  it('I3: has an outcome for each row, which is recorded in the file’s order', async () => {
    const rows = [
      'p1@noordzee.example,',
      'two words,maybe',
      'nobody@noordzee.example,',
      'p2@noordzee.example,direct',
      'p1@noordzee.example,',
    ]
    const { handle, recorded, byAddress } = world(rows, { accounts: [person(1), person(2)] })
    const expected: RowOutcome[] = [
      { result: 'claimed', codes: [], made: { type: 'delayed' } },
      refused('invalid_address', 'invalid_claim_type'),
      refused('unknown_user'),
      { result: 'claimed', codes: [], made: { type: 'direct', contentLoss: 'chosen_direct' } },
      { result: 'unchanged', codes: ['claim_open'] },
    ]
    expect(await handle()).toEqual({ kind: 'claims', pass: 'claim', outcomes: expected })
    expect(recorded).toEqual([[ULID, 0, expected]])
    expect(byAddress.get('p2@noordzee.example')).toMatchObject({
      claim: { origin: `i:${ULID}:5`, createdBy: ADMIN },
      change: { by: `import:${ULID}` },
    })
    expect(byAddress.get('p1@noordzee.example')?.claim).not.toHaveProperty('noInvitation')
  })

  it('N3: invites nobody where its admin wants no invitations', async () => {
    const patch = { noInvitations: true } as const
    const { handle, byAddress } = world(['p1@noordzee.example,'], { accounts: [person(1)], patch })
    await handle()
    expect(byAddress.get('p1@noordzee.example')?.claim?.noInvitation).toBe(true)
  })

  it('I3: a stray quotation mark is its own row’s, and the others go on', async () => {
    const rows = ['p1@noordzee.example,"del"ayed', 'p1@noordzee.example,']
    expect(await world(rows, { accounts: [person(1)] }).outcomes()).toMatchObject([
      refused('invalid_quote'),
      { result: 'claimed' },
    ])
  })

  it('P1: of a preview claims nobody, and says what would be claimed, lost and paid for', async () => {
    const paid = record({ userId: 'acc3', email: 'p3@noordzee.example', paid: true })
    const rows = [
      'p1@noordzee.example,',
      'p2@noordzee.example,direct',
      'p3@noordzee.example,',
      'nobody@noordzee.example,',
    ]
    const given = { accounts: [person(1), person(2), paid], patch: { preview: true } as const }
    const { handle, byAddress } = world(rows, given)
    expect(await handle()).toEqual({
      kind: 'claims',
      pass: 'preview',
      outcomes: [
        { result: 'claimable', codes: [], made: { type: 'delayed' } },
        { result: 'claimable', codes: [], made: { type: 'direct', contentLoss: 'chosen_direct' } },
        { result: 'claimable', codes: [], made: { type: 'delayed', paid: true } },
        refused('unknown_user'),
      ],
    })
    expect([...byAddress.values()].filter(({ claim }) => claim !== undefined)).toEqual([])
  })

  it('I12: of a cancelled import is refused, but for what was claimed before', async () => {
    const own = claimed({ origin: `i:${ULID}:2` }, { userId: 'acc1', email: 'p1@noordzee.example' })
    const patch = { cancelledAt: T0.toISOString() }
    const rows = ['p1@noordzee.example,', 'p2@noordzee.example,', 'two words,']
    const { outcomes, byAddress } = world(rows, { accounts: [own, person(2)], patch })
    expect(await outcomes()).toEqual([
      { result: 'claimed', codes: [], made: { type: 'delayed' } },
      refused('cancelled'),
      refused('cancelled'),
    ])
    expect(byAddress.get('p2@noordzee.example')?.claim).toBeUndefined()
  })

  it('I3: of a file that is gone is refused whole, each row by that or by the cancellation', async () => {
    const rows = ['p1@noordzee.example,', 'p2@noordzee.example,']
    for (const [patch, code] of [
      [{}, 'file_replaced'],
      [{ cancelledAt: T0.toISOString() }, 'cancelled'],
    ] as const) {
      const { bucket, outcomes, objectKey } = world(rows, { accounts: [person(1)], patch })
      bucket.put(objectKey, 'another file')
      expect(await outcomes()).toEqual([refused(code), refused(code)])
    }
  })

  it('I3: of an org that is gone is refused, row by row', async () => {
    const organizations = { get: async () => undefined }
    const { outcomes } = world(['p1@noordzee.example,', 'two words,'], { ports: { organizations } })
    expect(await outcomes()).toEqual(Array(2).fill(refused('unknown_organization')))
  })
})

describe('a chunk of accounts to load', () => {
  it('I3: has an outcome for each row: made, refused by its cells or by the service, or as it was', async () => {
    const known = record({ userId: 'acc9', email: 'p9@noordzee.example', locale: 'en', licenses: [] })
    const same = { ...known, account: { ...known.account, firstName: '', lastName: '', displayName: '' } }
    const rows = [
      'acc1,p1@noordzee.example,personal',
      'acc2,two words,personal',
      'acc3,p3@noordzee.example,nowhere',
      'acc4,"p"4,personal',
      'acc9,p9@noordzee.example,personal',
    ]
    const { handle, created, recorded } = world(rows, { accounts: [same], patch: ACCOUNTS })
    const expected = [
      { result: 'claimed', codes: [] },
      refused('invalid_address'),
      refused('unknown_organization'),
      refused('invalid_quote'),
      { result: 'unchanged', codes: [] },
    ]
    expect(await handle()).toEqual({ kind: 'accounts', pass: 'claim', outcomes: expected })
    expect(recorded).toEqual([[ULID, 0, expected]])
    expect(created).toMatchObject([{ recordId: 'acc1', change: { by: `import:${ULID}` } }])
  })
})

describe('the report that follows the last chunk', () => {
  const ASKED = [{ orgId: 'noordzee', importId: ULID }]
  const rows = ['nobody@noordzee.example,']

  it('I6: is asked for by whoever counts the last one, and by nobody before', async () => {
    const last = world(rows)
    await last.handle()
    expect(last.reports).toEqual(ASKED)
    for (const given of [
      { isPartDone: false },
      { latest: { chunks: 2, chunksDone: 1 } },
      { latest: { status: 'completed' } },
      { latest: undefined },
    ] as const) {
      const { handle, reports, recorded } = world(rows, given)
      await handle()
      expect(reports).toEqual([])
      expect(recorded).toHaveLength(1)
    }
  })

  it('I6: is asked for again by a chunk that is delivered again, whose rows aren’t handled a second time', async () => {
    const again = world(rows, { done: { isPartDone: true } })
    expect(await again.handle()).toBeUndefined()
    expect(again.reports).toEqual(ASKED)
    expect(again.recorded).toEqual([])
    const early = world(rows, { done: { isPartDone: false } })
    expect(await early.handle()).toBeUndefined()
    expect(early.reports).toEqual([])
  })
})

describe('a chunk that can’t be handled', () => {
  it('O1: is let go where the import was deleted', async () => {
    const { ports, handle, recorded } = world(['p1@noordzee.example,'])
    const imports = { ...ports.imports, getForChunk: async () => ({ record: undefined, done: undefined }) }
    const message = {
      orgId: 'noordzee',
      importId: ULID,
      chunk: 0,
      startByte: 0,
      endByte: 1,
      firstLine: 1,
      rows: 1,
    }
    expect(await handleChunk({ ...ports, imports }, message)).toBeUndefined()
    expect(recorded).toEqual([])
    expect(await handle()).toBeDefined()
  })

  it('is an error where the file hasn’t been read, or doesn’t have as many rows', async () => {
    for (const patch of [{ dialect: undefined }, { header: undefined }, { etag: undefined }])
      await expect(world(['p1@noordzee.example,'], { patch }).handle()).rejects.toThrow(
        `no import ${ULID} that could be running`,
      )
    await expect(world(['p1@noordzee.example,']).handle({ rows: 2 })).rejects.toThrow(
      `chunk 0 of import ${ULID} has 1 rows and not 2`,
    )
    const broken = new Error('the connection broke')
    const read = async () => {
      throw broken
    }
    await expect(world(['p1@noordzee.example,'], { ports: { read } }).handle()).rejects.toBe(broken)
  })
})
