/**
 * Top-level names that nobody can own or prove and where no mail arrives: those of IANA's registry of special-use
 * domain names (RFC 6761), `internal`, which ICANN reserved, and all of `arpa`, which is for the network's own records.
 *
 * `example`, `example.com`, `.net` and `.org` are in the registry too but aren't refused: documents, tests and
 * demonstrations of this service use them, and they resolve like any unregistered domain.
 */
const SPECIAL_USE: ReadonlySet<string> = new Set([
  'alt',
  'arpa',
  'internal',
  'invalid',
  'local',
  'localhost',
  'onion',
  'test',
])

/** Whether the domain (in ASCII, lower case) is under such a name, as original accounts' `.convert-user.local` is. */
export const isSpecialUse = (domain: string): boolean =>
  SPECIAL_USE.has(domain.slice(domain.lastIndexOf('.') + 1))
