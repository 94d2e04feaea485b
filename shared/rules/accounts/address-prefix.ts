import { domainToASCII } from 'node:url'
import { normalizedAddress } from './address.ts'
import { bareText } from '../text.ts'

/** What is looked for: an address, or the beginning of one, in the form in which addresses are compared. */
export function addressPrefix(input: string): string {
  const text = bareText(input).toLowerCase()
  const at = text.lastIndexOf('@')
  if (at < 0) return text
  const domain = text.slice(at + 1)
  // A name that isn't complete has no ASCII form, unless it is ASCII already.
  return `${text.slice(0, at + 1)}${domainToASCII(domain) || domain}`
}

/** Whether an account's or a claim's address begins like that. */
export const beginsWith = (email: string, prefix: string): boolean =>
  normalizedAddress(email).startsWith(prefix)
