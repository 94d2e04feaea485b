/**
 * Names that DNS leads nowhere, by IANA's registry of special-use domain names (RFC 6761), and `internal`, which ICANN
 * has set aside: nobody owns one, so nobody can prove to, and no mail arrives there; what answers for one is the network
 * that one happens to stand in. `arpa` is here as a whole, being for the network's own records.
 *
 * `example` and `example.com`, `.net`, `.org` are in that registry too and are not refused: they are what documents,
 * tests and demonstrations of this service have for real domains, and resolve no differently from a domain that isn't
 * registered.
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

/** Whether the domain (in its ASCII form, lower case) is on such a name; original accounts' `.convert-user.local` is. */
export const isSpecialUse = (domain: string): boolean =>
  SPECIAL_USE.has(domain.slice(domain.lastIndexOf('.') + 1))
