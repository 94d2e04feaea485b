import type * as z from 'zod'
import type { JsonAnswer } from '../../gateway/json-call.ts'
import { answers, type CancellationCode, parsed, withBody } from './answers.ts'
import { item, type Named, namedInTransaction, singleWrite, transactGet, transactWrite } from './calls.ts'
import { pick } from './seeded-random.ts'
import type { FaultContext, Handler } from './fault-context.ts'
import { WRITE_FAULTS } from './options.ts'

/** Faults of a transaction that is sent again with the token of one that is under way or carried out. */
const REPEATED = ['internalError', 'lostAnswer'] as const

/** Single writes and transactions. */
export function createWrites({
  options,
  faults,
  forward,
  staleReads,
  transactions,
  tables,
  pause,
}: FaultContext) {
  const { holdMs, slow } = options

  /** Carries out a single write and remembers the item that it replaced. */
  async function write(
    operation: string,
    raw: Buffer,
    { named, returned }: z.output<typeof singleWrite>,
    plain: () => Promise<JsonAnswer>,
  ): Promise<JsonAnswer> {
    const shape = await tables.lags(named.table)
    if (shape === undefined) return plain()
    if (returned !== 'NONE' && returned !== 'ALL_OLD') {
      const remember = await tables.rememberBefore([named])
      const answer = await plain()
      if (answer.status === 200) remember()
      return answer
    }
    const answer = await forward(operation, { ...parsed(raw), ReturnValues: 'ALL_OLD' })
    if (answer.status !== 200) return answer
    const { Attributes, ...others } = parsed(answer.body)
    staleReads.written(named.table, shape, named.attributes, item.safeParse(Attributes).data)
    return returned === 'ALL_OLD' ? answer : withBody(answer, others)
  }

  const single =
    (operation: string): Handler =>
    async (raw, plain) => {
      const asked = singleWrite.safeParse(parsed(raw)).data
      const [id] = (asked && (await tables.idsOf([asked.named]))) ?? []
      if (asked === undefined || id === undefined) return plain()
      const fault = faults.next(WRITE_FAULTS)
      if (fault === 'conflict') {
        faults.count('conflict')
        transactions.holdForeign(id, holdMs)
        return answers.conflict()
      }
      return faults.inject(fault, async () => {
        if (!transactions.isHeld(id)) return write(operation, raw, asked, plain)
        faults.count('collision')
        return answers.conflict()
      })
    }

  /** Cancels a transaction because of one item, which is drawn. */
  function cancelledAtOne(count: number, code: CancellationCode): { position: number; answer: JsonAnswer } {
    const positions = Array.from({ length: count }, (_, n) => n)
    const position = pick(faults.draw, positions) ?? 0
    return { position, answer: answers.cancelled(positions.map((n) => (n === position ? code : 'None'))) }
  }

  /** Refuses a transaction as a whole, before anything is done. */
  function refused(fault: 'conflict' | 'throttle', ids: readonly string[]): JsonAnswer {
    faults.count(fault)
    if (fault === 'throttle') {
      const code = pick(faults.draw, ['ThrottlingError', 'ProvisionedThroughputExceeded'] as const)
      return cancelledAtOne(ids.length, code ?? 'ThrottlingError').answer
    }
    const { position, answer } = cancelledAtOne(ids.length, 'TransactionConflict')
    transactions.holdForeign(ids[position] ?? '', holdMs)
    return answer
  }

  function collision(ids: readonly string[]): JsonAnswer | undefined {
    const held = ids.map(transactions.isHeld)
    if (!held.includes(true)) return undefined
    faults.count('collision')
    return answers.cancelled(held.map((isHeld) => (isHeld ? 'TransactionConflict' : 'None')))
  }

  async function carryOut(
    token: string | undefined,
    named: readonly Named[],
    ids: readonly string[],
    plain: () => Promise<JsonAnswer>,
  ): Promise<JsonAnswer> {
    switch (transactions.tokenState(token)) {
      case 'done':
        return plain()
      case 'under way':
        return answers.inProgress()
      case 'new':
        break
    }
    const cancelled = collision(ids)
    if (cancelled !== undefined) return cancelled
    const end = transactions.begin(ids, token)
    let isDone = false
    try {
      if (faults.draw() < slow) {
        faults.count('heldOpen')
        await pause(holdMs)
      }
      const remember = await tables.rememberBefore(named.filter((each) => each.writes))
      const answer = await plain()
      isDone = answer.status === 200
      if (isDone) remember()
      return answer
    } finally {
      end(isDone ? 'done' : 'cancelled')
    }
  }

  const TransactWriteItems: Handler = async (raw, plain) => {
    const body = transactWrite.safeParse(parsed(raw)).data
    if (body === undefined) return plain()
    const named = namedInTransaction(body)
    const ids = await tables.idsOf(named)
    if (ids === undefined) return plain()
    const token = body.ClientRequestToken
    const isNew = transactions.tokenState(token) === 'new'
    const fault = faults.next(isNew ? WRITE_FAULTS : REPEATED)
    if (fault === 'conflict') return refused(fault, ids)
    if (fault === 'throttle' && faults.draw() < 0.5) return refused(fault, ids)
    return faults.inject(fault, () => carryOut(token, named, ids, plain))
  }

  const TransactGetItems: Handler = async (raw, plain) => {
    const body = transactGet.safeParse(parsed(raw)).data
    const named = body?.TransactItems.map(({ Get: { TableName: table, Key: attributes } }) => ({
      table,
      attributes,
      writes: false,
    }))
    const ids = named === undefined ? undefined : await tables.idsOf(named)
    if (ids === undefined) return plain()
    const fault = faults.next(WRITE_FAULTS)
    if (fault === 'conflict') return refused(fault, ids)
    return faults.inject(fault, async () => collision(ids) ?? plain())
  }

  return {
    PutItem: single('PutItem'),
    UpdateItem: single('UpdateItem'),
    DeleteItem: single('DeleteItem'),
    TransactWriteItems,
    TransactGetItems,
  }
}
