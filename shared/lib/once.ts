/**
 * What `make` makes, made when it is first asked for. For what takes a cold start's time and few invocations need, such
 * as the schemas of an import in a function that mostly reads accounts.
 */
export function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined
  return () => {
    made ??= { value: make() }
    return made.value
  }
}
