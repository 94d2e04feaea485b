import * as z from 'zod'
import { suppressEffectsAttribute, tableSchema } from '../schema.ts'

/**
 * Handles what a newer version of the service has stored, after a rollback to this one: keeps attributes that
 * this version doesn't know, and refuses items of a version that it doesn't know.
 */
type Attributes = Readonly<Record<string, unknown>>

export const itemVersion = z.literal(1, {
  error: ({ input }) =>
    `an item of version ${String(input)}, of which this version of the service knows nothing`,
})

/** A symbol, so that it is copied when the value is spread, and nobody else sees it. */
const unknownAttributes = Symbol('attributes that this version does not know')

/** Derived from the rest of the item: written anew each time, or removed. */
export const derivedAttributes: ReadonlySet<string> = new Set([
  tableSchema.partitionKey,
  tableSchema.sortKey,
  ...tableSchema.indexes.flatMap(({ partitionKey, sortKey }) => [partitionKey, sortKey]),
  suppressEffectsAttribute,
])

/** Attaches to a value the attributes of its item, or of a map in it, that aren't in the schema. */
export function withUnknown<T extends object>(value: T, item: unknown, { shape }: z.ZodObject): T {
  const unknown = Object.entries(Object(item)).filter(
    ([name]) => !Object.hasOwn(shape, name) && !derivedAttributes.has(name),
  )
  return unknown.length === 0 ? value : { ...value, [unknownAttributes]: Object.fromEntries(unknown) }
}

/** The attached attributes, to be written back with the value. */
export const unknownOf = (value: object): Attributes => (hasUnknown(value) ? value[unknownAttributes] : {})

const hasUnknown = (value: object): value is { readonly [unknownAttributes]: Attributes } =>
  unknownAttributes in value
