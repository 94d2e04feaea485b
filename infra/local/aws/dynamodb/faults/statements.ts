import * as z from 'zod'
import type { JsonAnswer } from '../../gateway/json-call.ts'
import { type GivenStatement, keyOfStatement, readStatement, statementBatch } from '../statements.ts'
import { answers, parsed, withBody } from './answers.ts'
import { item, type Named } from './calls.ts'
import { pick } from './seeded-random.ts'
import type { FaultContext, Handler } from './fault-context.ts'
import { WRITE_FAULTS } from './options.ts'

const BATCH_FAULTS = [...WRITE_FAULTS, 'partialBatch'] as const
/** Error codes of a statement that isn't carried out. */
const UNPROCESSED_CODES = ['ThrottlingError', 'ProvisionedThroughputExceeded', 'InternalServerError'] as const

const responses = z.looseObject({ Responses: z.array(z.unknown()) })

type Code = (typeof UNPROCESSED_CODES)[number] | 'TransactionConflict'

/** Batches of PartiQL statements, each of which is answered by itself. */
export function createStatements({ options, faults, forward, transactions, tables }: FaultContext) {
  /** The item that a statement is about; undefined if it isn't about one item of an existing table. */
  async function namedBy(statement: GivenStatement): Promise<Named | undefined> {
    const read = readStatement(statement.Statement)
    const shape = read && (await tables.shapeOf(read.table))
    if (read === undefined || shape === undefined) return undefined
    const { partition, sort } = shape.keys
    const key = keyOfStatement(statement, sort === undefined ? [partition] : [partition, sort])
    const attributes = item.safeParse(key).data
    const writes = read.action !== 'dynamodb:PartiQLSelect'
    return attributes && { table: read.table, attributes, writes }
  }

  /** Draws which statements fail, with their codes: at least one, and not all. */
  function unprocessed(count: number): ReadonlyMap<number, Code> {
    const left = new Map<number, Code>()
    for (let n = 0; n < count; n++)
      if (faults.draw() < 0.5) left.set(n, pick(faults.draw, UNPROCESSED_CODES) ?? 'ThrottlingError')
    if (left.size === 0) left.set(count - 1, 'ThrottlingError')
    if (left.size === count) left.delete(0)
    return left
  }

  const BatchExecuteStatement: Handler = async (raw, plain) => {
    const body = statementBatch.safeParse(parsed(raw)).data
    if (body === undefined) return plain()
    const named = (await Promise.all(body.Statements.map(namedBy))).filter((each) => each !== undefined)
    const ids = await tables.idsOf(named)
    if (ids === undefined || ids.length < body.Statements.length || !named.every(({ writes }) => writes))
      return plain()
    const fault = faults.next(ids.length > 1 ? BATCH_FAULTS : WRITE_FAULTS)
    const refused = new Map<number, Code>(fault === 'partialBatch' ? unprocessed(ids.length) : [])
    if (fault === 'partialBatch') faults.count('partialBatch')
    if (fault === 'conflict') {
      const position = pick(faults.draw, [...ids.keys()]) ?? 0
      faults.count('conflict')
      transactions.holdForeign(ids[position] ?? '', options.holdMs)
      refused.set(position, 'TransactionConflict')
    }
    return faults.inject(fault, async () => {
      for (const [n, id] of ids.entries()) {
        if (refused.has(n) || !transactions.isHeld(id)) continue
        faults.count('collision')
        refused.set(n, 'TransactionConflict')
      }
      const isDone = (_: unknown, n: number): boolean => !refused.has(n)
      const Statements = body.Statements.filter(isDone)
      if (Statements.length === 0) return answered(body.Statements, refused, undefined)
      const remember = await tables.rememberBefore(named.filter(isDone))
      const answer = await forward('BatchExecuteStatement', { ...body, Statements })
      if (answer.status !== 200) return answer
      remember()
      return refused.size === 0 ? answer : answered(body.Statements, refused, answer)
    })
  }

  function answered(
    asked: readonly unknown[],
    refused: ReadonlyMap<number, Code>,
    answer: JsonAnswer | undefined,
  ): JsonAnswer {
    const body = answer === undefined ? {} : parsed(answer.body)
    const done = (answer === undefined ? [] : responses.parse(body).Responses).values()
    const Responses = asked.map((_, n) => {
      const Code = refused.get(n)
      return Code === undefined ? done.next().value : { Error: { Code, Message: 'Not carried out.' } }
    })
    return withBody(answer ?? answers.none(), { ...body, Responses })
  }

  return { BatchExecuteStatement }
}
