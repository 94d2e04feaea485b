import type { Schemas } from './client.ts'

/** What went wrong, as the API says it (RFC 9457), or as far as it is known where no answer came. */
export interface Problem {
  readonly status?: number
  /** Stable; `/problems/{code}` explains it. */
  readonly code?: string
  /** The API's own text. */
  readonly detail?: string
  readonly errors?: readonly { readonly path: string; readonly message: string }[]
}

const isProblem = (error: unknown): error is Schemas['Problem'] =>
  typeof error === 'object' && error !== null && 'code' in error && 'detail' in error && 'status' in error

/** From what a query or a mutation has failed with. No answer, or one that isn't the API's own, says nothing. */
export function problemOf(error: unknown): Problem {
  if (!isProblem(error)) return {}
  const { status, code, detail, errors } = error
  return { status, code, detail, ...(errors !== undefined && { errors }) }
}

const expiries: readonly string[] = ['unauthorized', 'token_expired']

/** The session has ended: that is said once, and not by each screen. */
export const isExpiry = (error: unknown): boolean => expiries.includes(problemOf(error).code ?? '')

export const explanationOf = (code: string): string => `/problems/${encodeURIComponent(code)}`
