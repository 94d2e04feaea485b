import type * as z from 'zod'
import { IDEMPOTENCY_KEY } from '../middleware/idempotency.ts'
import {
  componentSchemas,
  type JsonSchema,
  type Parameter,
  parametersOf,
  referTo,
} from './openapi-schemas.ts'
import type { AnyOperation } from '../operation.ts'
import { adminOperations } from '../operations/admin.ts'
import { platformOperations } from '../operations/platform.ts'
import { publicOperations } from '../operations/public.ts'
import {
  type ProblemCode,
  type ProblemDocument,
  problemDocument,
  problems,
  refuse,
} from '../problems/problem.ts'
import { possibleHeadersOf } from '../record-headers.ts'
import {
  type AdminOperation,
  adminRoutes,
  type PlatformOperation,
  type PublicOperation,
  platformRoutes,
  publicRoutes,
  type Route,
  scopesOf,
} from '../routes.ts'

/** Operations by route; a route without one doesn't compile. */
const operations: {
  readonly [N in AdminOperation | PlatformOperation | PublicOperation]: AnyOperation<N>
} = { ...adminOperations, ...platformOperations, ...publicOperations }

interface Described {
  readonly route: Route
  readonly operation: AnyOperation
}

const described: readonly Described[] = [...adminRoutes, ...platformRoutes, ...publicRoutes].map((route) => ({
  route,
  operation: operations[route.operation],
}))

type Content = Readonly<
  Record<string, { readonly schema: JsonSchema; readonly examples?: Readonly<Record<string, JsonSchema>> }>
>

interface Response {
  readonly description: string
  /**
   * The codes that a problem may have here. All problems share one schema, so that a client has one type and not
   * hundreds.
   */
  readonly 'x-codes'?: readonly ProblemCode[]
  readonly headers?: JsonSchema
  readonly content?: Content
}

export interface OpenApiOperation {
  readonly operationId: string
  readonly summary: string
  readonly description?: string
  readonly tags: readonly string[]
  readonly security: readonly Readonly<Record<string, readonly string[]>>[]
  readonly parameters?: readonly Parameter[]
  readonly requestBody?: { readonly required: true; readonly content: Content }
  readonly responses: Readonly<Record<string, Response | { readonly $ref: string }>>
}

export interface OpenApiDocument {
  readonly openapi: '3.1.0'
  readonly info: JsonSchema
  readonly servers: readonly JsonSchema[]
  readonly tags: readonly { readonly name: string; readonly description: string }[]
  readonly paths: Readonly<Record<string, Readonly<Record<string, OpenApiOperation>>>>
  readonly components: {
    readonly schemas: Readonly<Record<string, JsonSchema>>
    readonly headers: JsonSchema
    readonly responses: Readonly<Record<string, Response>>
    readonly examples: Readonly<Record<string, { readonly value: ProblemDocument }>>
    readonly securitySchemes: JsonSchema
  }
}

const headers = {
  ETag: {
    description: 'The version of the record, for If-Match.',
    schema: { type: 'string', examples: ['"3"'] },
  },
  RetryAfter: {
    description:
      'Seconds until it is worth asking again; while something runs, or where nothing could be done now.',
    schema: { type: 'integer', minimum: 0 },
  },
} as const

const JSON_CONTENT = 'application/json'
const PROBLEM_CONTENT = 'application/problem+json'
const HTML_CONTENT = { 'text/html': { schema: { type: 'string' } } }

const idempotencyKey: Parameter = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  description:
    'The same key and request get the first answer again for a day; another request 422, one in flight 409.',
  schema: { type: 'string', minLength: 1, maxLength: 255, pattern: IDEMPOTENCY_KEY.source },
}

const ifMatch: Parameter = {
  name: 'If-Match',
  in: 'header',
  required: false,
  description:
    "The record's `ETag`, as it was read: where it has changed since, nothing is done and the answer is 412.",
  schema: { type: 'string', examples: ['"3"'] },
}

const takesVersion = ({ errors }: AnyOperation): boolean => errors.includes('precondition_failed')

const takesKey = ({ method, scope }: Route): boolean => method === 'POST' && scope !== null

const allParametersOf = ({ route, operation }: Described): readonly Parameter[] => [
  ...parametersOf(operation.path, 'path'),
  ...parametersOf(operation.query, 'query'),
  ...(takesKey(route) ? [idempotencyKey] : []),
  ...(takesVersion(operation) ? [ifMatch] : []),
]

/** The codes that an operation declares, and those that follow from its parameters and body. */
function codesOf(each: Described): ReadonlySet<ProblemCode> {
  const { route, operation } = each
  const parameters = allParametersOf(each)
  const codes = new Set<ProblemCode>(operation.errors)
  const add = (...more: readonly ProblemCode[]): void => {
    for (const code of more) codes.add(code)
  }
  const takes = (place: Parameter['in']): boolean => parameters.some((parameter) => parameter.in === place)
  add('invalid_request')
  if (route.method !== 'GET' && route.method !== 'HEAD')
    add('invalid_json', 'body_too_large', 'unsupported_media_type')
  if (parameters.some(({ name }) => name === 'cursor')) add('invalid_cursor')
  if (takes('path') && route.method !== 'PUT') add('not_found')
  if (takesKey(route)) add('invalid_idempotency_key', 'idempotency_in_flight', 'idempotency_key_reused')
  add('internal_error', 'busy', 'service_unavailable')
  return codes
}

function problemResponses({ route }: Described, codes: ReadonlySet<ProblemCode>): Record<string, Response> {
  const byStatus = Map.groupBy([...codes].sort(), (code) => problems[code].status)
  return Object.fromEntries(
    [...byStatus].map(([status, together]) => [
      String(status),
      {
        description: together.map((code) => `\`${code}\`: ${problems[code].detail}`).join('\n\n'),
        'x-codes': together,
        ...(status === 429 || status === 503
          ? { headers: { 'Retry-After': referToHeader('RetryAfter') } }
          : {}),
        content: {
          [PROBLEM_CONTENT]: {
            schema: referTo('Problem'),
            examples: Object.fromEntries(
              together.map((code) => [code, { $ref: `#/components/examples/${code}` }]),
            ),
          },
          ...(route.fn === 'decisions' ? HTML_CONTENT : {}),
        },
      },
    ]),
  )
}

/** An example of a problem with this code; some answers have further members of `Problem`. */
const problemExample = (code: ProblemCode): { readonly value: ProblemDocument } => ({
  value: problemDocument(
    refuse(code),
    'Zx3YqjQ7IAMEVtA=',
    code === 'invalid_request' ? [{ path: 'users.3.email', message: 'Invalid input: expected string' }] : [],
  ),
})

/** JSON content has a schema; any other media type is text. */
function contentOf({ route, operation: { media } }: Described, schema: JsonSchema): Content {
  const types = route.fn === 'decisions' ? [...media, 'text/html'] : media
  return Object.fromEntries(
    types.map((type) => [type, { schema: type === JSON_CONTENT ? schema : { type: 'string' } }]),
  )
}

const referToHeader = (name: keyof typeof headers): JsonSchema => ({ $ref: `#/components/headers/${name}` })

/** The headers that `headersOf` sets, judged by the members of the answer's schema. */
function headersIn(
  { operation }: Described,
  status: string,
  schema: z.ZodType | null,
): Pick<Response, 'headers'> {
  const { hasVersion, mayRun } = possibleHeadersOf(schema)
  const named = {
    ...(hasVersion ? { ETag: referToHeader('ETag') } : {}),
    ...(mayRun || (status === '202' && operation.isSoonOver)
      ? { 'Retry-After': referToHeader('RetryAfter') }
      : {}),
  }
  return Object.keys(named).length === 0 ? {} : { headers: named }
}

function successResponses(
  each: Described,
  refer: (schema: z.ZodType) => JsonSchema,
): Record<string, Response> {
  const meanings: Readonly<Record<string, string>> = {
    200: 'Done',
    201: 'Created',
    202: 'Begun',
    204: 'Done, nothing to say',
  }
  return Object.fromEntries(
    Object.entries(each.operation.responses).map(([status, schema]) => [
      status,
      {
        description: meanings[status] ?? 'Done',
        ...headersIn(each, status, schema),
        ...(schema === null ? {} : { content: contentOf(each, refer(schema)) }),
      },
    ]),
  )
}

/** Tag descriptions, by the first part of the path. The linter requires one for each tag. */
const tagDescriptions: Readonly<Record<string, string>> = {
  audit: 'What was changed, when and by whom.',
  'claimable-users': 'Users that the organization can claim, as a list and as a CSV.',
  claims: "Claims that the organization makes of users' accounts.",
  decisions: 'The page behind the mailed link, where a claimed user decides.',
  directory: "Comparing the organization's users with its own directory.",
  domains: 'Domains that the organization has proven to be its own.',
  imports: 'CSV files of users to claim.',
  documents:
    'What the service says of itself: this description, that of its events, and what its codes mean.',
  organization: 'The organization and its settings.',
  me: 'Who calls.',
  suppressions: 'Addresses that nothing is sent to, since a mail came back or was complained of.',
  'outgoing-claims': 'Accounts that other organizations are claiming from this one.',
  platform: 'What the platform tells the service, and asks it.',
  summary: 'How many users, claims and jobs there are.',
  users: "The organization's users.",
}

function tagOf({ path, fn }: Route): string {
  if (fn === 'platform-api') return 'platform'
  if (fn === 'openapi') return 'documents'
  return path.replace('/v1/', '/').split('/')[1] ?? ''
}

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
        Unauthorized: { description: 'There is no token, or not a valid one.' },
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
            'A JWT with `sub`, `org_id` (but for the platform) and `scope` (or `scp`; a text or a list): claims:read, claims:write, org:read, org:write, or platform.',
        },
      },
    },
  }
}
