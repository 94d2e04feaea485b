import { Buffer } from 'node:buffer'
import { createHash } from 'node:crypto'
import { claimIdOfNewUser, newUserIdOf } from './claim-ids.ts'

/**
 * U6: a mailed link names its claim and holds a secret of 128 bits, of which the claim keeps a hash: what is mailed can be
 * found with one read, works for its claim alone, and can't be made from what is stored.
 *
 * As text: base64url of the secret and the claim's id, less what every claim's id begins with.
 */
export interface MailLink {
  readonly claimId: string
  readonly secret: Uint8Array
}

export const LINK_SECRET_BYTES = 16

/** Of SHA-256. Nobody can try 2⁹⁶ secrets, and two that collide are of no use: the one who knows them was mailed them. */
export const LINK_HASH_BYTES = 12

export function linkText({ claimId, secret }: MailLink): string {
  return Buffer.concat([secret, Buffer.from(newUserIdOf(claimId))]).toString('base64url')
}

/** `undefined`: it can't be one. Tokens of items of their own can't be mistaken for one: they hold no claim's id. */
export function readLink(text: string): MailLink | undefined {
  const bytes = Buffer.from(text, 'base64url')
  const claimId = claimIdOfNewUser(bytes.subarray(LINK_SECRET_BYTES).toString())
  // One link has one spelling: what decodes to the same bytes is somebody's tampering.
  if (claimId === undefined || bytes.toString('base64url') !== text) return undefined
  return { claimId, secret: Uint8Array.from(bytes.subarray(0, LINK_SECRET_BYTES)) }
}

export const linkHash = (secret: Uint8Array): Uint8Array =>
  Uint8Array.from(createHash('sha256').update(secret).digest().subarray(0, LINK_HASH_BYTES))
