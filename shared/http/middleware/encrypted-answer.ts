import { createCipheriv, createDecipheriv, hkdfSync } from 'node:crypto'
import { gunzipSync, gzipSync } from 'node:zlib'

const CIPHER = 'aes-256-gcm'
const KEY_BYTES = 32
const TAG_BYTES = 16
export const NONCE_BYTES = 12

/**
 * Derives the key that encrypts a stored answer from the caller's Idempotency-Key. The table has only a hash of that,
 * so nobody who can read the table can read answers: they contain addresses, and links that decide (U6).
 */
const cipherKey = (secret: string, context: string): Buffer =>
  Buffer.from(hkdfSync('sha256', secret, context, 'idempotent answer', KEY_BYTES))

/**
 * Compresses and encrypts an answer. Compression is needed: 250 results are some 250 KB of JSON, and an item is at
 * most 400 KB.
 * @param nonce NONCE_BYTES of randomness, fresh for each call
 */
export function encryptAnswer(secret: string, context: string, nonce: Buffer, text: string): string {
  const cipher = createCipheriv(CIPHER, cipherKey(secret, context), nonce)
  const encrypted = [nonce, cipher.update(gzipSync(text)), cipher.final(), cipher.getAuthTag()]
  return Buffer.concat(encrypted).toString('base64')
}

/**
 * Decrypts a stored answer.
 * @throws Error if it was encrypted with another secret or context, or was changed
 */
export function decryptAnswer(secret: string, context: string, encrypted: string): string {
  const bytes = Buffer.from(encrypted, 'base64')
  const nonce = bytes.subarray(0, NONCE_BYTES)
  const decipher = createDecipheriv(CIPHER, cipherKey(secret, context), nonce, { authTagLength: TAG_BYTES })
  decipher.setAuthTag(bytes.subarray(-TAG_BYTES))
  const compressed = decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES))
  return gunzipSync(Buffer.concat([compressed, decipher.final()])).toString()
}
