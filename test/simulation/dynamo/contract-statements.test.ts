import {
  BatchExecuteStatementCommand,
  type BatchExecuteStatementCommandInput,
  GetCommand,
  PutCommand,
} from '@aws-sdk/lib-dynamodb'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { givenEndpoint } from '../../../infra/local/aws/dynamodb/dynamodb.ts'
import type { Table } from '../../../shared/storage/client.ts'
import { startTable, type TestTable } from '../../support/dynamo.ts'
import { openMemoryTable, performAtOnce } from './client.ts'
import { MemoryTable } from './memory-table.ts'
import { perform } from './operations.ts'
import { beginTransaction } from './transactions.ts'

type Statements = NonNullable<BatchExecuteStatementCommandInput['Statements']>

/** Clauses separated by commas, the only form that dynoxide 1.2.1 accepts in an UPDATE of several attributes. */
const withCommas = (statement: string): string => {
  const [head = '', ...rest] = statement.split(' WHERE ')
  const [target = '', ...clauses] = head.split(/ (?=SET |REMOVE )/)
  const joined = ['SET ', 'REMOVE '].flatMap((clause) => {
    const paths = clauses.filter((one) => one.startsWith(clause)).map((one) => one.slice(clause.length))
    return paths.length === 0 ? [] : [clause + paths.join(', ')]
  })
  return [[target, ...joined].join(' '), ...rest].join(' WHERE ')
}

describe.each(['in memory', 'embedded'] as const)('Batches of statements, %s', (which) => {
  let table: Table
  let embedded: TestTable | undefined
  let tests = 0
  let pk = ''
  const isDynoxide = which === 'embedded' && givenEndpoint() === undefined

  beforeAll(async () => {
    if (which === 'embedded') embedded = await startTable()
    table = embedded?.table ?? openMemoryTable(new MemoryTable('simulated'))
  })
  afterAll(() => embedded?.stop())
  beforeEach(() => {
    pk = `S#${++tests}`
  })

  const put = (sk: string, more: object = {}) =>
    table.client.send(new PutCommand({ TableName: table.name, Item: { pk, sk, ...more } }))
  const get = async (sk: string): Promise<Record<string, unknown> | undefined> =>
    (
      await table.client.send(
        new GetCommand({ TableName: table.name, Key: { pk, sk }, ConsistentRead: true }),
      )
    ).Item
  const batch = (statements: Statements) =>
    table.client.send(
      new BatchExecuteStatementCommand({
        Statements: statements.map((one) =>
          isDynoxide ? { ...one, Statement: withCommas(one.Statement ?? '') } : one,
        ),
        ReturnConsumedCapacity: 'TOTAL',
      }),
    )
  const codes = async (statements: Statements): Promise<string[]> =>
    ((await batch(statements)).Responses ?? []).map((one) => one.Error?.Code ?? 'none')
  const refusal = (statements: Statements): Promise<string> =>
    batch(statements).then(
      () => 'none',
      (error: unknown) => (error instanceof Error ? error.name : 'no error'),
    )
  const KEY = 'WHERE pk = ? AND sk = ?'

  it('updates each item on a condition of its own, and answers each by itself', async () => {
    for (const sk of ['a', 'b', 'c']) await put(sk, { rev: sk === 'b' ? 2 : 1, old: 'x' })
    const step = (sk: string) => ({
      Statement: `UPDATE "${table.name}" SET rev=? SET title=? REMOVE old ${KEY} AND rev = ?`,
      Parameters: [2, `new ${sk}`, pk, sk, 1],
    })
    const all = ['a', 'b', 'c', 'none'].map(step)
    expect(await codes(all)).toEqual(['none', 'ConditionalCheckFailed', 'none', 'ConditionalCheckFailed'])
    expect([await get('a'), await get('b'), await get('none')]).toEqual([
      { pk, sk: 'a', rev: 2, title: 'new a' },
      { pk, sk: 'b', rev: 2, old: 'x' },
      undefined,
    ])
  })

  it('does not tell what stood in the way where it is not asked to', async () => {
    await put('a', { rev: 3 })
    const one = {
      Statement: `UPDATE "${table.name}" SET rev = ? ${KEY} AND rev = ?`,
      Parameters: [2, pk, 'a', 1],
    }
    const { Responses } = await batch([one])
    expect(Responses?.[0]?.Error?.Item).toBeUndefined()
  })

  it.each([
    ['gone IS MISSING', [], true],
    ['n IS NOT MISSING', [], true],
    ['n IS MISSING', [], false],
    ['n < ?', [4], true],
    ['n >= ?', [4], false],
    ['n <> ?', [3], false],
    ['(n = ? OR n = ?)', [1, 3], true],
    ['(gone IS MISSING OR gone < ?) AND n = ?', [1, 3], true],
    ["title = 'it''s'", [], true],
    ['"title" = ?', ['no'], false],
    ['deep.part = ?', ['x'], true],
  ])('judges the condition %s with %j', async (condition, values, holds) => {
    await put('a', { n: 3, title: "it's", deep: { part: 'x' } })
    const Statement = `UPDATE "${table.name}" SET seen = ? ${KEY} AND ${condition}`
    expect(await codes([{ Statement, Parameters: [true, pk, 'a', ...values] }])).toEqual([
      holds ? 'none' : 'ConditionalCheckFailed',
    ])
    expect(await get('a')).toEqual({
      pk,
      sk: 'a',
      n: 3,
      title: "it's",
      deep: { part: 'x' },
      ...(holds ? { seen: true } : {}),
    })
  })

  it('counts from what the item was', async () => {
    await put('a', { n: 3 })
    const Statement = `UPDATE "${table.name}" SET n = n + ? ${KEY}`
    expect(await codes([{ Statement, Parameters: [2, pk, 'a'] }])).toEqual(['none'])
    expect(await get('a')).toMatchObject({ n: 5 })
  })

  it('inserts what is not there yet, and nothing over what is', async () => {
    await put('a', { n: 1 })
    const insert = (sk: string) => ({
      Statement: `INSERT INTO "${table.name}" VALUE {'pk': ?, 'sk': ?, 'n': ?, 'list': ['x'], 'map': {'it': 'y'}, 'given': ?}`,
      Parameters: [pk, sk, 2, { deep: [true] }],
    })
    expect(await codes([insert('a'), insert('b')])).toEqual(['DuplicateItem', 'none'])
    expect([await get('a'), await get('b')]).toEqual([
      { pk, sk: 'a', n: 1 },
      { pk, sk: 'b', n: 2, list: ['x'], map: { it: 'y' }, given: { deep: [true] } },
    ])
  })

  it('deletes on a condition, and what is not there is deleted already', async () => {
    await put('a', { n: 1 })
    await put('b', { n: 1 })
    const Statement = `DELETE FROM "${table.name}" ${KEY}`
    expect(
      await codes([
        { Statement, Parameters: [pk, 'a'] },
        { Statement: `${Statement} AND n = ?`, Parameters: [pk, 'b', 2] },
        { Statement, Parameters: [pk, 'none'] },
      ]),
    ).toEqual(['none', 'ConditionalCheckFailed', 'none'])
    expect([await get('a'), await get('b')]).toEqual([undefined, { pk, sk: 'b', n: 1 }])
  })

  it('reads each item by its key, whole or in part, and says nothing of one that is not there', async () => {
    await put('a', { n: 1, other: 'x' })
    await put('b', { n: 2, other: 'y' })
    const read = (what: string, sk: string) => ({
      Statement: `SELECT ${what} FROM "${table.name}" ${KEY}`,
      Parameters: [pk, sk],
      ConsistentRead: true,
    })
    const { Responses } = await batch([read('*', 'a'), read('n, sk', 'b'), read('*', 'none')])
    expect(Responses?.map(({ Item }) => Item)).toEqual([
      { pk, sk: 'a', n: 1, other: 'x' },
      { sk: 'b', n: 2 },
      undefined,
    ])
  })

  it('refuses alone the statement that is none', async () => {
    await put('a')
    const good = { Statement: `UPDATE "${table.name}" SET n = ? ${KEY}`, Parameters: [1, pk, 'a'] }
    const bad = { Statement: `UPDATE "${table.name}" SET n ? ${KEY}`, Parameters: [1, pk, 'b'] }
    const noKey = { Statement: `UPDATE "${table.name}" SET n = ? WHERE pk = ?`, Parameters: [1, pk] }
    const tooFew = { Statement: `UPDATE "${table.name}" SET n = ? ${KEY}`, Parameters: [1, pk] }
    expect(await codes([bad, good, noKey, tooFew])).toEqual([
      'ValidationError',
      'none',
      'ValidationError',
      'ValidationError',
    ])
    expect(await get('a')).toMatchObject({ n: 1 })
  })

  it('refuses as a whole a batch of none, of too many, of reads and writes at once, and of one item twice', async () => {
    const read = { Statement: `SELECT * FROM "${table.name}" ${KEY}`, Parameters: [pk, 'a'] }
    const write = { Statement: `DELETE FROM "${table.name}" ${KEY}`, Parameters: [pk, 'a'] }
    expect(await refusal([])).toBe('ValidationException')
    expect(await refusal(Array.from({ length: 26 }, (_, n) => ({ ...read, Parameters: [pk, `${n}`] })))).toBe(
      'ValidationException',
    )
    expect(await refusal([read, write])).toBe('ValidationException')
    expect(await refusal([write, write])).toBe('ValidationException')
  })

  it('says what it took, a unit a write', async () => {
    const insert = (sk: string) => ({
      Statement: `INSERT INTO "${table.name}" VALUE {'pk': ?, 'sk': ?}`,
      Parameters: [pk, sk],
    })
    const { ConsumedCapacity } = await batch([insert('a'), insert('b')])
    expect(ConsumedCapacity).toMatchObject([{ TableName: table.name, CapacityUnits: 2 }])
  })
})

describe('Batches of statements in memory alone', () => {
  const pk = 'S#alone'
  const write = (sk: string, SET = 'SET n = ?') => ({
    Statement: `UPDATE "simulated" ${SET} WHERE pk = ? AND sk = ?`,
    Parameters: [1, pk, sk],
  })
  const tableOf = (...sks: string[]): MemoryTable => {
    const table = new MemoryTable('simulated')
    for (const sk of sks) table.commit([{ key: { pk, sk }, after: { pk, sk } }])
    return table
  }
  const command = (...Statements: Statements) => new BatchExecuteStatementCommand({ Statements })

  it('refuses what stands in a transaction (dynoxide has no conflicts)', () => {
    const table = tableOf('a', 'b')
    const Put = { TableName: 'simulated', Item: { pk, sk: 'a' } }
    const transaction = beginTransaction(table, { TransactItems: [{ Put }] })
    expect(performAtOnce(table, command(write('a'), write('b')))).toMatchObject({
      Responses: [{ Error: { Code: 'TransactionConflict' } }, { TableName: 'simulated' }],
    })
    transaction.commit()
    expect([table.get({ pk, sk: 'a' }), table.get({ pk, sk: 'b' })]).toEqual([
      { pk, sk: 'a' },
      { pk, sk: 'b', n: 1 },
    ])
  })

  it('throttles part of a batch and does the rest (dynoxide throttles nothing)', () => {
    const table = tableOf('a', 'b')
    expect(
      perform(table, command(write('a'), write('b')), { served: () => 1, late: () => false }),
    ).toMatchObject({
      Responses: [{ TableName: 'simulated' }, { Error: { Code: 'ThrottlingError' } }],
    })
    expect([table.get({ pk, sk: 'a' }), table.get({ pk, sk: 'b' })]).toEqual([
      { pk, sk: 'a', n: 1 },
      { pk, sk: 'b' },
    ])
  })

  it('tells what stood in the way where it is asked to (dynoxide never does)', () => {
    const failing = { Statement: `${write('a').Statement} AND n = ?`, Parameters: [1, pk, 'a', 2] }
    const told = { ...failing, ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const }
    expect(performAtOnce(tableOf('a'), command(told))).toMatchObject({
      Responses: [{ Error: { Code: 'ConditionalCheckFailed', Item: { pk, sk: 'a' } } }],
    })
  })

  it.each([
    ['attribute_not_exists(gone)', true],
    ['attribute_not_exists(sk)', false],
    ['attribute_exists(sk)', true],
    ['(attribute_not_exists(gone) OR gone < 4) AND NOT attribute_exists(gone)', true],
  ])('judges the condition %s (dynoxide knows no such function in a statement)', (condition, holds) => {
    const one = { ...write('a'), Statement: `${write('a').Statement} AND ${condition}` }
    const answer = holds ? { TableName: 'simulated' } : { Error: { Code: 'ConditionalCheckFailed' } }
    expect(performAtOnce(tableOf('a'), command(one))).toMatchObject({ Responses: [answer] })
  })

  it('refuses more parameters than the statement has places for (dynoxide looks at too few alone)', () => {
    const one = { ...write('a'), Parameters: [1, pk, 'a', 2] }
    expect(performAtOnce(tableOf('a'), command(one))).toMatchObject({
      Responses: [{ Error: { Code: 'ValidationError' } }],
    })
  })

  it('inserts parameters within maps (dynoxide takes none there)', () => {
    const table = tableOf()
    const Statement = `INSERT INTO "simulated" VALUE {'pk': ?, 'sk': 'a', 'map': {'it': ?, 'n': 2}}`
    performAtOnce(table, command({ Statement, Parameters: [pk, 'x'] }))
    expect(table.get({ pk, sk: 'a' })).toEqual({ pk, sk: 'a', map: { it: 'x', n: 2 } })
  })

  it('counts a statement that changed nothing, as a write that failed (dynoxide tells no capacity of it)', () => {
    const table = tableOf('a')
    const failing = { Statement: `${write('a').Statement} AND n = ?`, Parameters: [1, pk, 'a', 2] }
    performAtOnce(table, command(failing, write('b')))
    expect(table.capacity.writes).toBe(2)
  })

  it.each(['SET n = ?, m = n', 'SET n = if_not_exists(n, ?)', 'ADD n ?', 'SET pk = ?'])(
    'refuses %s, which is not documented or changes a key (dynoxide takes other forms)',
    (clauses) => {
      expect(performAtOnce(tableOf('a'), command(write('a', clauses)))).toMatchObject({
        Responses: [{ Error: { Code: 'ValidationError' } }],
      })
    },
  )
})
