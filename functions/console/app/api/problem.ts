import type { Schemas } from './client.ts'

/** A problem as the API describes it (RFC 9457). All members are absent if no answer came. */
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

/**
 * Reads the problem from the error of a query or mutation. Empty if there was no answer, or one that isn't the API's.
 */
export function problemOf(error: unknown): Problem {
  if (!isProblem(error)) return {}
  const { status, code, detail, errors } = error
  return { status, code, detail, ...(errors !== undefined && { errors }) }
}

const expiries: readonly string[] = ['unauthorized', 'token_expired']

/** Whether the session has ended. The frame of the page reports that once, so screens needn’t. */
export const isExpiry = (error: unknown): boolean => expiries.includes(problemOf(error).code ?? '')

export const explanationOf = (code: string): string => `/problems/${encodeURIComponent(code)}`
