import * as z from 'zod'
import { suppressEffectsAttribute, tableSchema } from '../schema.ts'

/**
 * What a newer version of the service has stored, as this one meets it after it was rolled back: attributes that it
 * doesn't know, which it leaves as they are, and items of a version that it doesn't know, which it doesn't touch.
 */
type Attributes = Readonly<Record<string, unknown>>

export const itemVersion = z.literal(1, {
  error: ({ input }) =>
    `an item of version ${String(input)}, of which this version of the service knows nothing`,
})

/** Goes with what is spread from the value, and is seen by nobody who doesn't ask for it. */
const unknownAttributes = Symbol('attributes that this version does not know')

/** What follows from the rest of the item is written anew each time, or stands there no more. */
export const derivedAttributes: ReadonlySet<string> = new Set([
  tableSchema.partitionKey,
  tableSchema.sortKey,
  ...tableSchema.indexes.flatMap(({ partitionKey, sortKey }) => [partitionKey, sortKey]),
  suppressEffectsAttribute,
])

/** The value that was read from an item, or from a map in it, with what of that isn't in its schema. */
export function withUnknown<T extends object>(value: T, item: unknown, { shape }: z.ZodObject): T {
  if (typeof item !== 'object' || item === null) return value
  const unknown = Object.entries(item).filter(
    ([name]) => !Object.hasOwn(shape, name) && !derivedAttributes.has(name),
  )
  return unknown.length === 0 ? value : { ...value, [unknownAttributes]: Object.fromEntries(unknown) }
}

/** What is to be written back beside what the value says of itself. */
export const unknownOf = (value: object): Attributes => (hasUnknown(value) ? value[unknownAttributes] : {})

const hasUnknown = (value: object): value is { readonly [unknownAttributes]: Attributes } =>
  unknownAttributes in value
