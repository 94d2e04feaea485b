import { Buffer } from 'node:buffer'
import { createHash } from 'node:crypto'
import { claimIdOfNewUser, newUserIdOf } from './claim-ids.ts'

/**
 * U6: a mailed link contains its claim's id and a secret of 128 bits, of which the claim keeps a hash. So a link is
 * looked up by one read, works for its claim only, and can't be made from what is stored.
 *
 * Its text is the base64url of the secret and the claim's id without the prefix that all claim ids have.
 */
export interface MailLink {
  readonly claimId: string
  readonly secret: Uint8Array
}

export const LINK_SECRET_BYTES = 16

/**
 * Bytes of the SHA-256 that are kept. Nobody can try 2⁹⁶ secrets, and finding two secrets that collide is of no use.
 */
export const LINK_HASH_BYTES = 12

export function linkText({ claimId, secret }: MailLink): string {
  return Buffer.concat([secret, Buffer.from(newUserIdOf(claimId))]).toString('base64url')
}

/**
 * Parses a link's text; `undefined` if it isn't one. A token with an item of its own never parses, since it contains no
 * claim id.
 */
export function readLink(text: string): MailLink | undefined {
  const bytes = Buffer.from(text, 'base64url')
  const claimId = claimIdOfNewUser(bytes.subarray(LINK_SECRET_BYTES).toString())
  // A link has one spelling: another text that decodes to the same bytes was tampered with.
  if (claimId === undefined || bytes.toString('base64url') !== text) return undefined
  return { claimId, secret: Uint8Array.from(bytes.subarray(0, LINK_SECRET_BYTES)) }
}

export const linkHash = (secret: Uint8Array): Uint8Array =>
  Uint8Array.from(createHash('sha256').update(secret).digest().subarray(0, LINK_HASH_BYTES))
