import * as z from 'zod'
import type { AnyOperation } from './operation.ts'
import { claim, claimRequest } from './schemas/claim.ts'
import { decisionInput, decisionView, signInAnswer, signInInput } from './schemas/decision.ts'
import { domain, domainInput } from './schemas/domain.ts'
import { createdImport, importInput, importView } from './schemas/import.ts'
import { organization, organizationInput, organizationPatch } from './schemas/organization.ts'
import { problemSchema } from './schemas/problem.ts'
import { conversation, conversationInput, platformUser, user, userInput } from './schemas/user.ts'

export type JsonSchema = Readonly<Record<string, unknown>>

/** Names of the schemas that mean something by themselves; the others are named after their operation. */
const named = {
  Claim: claim,
  ClaimRequest: claimRequest,
  Conversation: conversation,
  ConversationInput: conversationInput,
  CreatedImport: createdImport,
  Decision: decisionView,
  DecisionInput: decisionInput,
  Domain: domain,
  DomainInput: domainInput,
  Import: importView,
  ImportInput: importInput,
  Organization: organization,
  OrganizationInput: organizationInput,
  OrganizationPatch: organizationPatch,
  PlatformUser: platformUser,
  Problem: problemSchema,
  SignIn: signInInput,
  SignInAnswer: signInAnswer,
  User: user,
  UserInput: userInput,
} as const satisfies Record<string, z.ZodType>

export const referTo = (name: string): JsonSchema => ({ $ref: `#/components/schemas/${name}` })

/** The members that zod writes for a schema that stands alone. */
function embedded({ $schema: _schema, $id: _id, ...schema }: JsonSchema): JsonSchema {
  return schema
}

const titled = (operation: string): string => operation.charAt(0).toUpperCase() + operation.slice(1)

/** All bodies' schemas under their names, and how to refer to each. */
export function componentSchemas(operations: readonly AnyOperation[]) {
  const names = new Map<z.ZodType, string>(Object.entries(named).map(([name, schema]) => [schema, name]))
  for (const { name, body, responses } of operations) {
    if (body !== undefined && !names.has(body)) names.set(body, `${titled(name)}Request`)
    for (const response of Object.values(responses))
      if (response !== null && !names.has(response)) names.set(response, `${titled(name)}Response`)
  }
  const registry = z.registry<{ id: string }>()
  for (const [schema, id] of names) registry.add(schema, { id })
  // What is sent in: defaults needn't be, and answers may grow members that a client should bear.
  const { schemas } = z.toJSONSchema(registry, {
    target: 'draft-2020-12',
    io: 'input',
    uri: (id) => `#/components/schemas/${id}`,
  })
  const sorted = Object.entries(schemas).sort(([a], [b]) => (a < b ? -1 : 1))
  return {
    schemas: Object.fromEntries(sorted.map(([name, schema]) => [name, embedded({ ...schema })])),
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

/** An object's members as parameters. */
export function parametersOf(schema: z.ZodType, place: 'path' | 'query'): Parameter[] {
  const { properties, required } = objectSchema.parse(z.toJSONSchema(schema, { io: 'input' }))
  return Object.entries(properties).map(([name, { description, ...rest }]) => ({
    name,
    in: place,
    required: place === 'path' || required.includes(name),
    ...(description === undefined ? {} : { description }),
    schema: rest,
  }))
}
