import { domainToASCII } from 'node:url'
import { ORIGINAL_SUFFIX } from '../limits.ts'
import { bareText } from '../text.ts'

export interface Address {
  /** Where mail goes: as it was given, without blanks around it and invisible characters; an internationalised domain in its ASCII form. */
  readonly email: string
  /** What two spellings of one address have in common: lower case, the domain in its ASCII form (UTS 46). */
  readonly normalized: string
  /** In its ASCII form, lower case, without a trailing dot: as `parseDomainName` gives it. */
  readonly domain: string
}

export type AddressRefusal =
  | 'not_an_address'
  | 'too_long'
  | 'original_account'
  /** An address all right, and none that mail can be sent to: SES takes ASCII only before the @. */
  | 'not_ascii'

export type ParsedAddress =
  | { readonly ok: true; readonly address: Address }
  | { readonly ok: false; readonly reason: AddressRefusal }

/** RFC 5321, 4.5.3.1.3: octets of a path, less its angle brackets. */
const MAX_ADDRESS_LENGTH = 254
/** RFC 5321, 4.5.3.1.1: octets. */
const MAX_LOCAL_PART_LENGTH = 64

/** RFC 5321's dot-atom. Unicode (SMTPUTF8) is left out: SES can't mail it, and every claimed user is mailed (N3). */
const LOCAL_PART = /^[\w!#$%&'*+/=?^`{|}~-]+(?:\.[\w!#$%&'*+/=?^`{|}~-]+)*$/

/** The same with Unicode, as RFC 6531 has it. */
const UNICODE_LOCAL_PART = /^[^\s\p{Cc}"(),.:;<>@[\\\]]+(?:\.[^\s\p{Cc}"(),.:;<>@[\\\]]+)*$/u

/** What `domainToASCII` would take for the end of a host, an escape or nothing at all, instead of refusing it. */
export const NO_DOMAIN = /[\s\p{Cc}"#%/:<>?@[\\\]^`{|}]/u

/** Labels of RFC 1123, two at least; the last begins with a letter, so no IP address passes. */
export const DOMAIN = /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])$/i
const PUNYCODE = /xn--/i

/** One e-mail address, bare: no name, no angle brackets, no comment, no quoted local part. */
export function parseAddress(input: string): ParsedAddress {
  const text = bareText(input)
  const at = text.lastIndexOf('@')
  const local = text.slice(0, Math.max(at, 0))
  const given = text.slice(at + 1).replace(/\.$/, '')
  const isAscii = LOCAL_PART.test(local)
  if ((!isAscii && !UNICODE_LOCAL_PART.test(local)) || NO_DOMAIN.test(given))
    return { ok: false, reason: 'not_an_address' }
  // UTS 46 only lower-cases a plain host name; the call into ICU, which costs as much as all the rest, is for the others.
  const isPlain = DOMAIN.test(given) && !PUNYCODE.test(given)
  const domain = isPlain ? given.toLowerCase() : domainToASCII(given)
  if (!DOMAIN.test(domain)) return { ok: false, reason: 'not_an_address' }
  if (!isAscii) return { ok: false, reason: 'not_ascii' }
  if (local.length > MAX_LOCAL_PART_LENGTH || local.length + 1 + domain.length > MAX_ADDRESS_LENGTH) {
    return { ok: false, reason: 'too_long' }
  }
  // C3: the name an original account bears while it is being claimed; nobody can be reached or claimed there.
  if (`.${domain}`.endsWith(ORIGINAL_SUFFIX)) return { ok: false, reason: 'original_account' }
  return {
    ok: true,
    address: {
      email: `${local}@${isPlain ? given : domain}`,
      normalized: `${local.toLowerCase()}@${domain}`,
      domain,
    },
  }
}

/** N4: what whoever gave it is told, wherever that was. */
export const codeOfRefusal = (reason: AddressRefusal): 'invalid_address' | 'unmailable_address' =>
  reason === 'not_ascii' ? 'unmailable_address' : 'invalid_address'

/** Of an address that was parsed before, in whatever spelling: what keys go by. */
export function normalizedAddress(email: string): string {
  const parsed = parseAddress(email)
  return parsed.ok ? parsed.address.normalized : email.toLowerCase()
}

/** The domain of an address that `parseAddress` gave: keys and lookups go by this, whatever case it was written in. */
export function domainOf(email: string): string {
  return email.slice(email.lastIndexOf('@') + 1).toLowerCase()
}
