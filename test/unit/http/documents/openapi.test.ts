import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { type ApiDeps, createApi } from '../../../../shared/http/api.ts'
import { openApiDocument } from '../../../../shared/http/documents/openapi.ts'
import { type AnyOperation, answer } from '../../../../shared/http/operation.ts'
import { adminOperations } from '../../../../shared/http/operations/admin.ts'
import { platformOperations } from '../../../../shared/http/operations/platform.ts'
import { publicOperations } from '../../../../shared/http/operations/public.ts'
import { problemCodes, refuse } from '../../../../shared/http/problems/problem.ts'
import { refusalCodes } from '../../../../shared/http/problems/reasons.ts'
import { platformRoutes, routes, scopesOf } from '../../../../shared/http/routes.ts'
import { serve } from '../../../../shared/http/serve.ts'
import { ORG_ID_PATTERN } from '../../../../shared/rules/ids.ts'

const document = openApiDocument('1.0.0')
const operations: readonly AnyOperation[] = [adminOperations, platformOperations, publicOperations].flatMap(
  (group): AnyOperation[] => Object.values(group),
)

/** Every value of a key, wherever it stands. */
function valuesOf(key: string, node: unknown): unknown[] {
  if (Array.isArray(node)) return node.flatMap((each) => valuesOf(key, each))
  if (typeof node !== 'object' || node === null) return []
  return Object.entries(node).flatMap(([name, value]) => [
    ...(name === key ? [value] : []),
    ...valuesOf(key, value),
  ])
}

/** What a reference stands for. */
const resolve = (reference: unknown): unknown =>
  String(reference)
    .slice(2)
    .split('/')
    .reduce<unknown>((node, part) => z.record(z.string(), z.unknown()).parse(node)[part], document)

describe('openapi.json', () => {
  const described = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  )

  it('has every route, under its path and method, and no other', () => {
    const listed = described.map(
      ({ path, method, operation }) => `${method} ${path} ${operation.operationId}`,
    )
    const expected = routes.map(
      ({ method, path, operation }) => `${method.toLowerCase()} ${path} ${operation}`,
    )
    expect(listed.sort()).toEqual(expected.sort())
    expect(new Set(routes.map(({ operation }) => operation)).size).toBe(routes.length)
  })

  it('is JSON, in the form of OpenAPI 3.1', () => {
    expect(JSON.parse(JSON.stringify(document))).toEqual(document)
    const parameter = z.strictObject({
      name: z.string().min(1),
      in: z.enum(['path', 'query', 'header']),
      required: z.boolean(),
      description: z.string().optional(),
      schema: z.record(z.string(), z.unknown()),
    })
    const example = z.strictObject({ $ref: z.string().startsWith('#/components/examples/') })
    const content = z.record(
      z.string().includes('/'),
      z.strictObject({
        schema: z.looseObject({}),
        examples: z.record(z.string(), example).optional(),
      }),
    )
    const response = z.union([
      z.strictObject({ $ref: z.string() }),
      z.strictObject({
        description: z.string().min(1),
        'x-codes': z.array(z.string()).optional(),
        headers: z.record(z.string(), z.strictObject({ $ref: z.string() })).optional(),
        content: content.optional(),
      }),
    ])
    const operation = z.strictObject({
      operationId: z.string().regex(/^[a-z][A-Za-z]+$/),
      summary: z.string().min(1),
      description: z.string().optional(),
      tags: z.array(z.string().min(1)).length(1),
      security: z.array(z.record(z.string(), z.array(z.string()))),
      parameters: z.array(parameter).optional(),
      requestBody: z.strictObject({ required: z.literal(true), content }).optional(),
      responses: z.record(z.string().regex(/^[2-5]\d\d$/), response),
    })
    const method = z.enum(['get', 'head', 'post', 'put', 'patch', 'delete'])
    const schema = z.strictObject({
      openapi: z.literal('3.1.0'),
      info: z.looseObject({ title: z.string(), version: z.literal('1.0.0') }),
      servers: z.array(z.strictObject({ url: z.string() })),
      tags: z.array(z.strictObject({ name: z.string(), description: z.string().min(1) })),
      paths: z.record(z.string().startsWith('/'), z.partialRecord(method, operation)),
      components: z.strictObject({
        schemas: z.record(z.string().regex(/^[A-Z]\w+$/), z.record(z.string(), z.unknown())),
        headers: z.record(z.string(), z.looseObject({ description: z.string() })),
        responses: z.record(z.string(), z.strictObject({ description: z.string() })),
        examples: z.record(z.string(), z.strictObject({ value: z.looseObject({ code: z.string() }) })),
        securitySchemes: z.strictObject({ bearer: z.looseObject({ type: z.literal('http') }) }),
      }),
    })
    expect(schema.safeParse(document).error?.issues).toBeUndefined()
  })

  it('says of every document, and of nothing else, that it is not sent again to whom has it', () => {
    const unsent = described.filter(({ operation }) => '304' in operation.responses)
    const conditional = described.filter(({ operation }) =>
      operation.parameters?.some(({ name }) => name === 'If-None-Match'),
    )
    const documents = routes.filter(({ fn }) => fn === 'openapi').map(({ operation }) => operation)
    expect(documents.length).toBeGreaterThan(3)
    expect(unsent.map(({ operation }) => operation.operationId).sort()).toEqual([...documents].sort())
    expect(conditional).toEqual(unsent)
  })

  it('refers to nothing that is not there, and leaves no schema unused', () => {
    const references = new Set(valuesOf('$ref', document))
    for (const reference of references) expect(resolve(reference), String(reference)).toBeDefined()
    for (const name of Object.keys(document.components.schemas))
      expect(references, name).toContain(`#/components/schemas/${name}`)
  })

  it('has a parameter for every part of a path, and asks for each', () => {
    for (const { path, operation } of described) {
      const inPath = (operation.parameters ?? []).filter((parameter) => parameter.in === 'path')
      const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name)
      expect(inPath.map(({ name }) => name).sort(), path).toEqual(names.sort())
      expect(inPath.every(({ required }) => required)).toBe(true)
    }
  })

  it('asks for the scope that the gateway asks for, and for none where it asks for none', () => {
    for (const route of routes) {
      const { path, method } = route
      const operation = document.paths[path]?.[method.toLowerCase()]
      expect(operation?.security, path).toEqual(scopesOf(route).map((scope) => ({ bearer: [scope] })))
      expect(Object.keys(operation?.responses ?? {}).includes('401'), path).toBe(route.scope !== null)
    }
  })

  it('C6: every POST with a token takes an Idempotency-Key, and says what comes of its misuse', () => {
    for (const { path, method, scope } of routes) {
      const operation = document.paths[path]?.[method.toLowerCase()]
      const takes = operation?.parameters?.some(({ name }) => name === 'Idempotency-Key') ?? false
      expect(takes, `${method} ${path}`).toBe(method === 'POST' && scope !== null)
      if (takes) expect(operation?.responses).toHaveProperty('422')
    }
  })

  it('has one schema for all problems, with the codes of each answer beside it', () => {
    for (const { path, operation } of described)
      for (const [status, response] of Object.entries(operation.responses)) {
        if ('$ref' in response || Number(status) < 400) continue
        expect(response.content?.['application/problem+json']?.schema, path).toEqual({
          $ref: '#/components/schemas/Problem',
        })
        expect(response['x-codes']?.length, path).toBeGreaterThan(0)
      }
    expect(document.components.schemas.ProblemCode).toMatchObject({ type: 'string', enum: [...problemCodes] })
  })

  it('E: tells the codes of results as an enum', () => {
    expect(document.components.schemas.RefusalCode).toMatchObject({ type: 'string', enum: [...refusalCodes] })
    expect(document.components.schemas.ClaimResult).toMatchObject({
      properties: { codes: { type: 'array', items: { $ref: '#/components/schemas/RefusalCode' } } },
    })
  })

  /** Schemas, wherever they stand: not what examples and names of members hold. */
  function schemasIn(node: unknown): Record<string, unknown>[] {
    const schema = z.record(z.string(), z.unknown()).safeParse(node).data
    if (schema === undefined) return []
    const { properties = {}, items, prefixItems = [], oneOf = [], anyOf = [], allOf = [], not } = schema
    const lists = z.array(z.array(z.unknown())).parse([prefixItems, oneOf, anyOf, allOf])
    const inner = [
      ...Object.values(z.record(z.string(), z.unknown()).parse(properties)),
      items,
      not,
      ...lists.flat(),
    ]
    for (const each of inner) expect(typeof each, JSON.stringify(schema)).not.toBe('boolean')
    return [schema, ...inner.flatMap(schemasIn), ...schemasIn(schema.additionalProperties)]
  }
  const all = () => [
    ...Object.values(document.components.schemas).flatMap(schemasIn),
    ...described.flatMap(({ operation }) =>
      (operation.parameters ?? []).flatMap(({ schema }) => schemasIn(schema)),
    ),
  ]

  it('has no schema that is true or false, which generators refuse', () => {
    expect(all().length).toBeGreaterThan(300)
  })

  it('counts nothing below 0', () => {
    const counts = all().filter(({ type }) => type === 'integer')
    expect(counts.length).toBeGreaterThan(20)
    for (const count of counts) {
      expect(count.minimum, JSON.stringify(count)).toBeGreaterThanOrEqual(0)
    }
  })

  it('says of every text that comes in what is checked of it', () => {
    const { SignIn, UserInput } = document.components.schemas
    const email = z
      .looseObject({
        properties: z.looseObject({ email: z.looseObject({ pattern: z.string(), maxLength: z.number() }) }),
      })
      .parse(SignIn).properties.email
    const pattern = new RegExp(email.pattern, 'u')
    expect(['ada@acme.example', 'zoë\t', 'a\nb', '😀'].map((text) => pattern.test(text))).toEqual([
      true,
      true,
      true,
      true,
    ])
    expect(['a\0b', 'a\x1f', '\x7f', 'a\x85'].map((text) => pattern.test(text))).toEqual([
      false,
      false,
      false,
      false,
    ])
    expect(UserInput).toMatchObject({ properties: { orgId: { pattern: ORG_ID_PATTERN.source } } })
  })

  it('describes limits as numbers', () => {
    const limit = document.paths['/v1/claims']?.get?.parameters?.find(({ name }) => name === 'limit')
    expect(limit).toMatchObject({ required: false, schema: { type: 'integer', minimum: 1, maximum: 100 } })
  })

  it('shows examples that its own schemas take', () => {
    let examples = 0
    for (const { body, responses } of operations)
      for (const schema of [body, ...Object.values(responses)])
        for (const example of z.array(z.unknown()).parse(schema?.meta()?.examples ?? [])) {
          expect(schema?.safeParse(example).error?.issues).toBeUndefined()
          examples++
        }
    expect(examples).toBeGreaterThan(15)
  })

  it('lets answers grow members, and requests have none that is not known', () => {
    const { Claim, ClaimRequest, OrganizationPatch } = document.components.schemas
    expect(Claim).not.toHaveProperty('additionalProperties')
    expect(ClaimRequest).toHaveProperty('additionalProperties', false)
    expect(OrganizationPatch).toHaveProperty('additionalProperties', false)
  })
})

describe('what does not compile', () => {
  /** Never called: that the compiler objects is what is proven, by `tsc`. */
  const notRun = (deps: ApiDeps) => {
    // @ts-expect-error a route without a handler
    createApi(platformRoutes, {}, deps)
    // @ts-expect-error a code that the operation doesn't declare
    serve(platformOperations.getPlatformUser, async () => refuse('email_taken'))
    // @ts-expect-error an answer that isn't what the schema says
    serve(platformOperations.reportSignIn, async () => answer(200, { allowed: 'yes' }))
    // @ts-expect-error a status that the operation doesn't have
    serve(adminOperations.removeDomain, async () => answer(200, undefined))
    const routes = [platformRoutes[0]]
    const putOrganization = serve(adminOperations.removeDomain, async () => refuse('busy'))
    // @ts-expect-error a handler under another operation's name
    createApi(routes, { putOrganization }, deps)
  }

  it('is a handler that is missing, or that answers what was not promised', () => {
    expect(notRun).toBeTypeOf('function')
  })
})
