import type { QueryCommandInput } from '@aws-sdk/lib-dynamodb'
import { compileCondition, compileProjection, type Scope } from './conditions.ts'
import { indexNamed, keyOf, type MemoryTable } from './memory-table.ts'
import { checkTable, checkUsed, META, project, scopeOf } from './requests.ts'
import { BadRequest, Tokens } from './tokens.ts'
import { bytesOf, type Item } from './values.ts'

const PAGE_BYTES = 1024 * 1024

interface QueryKeys {
  readonly partition: string
  readonly sort: string
}

const partitions = new Map<string, (scope: Scope) => unknown>()

/** The partition key of a key condition, which must be compared for equality. */
function partitionOf(expression: string, { partition }: QueryKeys, scope: Scope): string {
  const known = `${partition}\n${expression}`
  let read = partitions.get(known)
  if (read === undefined) {
    const tokens = new Tokens(expression)
    const found: { name: string; value: string }[] = []
    while (!tokens.done) {
      const name = tokens.next()
      if (tokens.peek()?.text !== '=') continue
      tokens.next()
      const value = tokens.next()
      found.push({ name: name.text, value: value.text })
    }
    read = ({ names, values }) =>
      values[found.find(({ name }) => (names[name] ?? name) === partition)?.value ?? '']
    partitions.set(known, read)
  }
  const value = read(scope)
  if (typeof value !== 'string')
    throw new BadRequest(`Query condition missed key schema element: ${partition}`)
  return value
}

export function query(table: MemoryTable, input: QueryCommandInput, late: () => boolean): object {
  checkTable(table, input.TableName)
  const { IndexName, KeyConditionExpression, FilterExpression, ProjectionExpression, ExclusiveStartKey } =
    input
  if (KeyConditionExpression === undefined) throw new BadRequest('KeyConditionExpression is missing')
  if (IndexName !== undefined && input.ConsistentRead === true)
    throw new BadRequest('Consistent reads are not supported on global secondary indexes')
  const index = IndexName === undefined ? undefined : indexNamed(IndexName)
  const keys: QueryKeys =
    index === undefined
      ? { partition: 'pk', sort: 'sk' }
      : { partition: index.partitionKey, sort: index.sortKey }
  const condition = compileCondition(KeyConditionExpression)
  const filter = FilterExpression === undefined ? undefined : compileCondition(FilterExpression)
  const projection = ProjectionExpression === undefined ? undefined : compileProjection(ProjectionExpression)
  checkUsed(input, [condition, filter, projection])
  const scope = scopeOf(input, undefined)
  const partition = partitionOf(KeyConditionExpression, keys, scope)
  const entries =
    IndexName !== undefined
      ? table.indexPartition(IndexName, partition)
      : input.ConsistentRead !== true && table.lag > 0 && late()
        ? table.partitionLate(partition)
        : table.partition(partition)
  const forward = input.ScanIndexForward ?? true
  const start = ExclusiveStartKey && startOf(ExclusiveStartKey, keys, IndexName !== undefined)
  const page = { items: [] as Item[], scanned: 0, bytes: 0, last: undefined as Item | undefined }
  for (const item of entries?.from(start, forward) ?? []) {
    const here = { ...scope, item }
    // The keys read are contiguous: skip those before the range, and stop after it.
    if (!condition.run(here)) {
      if (page.scanned > 0) break
      continue
    }
    if (page.scanned === input.Limit || page.bytes > PAGE_BYTES) {
      page.last = page.last ?? item
      break
    }
    page.scanned++
    page.bytes += bytesOf(item)
    if (filter?.run(here) ?? true) page.items.push(project(item, input))
    page.last = page.scanned === input.Limit || page.bytes > PAGE_BYTES ? item : undefined
    if (page.last !== undefined) break
  }
  table.countRead(page.bytes, input.ConsistentRead ?? false)
  return {
    ...META,
    Items: page.items,
    Count: page.items.length,
    ScannedCount: page.scanned,
    ...(page.last === undefined ? {} : { LastEvaluatedKey: lastKey(page.last, keys) }),
  }
}

function startOf(key: Record<string, unknown>, { sort }: QueryKeys, ofIndex: boolean) {
  const { pk, sk } = keyOf(key)
  const sortValue = key[sort]
  if (typeof sortValue !== 'string') throw new BadRequest('The provided starting key is invalid')
  return { key: sortValue, tie: ofIndex ? `${pk}\n${sk}` : '' }
}

const lastKey = (item: Item, { partition, sort }: QueryKeys): Item => {
  const { pk, sk } = item
  return { pk, sk, [partition]: item[partition], [sort]: item[sort] }
}
