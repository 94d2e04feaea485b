/** The API's limits for one request. The API checks them, too. */
export const MAX_LISTED = 250
export const MAX_BY_HAND = 25

export interface Entered {
  readonly email: string
  readonly firstName?: string
  readonly lastName?: string
}

interface Parsed {
  readonly users: readonly Entered[]
  /** Entries that contain no address, as they were typed. */
  readonly invalid: readonly string[]
}

/** Matches `ada@dunes.example`, `Ada de Vries <ada@dunes.example>` and `"Ada de Vries" ada@dunes.example`. */
const entry = /^(?<name>[^<>]*?)\s*<?(?<email>[^\s<>@]+@[^\s<>@]+)>?$/u

function read(text: string): Entered | undefined {
  const groups = entry.exec(text)?.groups
  if (groups?.email === undefined) return undefined
  const [firstName = '', ...others] = (groups.name ?? '').replaceAll('"', '').trim().split(/\s+/)
  const lastName = others.join(' ')
  return {
    email: groups.email,
    ...(firstName !== '' && { firstName }),
    ...(lastName !== '' && { lastName }),
  }
}

/**
 * Parses pasted addresses: one per line, or separated as mail programs do. The API decides whether each is a valid
 * address.
 */
export function parseEntered(text: string): Parsed {
  const users = new Map<string, Entered>()
  const invalid: string[] = []
  for (const part of text.split(/[\n,;]/).map((each) => each.trim())) {
    if (part === '') continue
    const user = read(part)
    if (user === undefined) invalid.push(part)
    else users.set(user.email.toLowerCase(), user)
  }
  return { users: [...users.values()], invalid }
}
