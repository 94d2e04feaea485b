import { describe, expect, it } from 'vitest'
import {
  NONCE_BYTES,
  encryptAnswer,
  decryptAnswer,
} from '../../../../shared/http/middleware/encrypted-answer.ts'

const nonce = Buffer.alloc(NONCE_BYTES, 7)
const text = JSON.stringify({ email: 'ada@noordzee.example', decisionUrl: 'https://x.example/decisions/t' })

describe('a sealed answer', () => {
  it('U6: is read with the key and in the context it was sealed with', () => {
    expect(
      decryptAnswer('key', 'dunes\ncreateClaims', encryptAnswer('key', 'dunes\ncreateClaims', nonce, text)),
    ).toBe(text)
    expect(decryptAnswer('key', 'c', encryptAnswer('key', 'c', nonce, ''))).toBe('')
  })

  it.each([
    ['another key', 'yek', 'dunes'],
    ['another context', 'key', 'harbour'],
  ])('U6: is not read with %s', (_, key, context) => {
    const sealed = encryptAnswer('key', 'dunes', nonce, text)
    expect(() => decryptAnswer(key, context, sealed)).toThrow()
  })

  it('U6: is not read when any of its bytes was changed', () => {
    const bytes = Buffer.from(encryptAnswer('key', 'dunes', nonce, text), 'base64')
    for (const at of [0, NONCE_BYTES, bytes.length - 1]) {
      const changed = Buffer.from(bytes)
      changed[at] = (changed[at] ?? 0) ^ 1
      expect(() => decryptAnswer('key', 'dunes', changed.toString('base64')), String(at)).toThrow()
    }
  })

  it("fits an item: 250 results are much shorter sealed than DynamoDB's 400 KB", () => {
    const result = {
      result: 'claimed',
      codes: [],
      claim: { claimId: 'clm~acc~01KAPEG9Q0Z7Z7Z7Z7Z7Z7Z7Z7', padding: 'x'.repeat(900) },
    }
    const large = JSON.stringify({
      results: Array.from({ length: 250 }, (_, n) => ({ userId: `acc${n}`, ...result })),
    })
    expect(large.length).toBeGreaterThan(200_000)
    expect(encryptAnswer('key', 'dunes', nonce, large).length).toBeLessThan(50_000)
  })
})
