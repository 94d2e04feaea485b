import { expect, it } from 'vitest'
import { linkText, type MailLink } from '../../../../shared/rules/claims/decision-link.ts'
import type { FoundClaim } from '../../../../shared/storage/stores/claims.ts'
import { claimByLink, type LinkFinder } from '../../../../shared/usecases/claims/claim-by-link.ts'
import { claimed, T0 } from '../../../support/builders.ts'

const given = claimed()
const found: FoundClaim = { claim: given.claim, record: given }
const { claimId } = given.claim
const link: MailLink = { claimId, secret: new Uint8Array(16).fill(7) }

function world(tokens: Readonly<Record<string, string>> = {}) {
  const asked: unknown[] = []
  const ports: LinkFinder = {
    claims: {
      byId: async (id) => {
        asked.push(id)
        return id === claimId ? found : undefined
      },
      byLink: async (of) => {
        asked.push(of)
        return of.secret[0] === 7 ? found : undefined
      },
    },
    tokens: {
      claimIdOf: async (token, now) => {
        asked.push(`token ${token} ${now.toISOString()}`)
        return tokens[token]
      },
    },
  }
  return { asked, find: (token: string) => claimByLink(ports, token, T0) }
}

it('U6: a mailed link leads to the claim that it names, by its secret, without another read', async () => {
  const { asked, find } = world()
  expect(await find(linkText(link))).toBe(found)
  expect(await find(linkText({ ...link, secret: new Uint8Array(16) }))).toBeUndefined()
  expect(asked).toEqual([link, { ...link, secret: new Uint8Array(16) }])
})

it('U6: a link with an item of its own leads to that item’s claim, and another text nowhere', async () => {
  const { asked, find } = world({ 'a-token': claimId })
  expect(await find('a-token')).toBe(found)
  expect(await find('another')).toBeUndefined()
  const at = T0.toISOString()
  expect(asked).toEqual([`token a-token ${at}`, claimId, `token another ${at}`])
})
