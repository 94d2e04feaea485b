/**
 * What one upload, or one request, sets going is found in all logs by one id: the import's (sync's, export's), or the
 * request's. Messages carry it as `correlationId`; of what follows from a claim it is read off the claim's origin.
 */
export const correlationIn = (body: unknown): { readonly correlationId?: string } => {
  const id = typeof body === 'object' && body !== null ? Reflect.get(body, 'correlationId') : undefined
  return typeof id === 'string' ? { correlationId: id } : {}
}

/** `i:IMPORT:LINE` or `r:REQUEST:INDEX`, as a claim has it → `IMPORT` or `REQUEST`. */
export const correlationOfOrigin = (origin: string): string => origin.split(':')[1] ?? origin

/** A message that carries it. */
export type Correlated<T> = T & { readonly correlationId: string }
