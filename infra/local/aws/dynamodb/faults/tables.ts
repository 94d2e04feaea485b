import * as z from 'zod'
import { parsed } from './answers.ts'
import { type Item, item, type Named } from './calls.ts'
import type { StaleIndexReads } from './stale-index-reads.ts'
import type { FaultOptions } from './options.ts'
import type { Forward } from './fault-context.ts'
import { idOf, keyOf, type TableShape, tableShape } from './shapes.ts'

/** BatchGetItem's limit. */
const BATCH_KEYS = 100

const images = z.object({
  Responses: z.record(z.string(), z.array(item)).default({}),
  UnprocessedKeys: z.record(z.string(), z.object({ Keys: z.array(item) })).default({}),
})

/** The tables behind the proxy: their shapes, which are read once, and their items as they are before a write. */
export function createTables(o: { forward: Forward; staleReads: StaleIndexReads; options: FaultOptions }) {
  const { forward, staleReads, options } = o
  const isLate = options.late > 0 && options.lagMs > 0
  const shapes = new Map<string, Promise<TableShape | undefined>>()

  async function describe(table: string): Promise<TableShape | undefined> {
    const answer = await forward('DescribeTable', { TableName: table })
    return answer.status === 200 ? tableShape(parsed(answer.body)) : undefined
  }

  /** Undefined if the table doesn't exist; DynamoDB itself will say so. */
  function shapeOf(table: string): Promise<TableShape | undefined> {
    const known = shapes.get(table) ?? describe(table)
    shapes.set(table, known)
    return known
  }

  async function imagesOf(
    table: string,
    shape: TableShape,
    named: readonly Named[],
  ): Promise<Map<string, Item>> {
    const found = new Map<string, Item>()
    let keys = named.map(({ attributes }) => keyOf(shape, attributes))
    while (keys.length > 0) {
      const asked = keys.slice(0, BATCH_KEYS)
      const RequestItems = { [table]: { Keys: asked, ConsistentRead: true } }
      const { Responses, UnprocessedKeys } = images.parse(
        parsed((await forward('BatchGetItem', { RequestItems })).body),
      )
      for (const attributes of Responses[table] ?? [])
        found.set(idOf(shape, { table, attributes }), attributes)
      keys = [...keys.slice(BATCH_KEYS), ...(UnprocessedKeys[table]?.Keys ?? [])]
    }
    return found
  }

  return {
    shapeOf,

    forget: (): void => shapes.clear(),

    /** A text that identifies each item; undefined if a table doesn't exist. */
    async idsOf(named: readonly Named[]): Promise<string[] | undefined> {
      const ids: string[] = []
      for (const each of named) {
        const shape = await shapeOf(each.table)
        if (shape === undefined) return undefined
        ids.push(idOf(shape, each))
      }
      return ids
    },

    /** The table's shape if reads of its indexes lag, so that previous images have to be remembered. */
    async lags(table: string): Promise<TableShape | undefined> {
      const shape = isLate ? await shapeOf(table) : undefined
      return shape !== undefined && shape.indexes.size > 0 ? shape : undefined
    },

    /** Reads the items before a write. Call the returned function once the write has taken effect. */
    async rememberBefore(named: readonly Named[]): Promise<() => void> {
      const remember: (() => void)[] = []
      for (const table of isLate ? new Set(named.map((each) => each.table)) : []) {
        const shape = await shapeOf(table)
        if (shape === undefined || shape.indexes.size === 0) continue
        const ofTable = named.filter((each) => each.table === table)
        const before = await imagesOf(table, shape, ofTable)
        for (const each of ofTable)
          remember.push(() =>
            staleReads.written(table, shape, each.attributes, before.get(idOf(shape, each))),
          )
      }
      return () => {
        for (const each of remember) each()
      }
    },
  }
}

export type Tables = ReturnType<typeof createTables>
