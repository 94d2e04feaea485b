import { IDEMPOTENCY_KEY } from '../middleware/idempotency.ts'
import type { AnyOperation } from '../operation.ts'
import type { ProblemCode } from '../problems/problem.ts'
import type { Route } from '../routes.ts'
import { type Parameter, parametersOf } from './openapi-schemas.ts'
import type { Described } from './openapi-types.ts'

const idempotencyKey: Parameter = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  description:
    'Makes a retry safe. For a day, the same request with the same key gets the first answer again; another request with that key is refused with 422, and one whose first attempt is still in progress with 409.',
  schema: { type: 'string', minLength: 1, maxLength: 255, pattern: IDEMPOTENCY_KEY.source },
}

const ifMatch: Parameter = {
  name: 'If-Match',
  in: 'header',
  required: false,
  description:
    'The `ETag` of the record as you read it. If the record has changed since, nothing is done and the answer is 412.',
  schema: { type: 'string', examples: ['"3"'] },
}

const ifNoneMatch: Parameter = {
  name: 'If-None-Match',
  in: 'header',
  required: false,
  description: 'The `ETag` of the document as you have it. If it is still the same, the answer is 304.',
  schema: { type: 'string', examples: ['W/"YL06jHN15sGWFfpVF7wXyo"'] },
}

const takesVersion = ({ errors }: AnyOperation): boolean => errors.includes('precondition_failed')

const takesKey = ({ method, scope }: Route): boolean => method === 'POST' && scope !== null

/** Whether it is served by `serveDocument`. */
export const isDocument = ({ fn }: Route): boolean => fn === 'openapi'

/** The parameters of path and query, and the headers that the operation takes. */
export const allParametersOf = ({ route, operation }: Described): readonly Parameter[] => [
  ...parametersOf(operation.path, 'path'),
  ...parametersOf(operation.query, 'query'),
  ...(takesKey(route) ? [idempotencyKey] : []),
  ...(takesVersion(operation) ? [ifMatch] : []),
  ...(isDocument(route) ? [ifNoneMatch] : []),
]

/** The codes that an operation declares, and those that follow from its parameters and body. */
export function codesOf(each: Described): ReadonlySet<ProblemCode> {
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
