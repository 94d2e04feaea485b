import { describe, expect, it } from 'vitest'
import { createMeter } from '../../../../../infra/local/aws/gateway/meter.ts'

const json = (value: unknown): Buffer => Buffer.from(JSON.stringify(value))
const consumed = (table: number, indexes: Record<string, number> = {}) => ({
  Table: { CapacityUnits: table },
  GlobalSecondaryIndexes: Object.fromEntries(
    Object.entries(indexes).map(([name, CapacityUnits]) => [name, { CapacityUnits }]),
  ),
})

describe('the meter of the local AWS', () => {
  it('bench: asks DynamoDB what a call consumes, save where the caller asks already, and nothing else', () => {
    const meter = createMeter()
    const asked = meter.withConsumedCapacity('dynamodb', json({ TableName: 't' }))
    expect(JSON.parse(asked.toString())).toEqual({ TableName: 't', ReturnConsumedCapacity: 'INDEXES' })
    const withConsumedCapacity = json({ TableName: 't', ReturnConsumedCapacity: 'TOTAL' })
    expect(meter.withConsumedCapacity('dynamodb', withConsumedCapacity)).toBe(withConsumedCapacity)
    const message = json({ QueueUrl: 'q' })
    expect(meter.withConsumedCapacity('sqs', message)).toBe(message)
  })

  it('bench: adds up calls, what they carry and the units of table and indexes, by caller', () => {
    const meter = createMeter()
    const put = meter.begin('A', 'dynamodb', 'PutItem', json({ TableName: 't' }))
    put(json({ ConsumedCapacity: consumed(1, { dueWork: 2 }) }))
    const get = meter.begin(
      'A',
      'dynamodb',
      'BatchGetItem',
      json({ RequestItems: { t: { Keys: [1, 2, 3] } } }),
    )
    get(json({ ConsumedCapacity: [consumed(3)] }))
    meter.begin('B', 'sqs', 'SendMessageBatch', json({ QueueUrl: 'q', Entries: [1, 2] }))()
    const taken = meter.take()
    expect(taken.get('A')?.operations['dynamodb:PutItem']).toMatchObject({
      calls: 1,
      parts: 1,
      writes: { table: 1, dueWork: 2 },
      reads: {},
    })
    expect(taken.get('A')?.operations['dynamodb:BatchGetItem']).toMatchObject({
      parts: 3,
      reads: { table: 3 },
    })
    expect(taken.get('B')?.operations['sqs:SendMessageBatch']).toMatchObject({ calls: 1, parts: 2 })
    expect(meter.take().size).toBe(0)
  })

  it('bench: tells statements that read from those that write', () => {
    const meter = createMeter()
    for (const Statement of ['SELECT * FROM "t" WHERE "pk" = ?', 'UPDATE "t" SET "a" = ? WHERE "pk" = ?']) {
      const done = meter.begin(
        'A',
        'dynamodb',
        'BatchExecuteStatement',
        json({ Statements: [{ Statement }] }),
      )
      done(json({ ConsumedCapacity: [consumed(1)] }))
    }
    expect(meter.take().get('A')?.operations['dynamodb:BatchExecuteStatement']).toMatchObject({
      calls: 2,
      reads: { table: 1 },
      writes: { table: 1 },
    })
  })

  it('bench: counts calls that are under way together as one round trip', () => {
    const meter = createMeter()
    const [one, two] = [1, 2].map(() => meter.begin('A', 'dynamodb', 'GetItem', json({ TableName: 't' })))
    one?.(json({}))
    two?.(json({}))
    meter.begin('A', 'dynamodb', 'GetItem', json({ TableName: 't' }))(json({}))
    expect(meter.take().get('A')?.rounds).toBe(2)
  })
})
