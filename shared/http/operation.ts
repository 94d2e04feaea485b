import * as z from 'zod'
import type { Versions } from '../rules/versions.ts'
import { seededUlid } from '../lib/seeded-ulid.ts'
import type { Caller } from './caller.ts'
import type { ProblemCode, Refusal } from './problems/problem.ts'

/** By status; `null`: an answer without a body. */
type Responses = Readonly<Record<number, z.ZodType | null>>

export type AnswerOf<R extends Responses> = {
  [S in keyof R]: R[S] extends z.ZodType
    ? { readonly status: S; readonly body: z.input<R[S]> }
    : { readonly status: S }
}[keyof R]

/**
 * What an operation takes and answers: the schemas that check its requests, type its handler and make its entry in
 * `/openapi.json`.
 *
 * @typeParam N its name in `routes.ts`
 * @typeParam P, Q, B the parsed path, query and body
 * @typeParam A its answers
 * @typeParam E codes of its refusals, besides those that every operation may have
 */
export interface Operation<N extends string, P, Q, B, A, E extends ProblemCode> {
  readonly name: N
  readonly summary: string
  readonly description: string | undefined
  readonly path: z.ZodType<P>
  readonly query: z.ZodType<Q>
  /** `undefined`: it takes none, or an empty object. */
  readonly body: z.ZodType<B> | undefined
  /** Members of the body whose texts are refused one by one, by the handler, where they can't be stored (C8). */
  readonly ownTexts: readonly string[]
  readonly responses: Responses
  readonly errors: readonly E[]
  /** What its answers are written in. */
  readonly media: readonly string[]
  /** Whether it is over by itself what a 202 has begun, in a moment that is worth waiting for. */
  readonly isSoonOver: boolean
  /** Only carries the type. */
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
    /** JSON unless told. */
    readonly media?: readonly string[]
    /** It is unless told. */
    readonly isSoonOver?: boolean
  },
): Operation<N, P, Q, B, AnswerOf<R>, E[number]> {
  return {
    name,
    summary: spec.summary,
    description: spec.description,
    // Where a part isn't given, its type is `Nothing`: that is what the type parameters' defaults say.
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
  /** When a request with this Idempotency-Key was begun first; without a key, now. */
  readonly firstAt: Date
  /** Versions that If-Match names: of another one the record is not to be changed. */
  readonly versions: Versions | undefined
  readonly path: P
  readonly query: Q
  readonly body: B
}

/** The id of what a request makes: its repeat, with the same Idempotency-Key, makes the same and not another (C6). */
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

/** An answer whose operation has been forgotten. */
export type Answer = { readonly status: number; readonly body?: unknown; readonly version?: number } | Refusal

/**
 * Keeps the status's own type, by which an answer's body is checked.
 * @param version of the record, where the body doesn't show it
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
