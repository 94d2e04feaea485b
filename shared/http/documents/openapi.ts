import type * as z from 'zod'
import type { AnyOperation } from '../operation.ts'
import { adminOperations } from '../operations/admin.ts'
import { platformOperations } from '../operations/platform.ts'
import { publicOperations } from '../operations/public.ts'
import {
  type AdminOperation,
  adminRoutes,
  type PlatformOperation,
  type PublicOperation,
  platformRoutes,
  publicRoutes,
  scopesOf,
} from '../routes.ts'
import { allParametersOf, codesOf, isDocument } from './openapi-parameters.ts'
import {
  headers,
  JSON_CONTENT,
  problemExample,
  problemResponses,
  successResponses,
} from './openapi-responses.ts'
import { componentSchemas, type JsonSchema } from './openapi-schemas.ts'
import { tagDescriptions, tagOf } from './openapi-tags.ts'
import type { Described, OpenApiDocument, OpenApiOperation } from './openapi-types.ts'

/** Operations by route; a route without one doesn't compile. */
const operations: {
  readonly [N in AdminOperation | PlatformOperation | PublicOperation]: AnyOperation<N>
} = { ...adminOperations, ...platformOperations, ...publicOperations }

const described: readonly Described[] = [...adminRoutes, ...platformRoutes, ...publicRoutes].map((route) => ({
  route,
  operation: operations[route.operation],
}))

function describeOperation(each: Described, refer: (schema: z.ZodType) => JsonSchema): OpenApiOperation {
  const { route, operation } = each
  const parameters = allParametersOf(each)
  const body = operation.body && refer(operation.body)
  return {
    operationId: operation.name,
    summary: operation.summary,
    ...(operation.description === undefined ? {} : { description: operation.description }),
    tags: [tagOf(route)],
    security: scopesOf(route).map((scope) => ({ bearer: [scope] })),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(body === undefined
      ? {}
      : {
          requestBody: {
            required: true,
            content: {
              [JSON_CONTENT]: { schema: body },
              ...(route.fn === 'decisions' ? { 'application/x-www-form-urlencoded': { schema: body } } : {}),
            },
          },
        }),
    responses: {
      ...successResponses(each, refer),
      ...(isDocument(route) ? { 304: { description: 'The same that you have; no body' } } : {}),
      ...(route.scope === null
        ? {}
        : {
            401: { $ref: '#/components/responses/Unauthorized' },
            403: { $ref: '#/components/responses/Forbidden' },
          }),
      ...problemResponses(each, codesOf(each)),
    },
  }
}

/**
 * The OpenAPI 3.1 document of the service, generated from the schemas that check its requests.
 * @param version of the API
 */
export function openApiDocument(version: string): OpenApiDocument {
  const { schemas, refer } = componentSchemas(described.map(({ operation }) => operation))
  const codes = new Set(described.flatMap((each) => [...codesOf(each)]))
  const paths: Record<string, Record<string, OpenApiOperation>> = {}
  for (const each of described) {
    const { path, method } = each.route
    paths[path] = { ...paths[path], [method.toLowerCase()]: describeOperation(each, refer) }
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Claim service',
      version,
      description:
        "Lets an organization claim the accounts on its own domains, without losing anyone's content.",
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/' }],
    tags: [...new Set(described.map(({ route }) => tagOf(route)))].map((name) => ({
      name,
      description: tagDescriptions[name] ?? '',
    })),
    paths,
    components: {
      schemas,
      headers,
      responses: {
        // Answered by the gateway itself, before the service is called.
        Unauthorized: { description: 'The token is missing or not valid.' },
        Forbidden: {
          description: 'The token lacks the scope of the operation, or names no organization.',
        },
      },
      examples: Object.fromEntries([...codes].sort().map((code) => [code, problemExample(code)])),
      securitySchemes: {
        bearer: {
          type: 'http',
          scheme: 'bearer',
          bearerFormat: 'JWT',
          description:
            'A JWT with `sub`, `org_id` (except for the platform) and `scope` (or `scp`; as text or a list): claims:read, claims:write, org:read, org:write, or platform.',
        },
      },
    },
  }
}
