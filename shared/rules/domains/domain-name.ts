import { domainToASCII, domainToUnicode } from 'node:url'
import freeMailDomains from 'email-providers/all.json' with { type: 'json' }
import { parse } from 'tldts'
import { DOMAIN, NO_DOMAIN } from '../accounts/address.ts'
import { bareText } from '../text.ts'
import { isSpecialUse } from './special-use.ts'

export type DomainNameRefusal =
  | 'invalid_domain'
  | 'free_mail_domain'
  | 'public_suffix_domain'
  | 'special_use_domain'

export type ParsedDomainName =
  | { readonly outcome: 'parsed'; readonly domain: string }
  | { readonly outcome: 'refused'; readonly code: DomainNameRefusal }

/** RFC 1035: octets of a name, without the final dot. */
const MAX_DOMAIN_LENGTH = 253

const freeMail: ReadonlySet<string> = new Set(freeMailDomains)

/**
 * D4: parses a domain that an org may add to its ASCII form (UTS 46), without a final dot. A sub-domain is a domain of
 * its own.
 */
export function parseDomainName(input: string): ParsedDomainName {
  const given = bareText(input).replace(/\.$/, '')
  if (NO_DOMAIN.test(given)) return { outcome: 'refused', code: 'invalid_domain' }
  const domain = domainToASCII(given)
  if (domain.length > MAX_DOMAIN_LENGTH) return { outcome: 'refused', code: 'invalid_domain' }
  if (isSpecialUse(domain)) return { outcome: 'refused', code: 'special_use_domain' }
  const { publicSuffix, domain: registrable } = parse(domain, { allowPrivateDomains: true })
  // A top-level domain fails DOMAIN, which wants two labels, but is best refused as the public suffix it is.
  if (!DOMAIN.test(domain))
    return { outcome: 'refused', code: publicSuffix === domain ? 'public_suffix_domain' : 'invalid_domain' }
  // The list has internationalized names in Unicode.
  if (freeMail.has(domain) || freeMail.has(domainToUnicode(domain)))
    return { outcome: 'refused', code: 'free_mail_domain' }
  if (registrable === null) return { outcome: 'refused', code: 'public_suffix_domain' }
  return { outcome: 'parsed', domain }
}
