import * as z from 'zod'

/*
 * Counts the functions' AWS calls, and the capacity that DynamoDB would bill for them. The benchmarks pass a meter to
 * `boot`. Without one, nothing is counted and calls are passed on unchanged.
 */

/** Capacity units by where they were consumed: `table`, or the name of an index. */
export type MeteredUnits = Readonly<Record<string, number>>

/** Everything that one caller has asked of one operation. */
export interface MeteredOperation {
  readonly calls: number
  /** Items, messages, entries or statements in the calls; 1 for a call without a list. */
  readonly parts: number
  /** Bytes of the request bodies. */
  readonly bytes: number
  readonly reads: MeteredUnits
  readonly writes: MeteredUnits
  /** Items that the reads evaluated, by where they were read, including those that a filter dropped. */
  readonly items: MeteredUnits
}

export interface MeteredCaller {
  /** By `service:Operation`. */
  readonly operations: Readonly<Record<string, MeteredOperation>>
  /**
   * Number of calls that began while none of the caller's was under way: the round trips that are waited for in turn.
   */
  readonly rounds: number
}

export interface Meter {
  /** The body to send instead of `body`, so that DynamoDB reports the consumed capacity. */
  withConsumedCapacity(service: string, body: Buffer): Buffer
  /**
   * Counts a call that begins. Call the returned function with the answer's body, or without one if it isn't to be
   * read.
   */
  begin(accessKeyId: string, service: string, operation: string, body: Buffer): (answer?: Buffer) => void
  /** The counts by access key since the last call. */
  take(): Map<string, MeteredCaller>
}

const consumed = z.object({
  TableName: z.string().optional(),
  CapacityUnits: z.number().optional(),
  Table: z.object({ CapacityUnits: z.number() }).optional(),
  GlobalSecondaryIndexes: z.record(z.string(), z.object({ CapacityUnits: z.number() })).optional(),
})
const answerSchema = z.object({
  ConsumedCapacity: z.union([consumed, z.array(consumed)]).nullish(),
  Item: z.unknown().optional(),
  ScannedCount: z.number().optional(),
  Responses: z.union([z.record(z.string(), z.array(z.unknown())), z.array(z.unknown())]).optional(),
})
const requestSchema = z.object({
  TransactItems: z.array(z.unknown()).optional(),
  Statements: z.array(z.object({ Statement: z.string() })).optional(),
  TransactStatements: z.array(z.object({ Statement: z.string() })).optional(),
  Statement: z.string().optional(),
  RequestItems: z.record(z.string(), z.unknown()).optional(),
  Entries: z.array(z.unknown()).optional(),
  IndexName: z.string().optional(),
})

const READS = /^(?:Get|BatchGet|Query|Scan|TransactGet)/
const ASKS = Buffer.from('{"ReturnConsumedCapacity":"INDEXES",')

type MutableUnits = Record<string, number>
interface Counted {
  calls: number
  parts: number
  bytes: number
  reads: MutableUnits
  writes: MutableUnits
  items: MutableUnits
}
interface CountedCaller {
  operations: Record<string, Counted>
  rounds: number
}

function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString())
  } catch {
    return {}
  }
}

/** Number of requests or keys in the tables of a BatchGetItem or BatchWriteItem. */
function inTables(items: Readonly<Record<string, unknown>>): number {
  const keys = z.object({ Keys: z.array(z.unknown()) })
  return Object.values(items).reduce<number>(
    (sum, each) => sum + (Array.isArray(each) ? each.length : (keys.safeParse(each).data?.Keys.length ?? 1)),
    0,
  )
}

function partsOf(request: z.output<typeof requestSchema>): number {
  const list = request.TransactItems ?? request.Statements ?? request.TransactStatements ?? request.Entries
  if (list !== undefined) return list.length
  return request.RequestItems === undefined ? 1 : inTables(request.RequestItems)
}

function isRead(operation: string, request: z.output<typeof requestSchema>): boolean {
  const [first] = request.Statements ?? request.TransactStatements ?? []
  const statement = first?.Statement ?? request.Statement
  return statement === undefined ? READS.test(operation) : /^\s*select/i.test(statement)
}

function add(units: MutableUnits, where: string, count: number | undefined): void {
  if (count !== undefined && count > 0) units[where] = (units[where] ?? 0) + count
}

/** The number of items that a read evaluated. */
function itemsOf({ Item, ScannedCount, Responses }: z.output<typeof answerSchema>): number {
  if (ScannedCount !== undefined) return ScannedCount
  if (Responses === undefined) return Item === undefined ? 0 : 1
  return Array.isArray(Responses) ? Responses.length : Object.values(Responses).flat().length
}

export function createMeter(): Meter {
  let callers = new Map<string, CountedCaller>()
  const underWay = new Map<string, number>()

  function counterOf(accessKeyId: string, name: string): { caller: CountedCaller; counted: Counted } {
    const caller = callers.get(accessKeyId) ?? { operations: {}, rounds: 0 }
    callers.set(accessKeyId, caller)
    caller.operations[name] ??= { calls: 0, parts: 0, bytes: 0, reads: {}, writes: {}, items: {} }
    return { caller, counted: caller.operations[name] }
  }

  return {
    withConsumedCapacity(service, body) {
      if (service !== 'dynamodb' || body.length <= 2 || body.includes('"ReturnConsumedCapacity"')) return body
      return Buffer.concat([ASKS, body.subarray(1)])
    },
    begin(accessKeyId, service, operation, body) {
      const { caller, counted } = counterOf(accessKeyId, `${service}:${operation}`)
      const isJson = service === 'dynamodb' || service === 'sqs' || service === 'events'
      const request = isJson ? (requestSchema.safeParse(parsed(body)).data ?? {}) : {}
      counted.calls += 1
      counted.parts += partsOf(request)
      counted.bytes += body.length
      const already = underWay.get(accessKeyId) ?? 0
      if (already === 0) caller.rounds += 1
      underWay.set(accessKeyId, already + 1)
      return (answer) => {
        underWay.set(accessKeyId, (underWay.get(accessKeyId) ?? 1) - 1)
        if (service !== 'dynamodb' || answer === undefined) return
        const isReading = isRead(operation, request)
        const units = isReading ? counted.reads : counted.writes
        const answered = answerSchema.safeParse(parsed(answer)).data
        if (isReading && answered !== undefined)
          add(counted.items, request.IndexName ?? 'table', itemsOf(answered))
        const consumption = answered?.ConsumedCapacity ?? []
        for (const each of Array.isArray(consumption) ? consumption : [consumption]) {
          add(units, 'table', each.Table?.CapacityUnits)
          for (const [index, { CapacityUnits }] of Object.entries(each.GlobalSecondaryIndexes ?? {}))
            add(units, index, CapacityUnits)
        }
      }
    },
    take() {
      const taken = callers
      callers = new Map()
      return taken
    },
  }
}
