import { describe, expect, it } from 'vitest'
import type { DueContinuation, DueRequest } from '../../../../shared/contracts/messages/due.ts'
import { allShards } from '../../../../shared/lib/shard.ts'
import { REMINDER_DAYS } from '../../../../shared/rules/limits.ts'
import type { DuePageQuery, DueWork } from '../../../../shared/storage/stores/due.ts'
import { type DuePorts, messagesOf, startDueWork } from '../../../../shared/usecases/due/start-due-work.ts'

const NOW = '2026-03-15T09:45:00Z'
/** What is kept for a fresh invocation. */
const HANDOVER_MS = 10_000

interface Given {
  /** What a page of the index holds; nothing by default. */
  readonly work?: (query: DuePageQuery) => readonly DueWork[]
  /** Where a page goes on; it is the last one by default. */
  readonly next?: (query: DuePageQuery) => Record<string, unknown> | undefined
  readonly waiting?: Readonly<Record<'claim' | 'job', number>>
  readonly reminded?: ReadonlyMap<number, string>
  readonly timeLeftMs?: number
}

/** An index that answers as it is told, and what it was asked and told. */
function world({ work = () => [], next = () => undefined, waiting, reminded, timeLeftMs = 60_000 }: Given) {
  const asked: DuePageQuery[] = []
  const started: DueWork[][] = []
  const requested: { day: number; recordIds: readonly string[] }[] = []
  const remindedHours: { day: number; upTo: string; isFirst: boolean | undefined }[] = []
  const closed: string[] = []
  const later: DueContinuation[] = []
  const ports: DuePorts = {
    due: {
      page: async (query) => {
        asked.push(query)
        return { work: [...work(query)], next: next(query) }
      },
      reminded: async () => reminded ?? new Map(),
      setReminded: async ({ day, upTo }, isFirst) => {
        remindedHours.push({ day, upTo, isFirst })
        return { outcome: 'written' }
      },
    },
    digests: { close: async (orgId, day) => void closed.push(`${orgId} ${day}`) },
    startWork: async (entries) => void started.push([...entries]),
    remind: async (recordIds, day) => void requested.push({ day, recordIds }),
    waiting: async (kind) => waiting?.[kind] ?? 0,
    continueLater: async (rest) => void later.push(rest),
    now: () => new Date(NOW),
    timeLeftMs: () => timeLeftMs,
  }
  const run = (request: DueRequest) => startDueWork(ports, request)
  return { run, asked, started, requested, remindedHours, closed, later }
}

const claim = (recordId: string, dueAt = '2026-03-15T09:30:10Z'): DueWork => ({
  kind: 'claim',
  recordId,
  dueAt,
})
const firstShardOnly =
  (entries: readonly DueWork[], kind = 'claim') =>
  (query: DuePageQuery): readonly DueWork[] =>
    query.kind === kind && query.day === undefined && query.shard === '00' ? entries : []
const endMinute = (patch: { minute?: string; shard?: string } = {}): DueRequest => ({
  kind: 'minute',
  minute: { of: 'end', minute: '2026-03-15T09:30:00Z', ...patch },
})
const SWEEP: DueRequest = { kind: 'sweep' }

describe('the schedule of a minute', () => {
  it('M2: reads the one shard that it names, or all of them', async () => {
    const one = world({})
    await one.run(endMinute({ shard: '07' }))
    expect(one.asked.map(({ shard }) => shard)).toEqual(['07'])
    const all = world({})
    await all.run(endMinute())
    expect(all.asked.map(({ shard }) => shard)).toEqual(allShards)
  })

  it('M2: of a minute that is still to come reads nothing', async () => {
    const { run, asked } = world({})
    expect(await run(endMinute({ minute: '2026-03-15T09:46:00Z' }))).toEqual({
      count: 0,
      oldestDueAt: undefined,
    })
    expect(asked).toEqual([])
  })

  it('M2: hands nothing on where nothing is due', async () => {
    const { run, started, requested } = world({})
    await run(endMinute())
    await run({ kind: 'minute', minute: { of: 'reminder-7', minute: '2026-03-15T09:30:00Z' } })
    expect({ started, requested }).toEqual({ started: [], requested: [] })
  })

  it('N1: of a reminder asks for the mails of its day, and counts nothing as overdue', async () => {
    const { run, started, requested } = world({ work: ({ shard }) => (shard === '00' ? [claim('r1')] : []) })
    const outcome = await run({
      kind: 'minute',
      minute: { of: 'reminder-7', minute: '2026-03-15T09:30:00Z' },
    })
    expect(outcome).toEqual({ count: 1, oldestDueAt: undefined })
    expect({ started, requested }).toEqual({ started: [], requested: [{ day: 7, recordIds: ['r1'] }] })
  })
})

describe('pages of the index', () => {
  const threeOf = ({ startKey, shard }: DuePageQuery) =>
    shard === '00' && startKey?.at !== 2 ? { at: Number(startKey?.at ?? 0) + 1 } : undefined

  it('M2: are read to the last, each part from where its own page ended', async () => {
    const { run, asked, later } = world({ next: threeOf })
    await run(endMinute())
    expect(asked.slice(allShards.length).map(({ shard, startKey }) => ({ shard, startKey }))).toEqual([
      { shard: '00', startKey: { at: 1 } },
      { shard: '00', startKey: { at: 2 } },
    ])
    expect(later).toEqual([])
  })

  it.each([
    { timeLeftMs: HANDOVER_MS, rest: [] },
    { timeLeftMs: HANDOVER_MS - 1, rest: [{ shard: '00', startKey: { at: 1 } }] },
  ])(
    'M2: are left to a fresh invocation in its last seconds: $timeLeftMs ms',
    async ({ timeLeftMs, rest }) => {
      const { run, later } = world({ next: threeOf, timeLeftMs })
      await run(endMinute())
      expect(later.map(({ shard, startKey }) => ({ shard, startKey }))).toEqual(rest)
    },
  )

  it('N1: the rest of a reminder’s hours is still about reminders', async () => {
    const { run, asked, started, requested } = world({ work: () => [claim('r1')] })
    const rest = { kind: 'claim', day: 7, from: 'a', to: 'b', shard: '09', startKey: { at: 1 } } as const
    await run({ kind: 'rest', rest })
    expect(asked).toEqual([{ ...rest, limit: 250 }])
    expect({ started, requested }).toEqual({ started: [], requested: [{ day: 7, recordIds: ['r1'] }] })
  })
})

describe('the sweep', () => {
  it('M2: reports the earliest of what it found, in whichever range and page that was', async () => {
    const times = { '00': '2026-03-15T09:20:00Z', '01': '2026-03-15T09:10:00Z', '02': '2026-03-15T09:30:00Z' }
    const { run } = world({
      work: ({ kind, day, shard }) =>
        day === undefined && kind === 'claim'
          ? Object.entries(times).flatMap(([of, dueAt]) => (of === shard ? [claim(`r${of}`, dueAt)] : []))
          : [],
    })
    expect(await run(SWEEP)).toEqual({ count: 3, oldestDueAt: '2026-03-15T09:10:00Z' })
    const later = world({
      work: ({ kind, day, shard }) => {
        if (shard !== '00' || day !== undefined) return []
        return kind === 'claim'
          ? [claim('r1', '2026-03-15T09:20:00Z')]
          : [{ kind: 'deletion', recordId: 'r2', dueAt: '2026-03-15T09:05:00Z' }]
      },
    })
    expect(await later.run(SWEEP)).toEqual({ count: 2, oldestDueAt: '2026-03-15T09:05:00Z' })
  })

  it.each([
    { waiting: { claim: 100, job: 101 }, kinds: ['claim'] },
    { waiting: { claim: 101, job: 100 }, kinds: ['job'] },
  ])(
    'M2: adds nothing to a queue in which more than a hundred messages wait: $waiting',
    async ({ waiting, kinds }) => {
      const { run, asked } = world({ waiting })
      await run(SWEEP)
      const ofWork = asked.filter(({ day }) => day === undefined)
      expect([...new Set(ofWork.map(({ kind }) => kind))]).toEqual(kinds)
    },
  )

  it('M2: notes the hours of each reminder that it asked for, and whether they are the first of their day', async () => {
    const [first = 0, ...others] = REMINDER_DAYS
    const { run, remindedHours } = world({ reminded: new Map([[first, '2026-03-15T08:00:00Z']]) })
    await run(SWEEP)
    const upTo = '2026-03-15T09:00:00Z'
    expect(remindedHours).toEqual([
      { day: first, upTo, isFirst: false },
      ...others.map((day) => ({ day, upTo, isFirst: true })),
    ])
  })

  it('M2: does the rest where one range fails, notes no hours that failed, and throws what failed first', async () => {
    const [failing = 0, ...others] = REMINDER_DAYS
    const { run, started, remindedHours } = world({
      work: (query) => {
        if (query.day === failing) throw new Error(`no reminders of day ${failing}`)
        if (query.kind === 'job') throw new Error('no jobs')
        return firstShardOnly([claim('r1')])(query)
      },
    })
    await expect(run(SWEEP)).rejects.toThrow('no jobs')
    expect(started).toEqual([[claim('r1')]])
    expect(remindedHours.map(({ day }) => day)).toEqual(others)
  })

  it('N4: closes the digests that it handed on, and nothing else', async () => {
    const digest: DueWork = {
      kind: 'digest',
      orgId: 'noordzee',
      day: '2026-03-15',
      dueAt: '2026-03-15T07:00:00Z',
    }
    const job: DueWork = { kind: 'organization', orgId: 'acme', dueAt: '2026-03-15T07:00:00Z' }
    const { run, started, closed } = world({ work: firstShardOnly([job, digest], 'job') })
    await run(SWEEP)
    expect(started).toEqual([[job, digest]])
    expect(closed).toEqual(['noordzee 2026-03-15'])
  })
})

describe('the messages for the workers', () => {
  const dueAt = '2026-03-15T07:00:00Z'
  const none = { migrations: [], deletions: [], syncs: [], imports: [], exports: [], mails: [] }

  it.each<{ entry: DueWork; messages: Partial<ReturnType<typeof messagesOf>> }>([
    {
      entry: { kind: 'claim', recordId: 'r1', dueAt },
      messages: { migrations: [{ body: { claims: [{ recordId: 'r1' }] } }] },
    },
    {
      entry: { kind: 'deletion', recordId: 'r1', dueAt },
      messages: { deletions: [{ body: { recordId: 'r1' } }] },
    },
    {
      entry: { kind: 'organization', orgId: 'acme', dueAt },
      messages: { deletions: [{ body: { orgId: 'acme' }, group: 'acme' }] },
    },
    {
      entry: { kind: 'sync', orgId: 'acme', syncId: 's1', dueAt },
      messages: { syncs: [{ body: { kind: 'due', orgId: 'acme', syncId: 's1' }, group: 'acme' }] },
    },
    {
      entry: { kind: 'import', orgId: 'acme', importId: 'i1', dueAt },
      messages: { imports: [{ body: { kind: 'due', orgId: 'acme', importId: 'i1' }, group: 'acme' }] },
    },
    {
      entry: { kind: 'export', orgId: 'acme', exportId: 'e1', dueAt },
      messages: { exports: [{ body: { kind: 'due', orgId: 'acme', exportId: 'e1' }, group: 'acme' }] },
    },
    {
      entry: { kind: 'digest', orgId: 'acme', day: '2026-03-15', dueAt },
      messages: {
        mails: [
          {
            body: {
              kind: 'mails_returned',
              mailId: 'acme/returned/2026-03-15',
              orgId: 'acme',
              day: '2026-03-15',
              causedAt: dueAt,
            },
            group: 'acme',
          },
        ],
      },
    },
  ])(
    'M2: tell the one worker of a $entry.kind, by organization where there is one',
    ({ entry, messages }) => {
      expect(messagesOf([entry])).toEqual({ ...none, ...messages })
    },
  )

  it('M2: hold twenty-five claims each', () => {
    const { migrations } = messagesOf(Array.from({ length: 26 }, (_, n) => claim(`r${n}`)))
    expect(migrations.map(({ body }) => ('claims' in body ? body.claims.length : 0))).toEqual([25, 1])
  })
})
