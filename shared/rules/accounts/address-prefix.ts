import { domainToASCII } from 'node:url'
import { normalizedAddress } from './address.ts'
import { bareText } from '../text.ts'

/** Normalizes a search text, an address or the beginning of one, to the form in which addresses are compared. */
export function addressPrefix(input: string): string {
  const text = bareText(input).toLowerCase()
  const at = text.lastIndexOf('@')
  if (at < 0) return text
  const domain = text.slice(at + 1)
  // An incomplete internationalized domain has no ASCII form.
  return `${text.slice(0, at + 1)}${domainToASCII(domain) || domain}`
}

/** Whether an address begins with a normalized prefix. */
export const beginsWith = (email: string, prefix: string): boolean =>
  normalizedAddress(email).startsWith(prefix)
