/**
 * The correlation id of a message's body, if it has one. Everything that one upload or request causes is logged with
 * one id: the id of the import, sync or export, or of the request. Messages carry it as `correlationId`; what follows
 * from a claim takes it from the claim's idempotency origin.
 */
export const correlationIn = (body: unknown): { readonly correlationId?: string } => {
  const id = typeof body === 'object' && body !== null ? Reflect.get(body, 'correlationId') : undefined
  return typeof id === 'string' ? { correlationId: id } : {}
}

/** `IMPORT` or `REQUEST` of an origin `i:IMPORT:LINE` or `r:REQUEST:INDEX`. */
export const correlationOfOrigin = (origin: string): string => origin.split(':')[1] ?? origin

/** A message with a correlation id. */
export type Correlated<T> = T & { readonly correlationId: string }
