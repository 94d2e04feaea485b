import * as z from 'zod'
import type { Item, Named } from './calls.ts'

const keySchema = z
  .array(z.object({ AttributeName: z.string(), KeyType: z.enum(['HASH', 'RANGE']) }))
  .transform((keys) => {
    const named = (type: 'HASH' | 'RANGE') => keys.find(({ KeyType }) => KeyType === type)?.AttributeName
    return { partition: named('HASH') ?? '', sort: named('RANGE') }
  })
export type KeyNames = z.output<typeof keySchema>

const description = z.object({
  Table: z.object({
    KeySchema: keySchema,
    GlobalSecondaryIndexes: z
      .array(
        z.object({
          IndexName: z.string(),
          KeySchema: keySchema,
          Projection: z.object({
            ProjectionType: z.enum(['ALL', 'KEYS_ONLY', 'INCLUDE']),
            NonKeyAttributes: z.array(z.string()).default([]),
          }),
        }),
      )
      .default([]),
  }),
})

export interface IndexShape {
  readonly keys: KeyNames
  /** Attributes that its entries contain; undefined: all. */
  readonly projected: readonly string[] | undefined
}

export interface TableShape {
  readonly keys: KeyNames
  readonly indexes: ReadonlyMap<string, IndexShape>
}

const namesOf = ({ partition, sort }: KeyNames): string[] =>
  sort === undefined ? [partition] : [partition, sort]

/** @throws ZodError for an answer that describes no table */
export function tableShape(describeTableAnswer: unknown): TableShape {
  const { KeySchema, GlobalSecondaryIndexes } = description.parse(describeTableAnswer).Table
  const indexes = GlobalSecondaryIndexes.map(({ IndexName, KeySchema: keys, Projection }) => {
    const projected =
      Projection.ProjectionType === 'ALL'
        ? undefined
        : [...namesOf(KeySchema), ...namesOf(keys), ...Projection.NonKeyAttributes]
    return [IndexName, { keys, projected }] as const
  })
  return { keys: KeySchema, indexes: new Map(indexes) }
}

/** Picks the attributes with these names, if the item has them. */
export function partOf(attributes: Item, names: readonly string[]): Item {
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = attributes[name]
      return value === undefined ? [] : [[name, value]]
    }),
  )
}

export const keyOf = ({ keys }: TableShape, attributes: Item): Item => partOf(attributes, namesOf(keys))

/** A text that identifies an item of a table. */
export const idOf = (shape: TableShape, { table, attributes }: Pick<Named, 'table' | 'attributes'>): string =>
  `${table} ${JSON.stringify(keyOf(shape, attributes))}`

/** The item's entry in an index; undefined if the item lacks one of the index's keys. */
export function entryOf({ keys, projected }: IndexShape, attributes: Item | undefined): Item | undefined {
  if (attributes === undefined) return undefined
  if (namesOf(keys).some((name) => attributes[name] === undefined)) return undefined
  return projected === undefined ? attributes : partOf(attributes, projected)
}

/** ExclusiveStartKey or LastEvaluatedKey of a query on the index, for this entry. */
export const positionOf = (table: TableShape, index: IndexShape, entry: Item): Item =>
  partOf(entry, [...namesOf(table.keys), ...namesOf(index.keys)])
