import type * as z from 'zod'
import {
  type ProblemCode,
  type ProblemDocument,
  problemDocument,
  problems,
  refuse,
} from '../problems/problem.ts'
import { possibleHeadersOf } from '../record-headers.ts'
import { type JsonSchema, referTo } from './openapi-schemas.ts'
import type { Content, Described, Response } from './openapi-types.ts'

/** The headers of answers, as components of the document. */
export const headers = {
  ETag: {
    description: 'The version of the record, for If-Match.',
    schema: { type: 'string', examples: ['"3"'] },
  },
  RetryAfter: {
    description:
      'Seconds to wait before asking again: while work is in progress, or if the request could not be carried out now.',
    schema: { type: 'integer', minimum: 0 },
  },
} as const

export const JSON_CONTENT = 'application/json'
const PROBLEM_CONTENT = 'application/problem+json'
const HTML_CONTENT = { 'text/html': { schema: { type: 'string' } } }

/** An answer for each status that one of these codes has. */
export function problemResponses(
  { route }: Described,
  codes: ReadonlySet<ProblemCode>,
): Record<string, Response> {
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
export const problemExample = (code: ProblemCode): { readonly value: ProblemDocument } => ({
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

/** An answer for each status with which the operation may succeed. */
export function successResponses(
  each: Described,
  refer: (schema: z.ZodType) => JsonSchema,
): Record<string, Response> {
  const meanings: Readonly<Record<string, string>> = {
    200: 'Done',
    201: 'Created',
    202: 'Accepted; the work continues',
    204: 'Done; no body',
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
