import * as z from 'zod'
import { namedSchemas } from './named-schemas.ts'
import type { AnyOperation } from '../operation.ts'
import { claimTarget, targetByAddress, targetById } from '../schemas/claim.ts'

export type JsonSchema = Readonly<Record<string, unknown>>

export const referTo = (name: string): JsonSchema => ({ $ref: `#/components/schemas/${name}` })

/**
 * Schemas that accept one of two shapes but are written as one, for better error messages: the document shows the
 * alternatives instead.
 */
const alternatives: ReadonlyMap<unknown, readonly z.ZodType[]> = new Map([
  [claimTarget, [targetById, targetByAddress]],
])

/** The minimum that zod writes for an integer that has none. */
const UNBOUNDED = Number.MIN_SAFE_INTEGER

interface Written {
  readonly zodSchema: unknown
  readonly jsonSchema: Record<string, unknown>
}

/**
 * Gives integers without a minimum the minimum 0: every integer in this API is a count unless its schema says
 * otherwise.
 */
export function defaultMinimum({ jsonSchema }: Written): void {
  if (jsonSchema.type !== 'integer') return
  if (jsonSchema.minimum === UNBOUNDED) jsonSchema.minimum = 0
}

/** Removes the members that zod writes only for a top-level schema. */
function embedded({ $schema: _schema, $id: _id, ...schema }: JsonSchema): JsonSchema {
  return schema
}

/**
 * Text that can be stored. Lone surrogates and control characters, except tabs and line breaks, are refused wherever
 * they come in.
 */
const STORABLE = String.raw`^[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]*$`
const isSaidAlready = (schema: JsonSchema): boolean =>
  ['pattern', 'enum', 'const', 'format'].some((name) => name in schema)

/** Adds to a request's schema the pattern that every text in it is checked against. */
function storable(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(storable)
  if (typeof node !== 'object' || node === null) return node
  const schema: JsonSchema = Object.fromEntries(
    Object.entries(node).map(([name, value]) => [name, name === 'examples' ? value : storable(value)]),
  )
  return schema.type === 'string' && !isSaidAlready(schema) ? { ...schema, pattern: STORABLE } : schema
}

const titled = (operation: string): string => operation.charAt(0).toUpperCase() + operation.slice(1)

/**
 * Collects the schemas of all bodies under their names.
 * @returns the `components.schemas`, and a function that refers to one of them
 */
export function componentSchemas(operations: readonly AnyOperation[]) {
  /** Names of request schemas. Except whom a claim names: unstorable text there refuses only that user (C8). */
  const taken = new Set<string>()
  const names = new Map<z.ZodType, string>(
    Object.entries(namedSchemas).map(([name, schema]) => [schema, name]),
  )
  for (const { name, body, responses, media } of operations) {
    if (body !== undefined) {
      if (!names.has(body)) names.set(body, `${titled(name)}Request`)
      taken.add(names.get(body) ?? '')
    }
    if (!media.includes('application/json')) continue
    for (const response of Object.values(responses))
      if (response !== null && !names.has(response)) names.set(response, `${titled(name)}Response`)
  }
  const registry = z.registry<{ id: string }>()
  for (const [schema, id] of names) registry.add(schema, { id })
  // As input, since a request may leave defaults out; and open, since clients must accept new members in answers.
  const { schemas } = z.toJSONSchema(registry, {
    target: 'draft-2020-12',
    io: 'input',
    uri: (id) => `#/components/schemas/${id}`,
    override(written) {
      defaultMinimum(written)
      const others = alternatives.get(written.zodSchema)
      if (others === undefined) return
      const { description } = written.jsonSchema
      for (const name of Object.keys(written.jsonSchema)) delete written.jsonSchema[name]
      const oneOf = others.map((each) => referTo(names.get(each) ?? ''))
      Object.assign(written.jsonSchema, { ...(description === undefined ? {} : { description }), oneOf })
    },
  })
  const sorted = Object.entries(schemas).sort(([a], [b]) => (a < b ? -1 : 1))
  return {
    schemas: Object.fromEntries(
      sorted.map(([name, schema]) => {
        const described = embedded({ ...schema })
        return [name, taken.has(name) ? (storable(described) as JsonSchema) : described]
      }),
    ),
    refer: (schema: z.ZodType): JsonSchema => referTo(names.get(schema) ?? ''),
  }
}

const objectSchema = z.object({
  properties: z.record(z.string(), z.record(z.string(), z.unknown())).default({}),
  required: z.array(z.string()).default([]),
})

export interface Parameter {
  readonly name: string
  readonly in: 'path' | 'query' | 'header'
  readonly required: boolean
  readonly description?: unknown
  readonly schema: JsonSchema
}

/** Turns the members of an object schema into parameters. */
export function parametersOf(schema: z.ZodType, place: 'path' | 'query'): Parameter[] {
  const { properties, required } = objectSchema.parse(
    storable(z.toJSONSchema(schema, { io: 'input', override: defaultMinimum })),
  )
  return Object.entries(properties).map(([name, { description, ...rest }]) => ({
    name,
    in: place,
    required: place === 'path' || required.includes(name),
    ...(description === undefined ? {} : { description }),
    schema: rest,
  }))
}
