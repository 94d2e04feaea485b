import type * as z from 'zod'
import type { JsonAnswer } from '../../gateway/json-call.ts'
import { answers, type CancellationCode, parsed, withBody } from './answers.ts'
import { item, type Named, namedInTransaction, singleWrite, transactGet, transactWrite } from './calls.ts'
import { pick } from './draws.ts'
import type { Handler, Parts } from './parts.ts'

const SINGLE = ['conflict', 'throttle', 'internalError', 'lostAnswer'] as const
const REPEATED = ['internalError', 'lostAnswer'] as const

/** Single writes and transactions. */
export function createWrites({ options, fates, forward, late, transactions, tables, pause }: Parts) {
  const { holdMs, slow } = options

  /** A single write, and what it wrote over. */
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
    late.written(named.table, shape, named.attributes, item.safeParse(Attributes).data)
    return returned === 'ALL_OLD' ? answer : withBody(answer, others)
  }

  const single =
    (operation: string): Handler =>
    async (raw, plain) => {
      const asked = singleWrite.safeParse(parsed(raw)).data
      const [id] = (asked && (await tables.idsOf([asked.named]))) ?? []
      if (asked === undefined || id === undefined) return plain()
      const fate = fates.next(SINGLE)
      if (fate === 'conflict') {
        fates.count('conflict')
        transactions.holdForeign(id, holdMs)
        return answers.conflict()
      }
      return fates.befall(fate, async () => {
        if (!transactions.isHeld(id)) return write(operation, raw, asked, plain)
        fates.count('collision')
        return answers.conflict()
      })
    }

  /** `code` at one item, drawn. */
  function cancelledAtOne(count: number, code: CancellationCode): { place: number; answer: JsonAnswer } {
    const places = Array.from({ length: count }, (_, n) => n)
    const place = pick(fates.draw, places) ?? 0
    return { place, answer: answers.cancelled(places.map((n) => (n === place ? code : 'None'))) }
  }

  /** What befalls a transaction as such, before anything of it was done. */
  function refused(fate: 'conflict' | 'throttle', ids: readonly string[]): JsonAnswer {
    fates.count(fate)
    if (fate === 'throttle') {
      const code = pick(fates.draw, ['ThrottlingError', 'ProvisionedThroughputExceeded'] as const)
      return cancelledAtOne(ids.length, code ?? 'ThrottlingError').answer
    }
    const { place, answer } = cancelledAtOne(ids.length, 'TransactionConflict')
    transactions.holdForeign(ids[place] ?? '', holdMs)
    return answer
  }

  function collision(ids: readonly string[]): JsonAnswer | undefined {
    const held = ids.map(transactions.isHeld)
    if (!held.includes(true)) return undefined
    fates.count('collision')
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
      if (fates.draw() < slow) {
        fates.count('heldOpen')
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
    const fate = fates.next(isNew ? SINGLE : REPEATED)
    if (fate === 'conflict') return refused(fate, ids)
    if (fate === 'throttle' && fates.draw() < 0.5) return refused(fate, ids)
    return fates.befall(fate, () => carryOut(token, named, ids, plain))
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
    const fate = fates.next(SINGLE)
    if (fate === 'conflict') return refused(fate, ids)
    return fates.befall(fate, async () => collision(ids) ?? plain())
  }

  return {
    PutItem: single('PutItem'),
    UpdateItem: single('UpdateItem'),
    DeleteItem: single('DeleteItem'),
    TransactWriteItems,
    TransactGetItems,
  }
}
