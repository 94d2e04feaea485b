import * as z from 'zod'
import type { Versions } from '../rules/versions.ts'
import { seededUlid } from '../lib/seeded-ulid.ts'
import type { Caller } from './caller.ts'
import type { ProblemCode, Refusal } from './problems/problem.ts'

/** Body schemas by status; `null`: no body. */
type Responses = Readonly<Record<number, z.ZodType | null>>

export type AnswerOf<R extends Responses> = {
  [S in keyof R]: R[S] extends z.ZodType
    ? { readonly status: S; readonly body: z.input<R[S]> }
    : { readonly status: S }
}[keyof R]

/**
 * An operation's contract: its schemas check requests, type the handler and generate the entry in `/openapi.json`.
 *
 * @typeParam N its name in `routes.ts`
 * @typeParam P, Q, B the parsed path, query and body
 * @typeParam A its answers
 * @typeParam E codes of its own refusals; some codes any operation may answer
 */
export interface Operation<N extends string, P, Q, B, A, E extends ProblemCode> {
  readonly name: N
  readonly summary: string
  readonly description: string | undefined
  readonly path: z.ZodType<P>
  readonly query: z.ZodType<Q>
  /** `undefined`: no body, or an empty object. */
  readonly body: z.ZodType<B> | undefined
  /**
   * Members of the body whose unstorable texts the handler refuses one by one (C8), instead of the whole request.
   */
  readonly ownTexts: readonly string[]
  readonly responses: Responses
  readonly errors: readonly E[]
  /** Media types of its answers. */
  readonly media: readonly string[]
  /** Whether the work behind a 202 ends by itself, soon enough to poll for it. */
  readonly isSoonOver: boolean
  /** Carries only a type; never set. */
  readonly answers?: A
}

export type AnyOperation<N extends string = string> = Operation<
  N,
  unknown,
  unknown,
  unknown,
  unknown,
  ProblemCode
>

type Nothing = Readonly<Record<string, never>>

const nothing: z.ZodType<Nothing> = z.strictObject({})

export function operation<
  const N extends string,
  const R extends Responses,
  const E extends readonly ProblemCode[] = [],
  P = Nothing,
  Q = Nothing,
  B = undefined,
>(
  name: N,
  spec: {
    readonly summary: string
    readonly description?: string
    readonly path?: z.ZodType<P>
    readonly query?: z.ZodType<Q>
    readonly body?: z.ZodType<B>
    readonly ownTexts?: readonly string[]
    readonly responses: R
    readonly errors?: E
    /** Default: JSON. */
    readonly media?: readonly string[]
    /** Default: true. */
    readonly isSoonOver?: boolean
  },
): Operation<N, P, Q, B, AnswerOf<R>, E[number]> {
  return {
    name,
    summary: spec.summary,
    description: spec.description,
    // A part that isn't given has the type `Nothing`, by the defaults of the type parameters.
    path: spec.path ?? (nothing as unknown as z.ZodType<P>),
    query: spec.query ?? (nothing as unknown as z.ZodType<Q>),
    body: spec.body,
    ownTexts: spec.ownTexts ?? [],
    responses: spec.responses,
    errors: spec.errors ?? [],
    media: spec.media ?? ['application/json'],
    isSoonOver: spec.isSoonOver ?? true,
  }
}

export interface ApiRequest<P = unknown, Q = unknown, B = unknown> {
  readonly caller: Caller
  readonly requestId: string
  readonly idempotencyKey: string | undefined
  readonly now: Date
  /** When the first request with this Idempotency-Key began; without a key, now. */
  readonly firstAt: Date
  /** The versions that If-Match allows; `undefined`: any. */
  readonly versions: Versions | undefined
  readonly path: P
  readonly query: Q
  readonly body: B
}

/** The id of the record that a request creates: a repeat with the same Idempotency-Key creates the same one (C6). */
export const idOfRequest = (
  { caller, idempotencyKey, now, firstAt }: ApiRequest,
  operation: string,
  ulid: (now: Date) => string,
): string =>
  idempotencyKey === undefined
    ? ulid(now)
    : seededUlid(firstAt, `${caller.orgId}\n${operation}\n${idempotencyKey}`)

export type Handler<P, Q, B, A, E extends ProblemCode> = (
  request: ApiRequest<P, Q, B>,
) => Promise<A | Refusal<E>>

/** An answer of any operation. */
export type Answer = { readonly status: number; readonly body?: unknown; readonly version?: number } | Refusal

/**
 * Builds an answer; the literal type of `status` is what its body is checked by.
 * @param version of the record, if the body doesn't contain it
 */
export const answer = <const S extends number, B>(
  status: S,
  body: B,
  version?: number,
): { status: S; body: B; version?: number } => ({
  status,
  body,
  ...(version === undefined ? {} : { version }),
})

export const noContent: { readonly status: 204 } = { status: 204 }
