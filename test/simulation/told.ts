/** Whatever a function says to the outside, but for its mails: what to, and what. */
export type Told = (where: string, what: unknown) => void

/** Errors too, of which JSON keeps nothing. */
export const textOf = (what: unknown): string =>
  JSON.stringify(what, (_name, value: unknown) =>
    value instanceof Error ? { name: value.name, stack: value.stack, cause: value.cause } : value,
  )
