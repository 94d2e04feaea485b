/** Everything that a function sends to the outside, except mails: the receiver, and the content. */
export type Told = (where: string, what: unknown) => void

/** Includes errors, which JSON would drop. */
export const textOf = (what: unknown): string =>
  JSON.stringify(what, (_name, value: unknown) =>
    value instanceof Error ? { name: value.name, stack: value.stack, cause: value.cause } : value,
  )
