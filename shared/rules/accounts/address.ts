import { domainToASCII } from 'node:url'
import { ORIGINAL_SUFFIX } from '../limits.ts'
import { bareText } from '../text.ts'

export interface Address {
  /** The address to mail: as given, trimmed, without invisible characters, an internationalized domain in ASCII. */
  readonly email: string
  /** The common form of an address's spellings: lower case, the domain in ASCII (UTS 46). */
  readonly normalized: string
  /** The domain in ASCII, lower case, without a trailing dot, as `parseDomainName` returns it. */
  readonly domain: string
}

export type AddressRefusal =
  | 'not_an_address'
  | 'too_long'
  | 'original_account'
  /** A valid address that can't be mailed: SES takes ASCII only before the @. */
  | 'not_ascii'

export type ParsedAddress =
  | { readonly outcome: 'parsed'; readonly address: Address }
  | { readonly outcome: 'refused'; readonly reason: AddressRefusal }

/** RFC 5321, 4.5.3.1.3: octets of a path, less its angle brackets. */
const MAX_ADDRESS_LENGTH = 254
/** RFC 5321, 4.5.3.1.1: octets. */
const MAX_LOCAL_PART_LENGTH = 64

/** RFC 5321's dot-atom. No Unicode (SMTPUTF8): SES can't mail it, and every claimed user is mailed (N3). */
const LOCAL_PART = /^[\w!#$%&'*+/=?^`{|}~-]+(?:\.[\w!#$%&'*+/=?^`{|}~-]+)*$/

/** The same with Unicode allowed (RFC 6531). */
const UNICODE_LOCAL_PART = /^[^\s\p{Cc}"(),.:;<>@[\\\]]+(?:\.[^\s\p{Cc}"(),.:;<>@[\\\]]+)*$/u

/** Characters that `domainToASCII` would take for the end of a host, an escape or nothing, instead of refusing them. */
export const NO_DOMAIN = /[\s\p{Cc}"#%/:<>?@[\\\]^`{|}]/u

/** At least two labels of RFC 1123. The last begins with a letter, so no IP address matches. */
export const DOMAIN = /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])$/i
const PUNYCODE = /xn--/i

/** Parses one bare e-mail address: no name, angle brackets, comment or quoted local part. */
export function parseAddress(input: string): ParsedAddress {
  const text = bareText(input)
  const at = text.lastIndexOf('@')
  const local = text.slice(0, Math.max(at, 0))
  const given = text.slice(at + 1).replace(/\.$/, '')
  const isAscii = LOCAL_PART.test(local)
  if ((!isAscii && !UNICODE_LOCAL_PART.test(local)) || NO_DOMAIN.test(given))
    return { outcome: 'refused', reason: 'not_an_address' }
  // For a plain host name UTS 46 only lower-cases, and the call into ICU costs as much as all the rest.
  const isPlain = DOMAIN.test(given) && !PUNYCODE.test(given)
  const domain = isPlain ? given.toLowerCase() : domainToASCII(given)
  if (!DOMAIN.test(domain)) return { outcome: 'refused', reason: 'not_an_address' }
  if (!isAscii) return { outcome: 'refused', reason: 'not_ascii' }
  if (local.length > MAX_LOCAL_PART_LENGTH || local.length + 1 + domain.length > MAX_ADDRESS_LENGTH) {
    return { outcome: 'refused', reason: 'too_long' }
  }
  // C3: the suffix of an original account while it is claimed; nobody can be mailed or claimed there.
  if (`.${domain}`.endsWith(ORIGINAL_SUFFIX)) return { outcome: 'refused', reason: 'original_account' }
  return {
    outcome: 'parsed',
    address: {
      email: `${local}@${isPlain ? given : domain}`,
      normalized: `${local.toLowerCase()}@${domain}`,
      domain,
    },
  }
}

/** Whether `parseAddress` takes it. */
export const isAddress = (input: string): boolean => parseAddress(input).outcome === 'parsed'

/** N4: the code of a refused address, the same wherever it was entered. */
export const codeOfRefusal = (reason: AddressRefusal): 'invalid_address' | 'unmailable_address' =>
  reason === 'not_ascii' ? 'unmailable_address' : 'invalid_address'

/** Normalizes an address that was parsed before, for keys and comparisons. */
export function normalizedAddress(email: string): string {
  const parsed = parseAddress(email)
  return parsed.outcome === 'parsed' ? parsed.address.normalized : email.toLowerCase()
}

/** The domain of an address from `parseAddress`, in lower case, for keys and lookups. */
export function domainOf(email: string): string {
  return email.slice(email.lastIndexOf('@') + 1).toLowerCase()
}
