import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { claimIds } from '../../../../shared/rules/claims/claim-ids.ts'
import {
  LINK_SECRET_BYTES,
  linkHash,
  linkText,
  readLink,
} from '../../../../shared/rules/claims/decision-link.ts'
import { ULID } from '../../../support/builders.ts'

const recordId = fc.stringMatching(/^[A-Za-z0-9._:@+-]{1,128}(?:~[0-9A-HJKMNP-TV-Z]{26}){0,3}$/)
const secrets = fc.uint8Array({ minLength: LINK_SECRET_BYTES, maxLength: LINK_SECRET_BYTES })

describe('a mailed link', () => {
  it('U6: names its claim and keeps its secret, for every claim and secret', () => {
    fc.assert(
      fc.property(recordId, secrets, (of, secret) => {
        const { claimId } = claimIds(of, ULID)
        expect(readLink(linkText({ claimId, secret }))).toEqual({ claimId, secret })
      }),
    )
  })

  it('U6: is made of letters that no mail program takes for the end of a link', () => {
    fc.assert(
      fc.property(recordId, secrets, (of, secret) => {
        expect(linkText({ claimId: claimIds(of, ULID).claimId, secret })).toMatch(/^[\w-]{50,}$/)
      }),
    )
  })

  it('U6: has one spelling: what decodes to the same is none', () => {
    const text = linkText({ claimId: claimIds('acc7', ULID).claimId, secret: randomBytes(LINK_SECRET_BYTES) })
    for (const other of [`${text}=`, `${text} `, `${text}x`, text.slice(0, -1), text.replace(/^./, '+')])
      expect(readLink(other)).not.toEqual(readLink(text))
    expect(readLink(`${text}=`)).toBeUndefined()
  })

  it('U6: is told from a token that has an item of its own, which holds no claim', () => {
    for (let n = 0; n < 1_000; n++) expect(readLink(randomBytes(32).toString('base64url'))).toBeUndefined()
    for (const text of ['', 'none', 'token-1', 'a'.repeat(300)]) expect(readLink(text)).toBeUndefined()
  })

  it('U6: is kept as a short hash, from which nobody can make the link', () => {
    const secret = randomBytes(LINK_SECRET_BYTES)
    expect(linkHash(secret)).toHaveLength(12)
    expect(Buffer.from(linkHash(secret)).equals(secret.subarray(0, 12))).toBe(false)
  })
})
