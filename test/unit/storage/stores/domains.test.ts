import { describe, expect, it } from 'vitest'
import { keys } from '../../../../shared/storage/keys.ts'
import type { OrgDomain } from '../../../../shared/storage/stores/domains.ts'
import { ADMIN, T0 } from '../../../support/builders.ts'
import { memoryStores } from '../../../support/memory-stores.ts'

const at = T0.toISOString()
const GIVEN: OrgDomain = {
  orgId: 'acme',
  domain: 'noordzee.example',
  status: 'verified',
  token: 'token',
  tokenExpiresAt: at,
  createdAt: at,
  verifiedAt: at,
  revision: 0,
}
const change = (what: 'domain.added' | 'domain.claimed' | 'domain.removed') =>
  ({ what, at, by: ADMIN }) as const

describe('a domain', () => {
  it('D2: is asked for as it is now, and so is who has it to itself', async () => {
    const { domains, sent, item } = memoryStores()
    await domains.write(GIVEN, change('domain.added'))
    expect(await domains.claimedBy(GIVEN.domain)).toBeUndefined()
    expect(sent.at(-1)).toMatchObject({ input: { ConsistentRead: true } })
    const stored = await domains.get('acme', GIVEN.domain)
    expect(sent.at(-1)).toMatchObject({ input: { ConsistentRead: true } })
    expect(stored).toEqual({ ...GIVEN, revision: 1 })
    await domains.claim({ ...GIVEN, revision: 1 }, change('domain.claimed'))
    expect(await domains.claimedBy(GIVEN.domain)).toBe('acme')
    expect(item(keys.domainClaim(GIVEN.domain))).toMatchObject({ type: 'domain-claim', v: 1, orgId: 'acme' })
  })

  it('D3, A1: is removed with an audit entry under the number of that change', async () => {
    const { domains, audit } = memoryStores()
    await domains.write(GIVEN, change('domain.added'))
    expect(await domains.remove({ ...GIVEN, revision: 1 }, change('domain.removed'))).toEqual({
      outcome: 'written',
    })
    const [entry] = await audit.ofChanges('acme', `domain:${GIVEN.domain}`, [{ at, n: 2 }])
    expect(entry).toMatchObject({ what: 'domain.removed', before: { status: 'verified' } })
  })
})
