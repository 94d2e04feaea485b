import * as z from 'zod'
import { InputError } from '../lib/errors.ts'
import type { Answer, AnyOperation, ApiRequest, Handler, Operation } from './operation.ts'
import type { ProblemCode } from './problems/problem.ts'
import type { Method } from './routes.ts'
import { validate } from './validate.ts'

export interface RawInput {
  readonly path: Readonly<Record<string, string | undefined>>
  readonly query: Readonly<Record<string, string | undefined>>
  /** Parsed JSON; `undefined`: no body. */
  readonly body: unknown
}

/** A request whose input is valid, ready to be carried out. */
export interface Prepared {
  /** As parsed, so that two spellings of the same request are equal. */
  readonly input: unknown
  readonly run: (context: Omit<ApiRequest, 'path' | 'query' | 'body'>) => Promise<Answer>
}

/** An operation with its handler. */
export interface Served<N extends string = string> {
  readonly operation: AnyOperation<N>
  readonly prepare: (raw: RawInput, method: Method) => Prepared
}

const emptyBody = z.strictObject({}).optional()

/**
 * Decodes a path parameter. API Gateway has decoded it already, other front ends haven't; decoding twice is harmless,
 * since no id of ours contains a `%`.
 */
function decoded(value: string | undefined): string | undefined {
  if (value === undefined || !value.includes('%')) return value
  try {
    return decodeURIComponent(value)
  } catch (error) {
    if (error instanceof URIError) return value
    throw error
  }
}

function parsePath<P>(schema: z.ZodType<P>, raw: RawInput['path'], method: Method): P {
  const values = Object.fromEntries(Object.entries(raw).map(([name, value]) => [name, decoded(value)]))
  const parsed = schema.safeParse(values)
  if (parsed.success) return parsed.data
  // An id that can't exist is `not_found`; for a PUT, which would create it, it is bad input.
  if (method === 'PUT') return validate(schema, values)
  throw new InputError('not_found', 'no such id', [], { cause: parsed.error })
}

export function serve<N extends string, P, Q, B, A extends { status: number }, E extends ProblemCode>(
  operation: Operation<N, P, Q, B, A, E>,
  handler: Handler<P, Q, B, NoInfer<A>, NoInfer<E>>,
): Served<N> {
  const bodyOf = (raw: unknown): B => {
    if (operation.body === undefined) {
      // If the operation takes no body, the type of the body is `undefined`.
      validate(emptyBody, raw)
      return undefined as B
    }
    if (raw === undefined) throw new InputError('invalid_json', 'the request has no body')
    return validate(operation.body, raw, operation.ownTexts)
  }
  return {
    operation,
    prepare(raw, method) {
      const input = {
        path: parsePath(operation.path, raw.path, method),
        query: validate(operation.query, raw.query),
        body: bodyOf(raw.body),
      }
      return { input, run: (context) => handler({ ...context, ...input }) }
    },
  }
}
