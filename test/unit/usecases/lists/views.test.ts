import { describe, expect, it } from 'vitest'
import { completeClaim } from '../../../../shared/rules/claims/ending.ts'
import { startAccountDeletion } from '../../../../shared/rules/deletion/account-deletion.ts'
import { accountsOf } from '../../../../shared/rules/claims/views.ts'
import type { AccountRecord } from '../../../../shared/rules/types.ts'
import { domainRecords, readClaim, readUser, viewClaims } from '../../../../shared/usecases/lists/views.ts'
import { ADMIN, claimed, claimedDirectly, record, T0 } from '../../../support/builders.ts'

type Ports = Parameters<typeof viewClaims>[0]

const none: Ports = { domains: { states: async () => new Map() } }
const claimedBy = (claimingOrg: string) => ({
  domains: {
    states: async (_orgId: string, names: readonly string[]) =>
      new Map(names.map((name) => [name, { verified: true, claimedBy: claimingOrg }])),
  },
})

describe('a claim as its org sees it', () => {
  const direct = claimedDirectly()
  const viewOf = async (given: AccountRecord | undefined, ports = none) => {
    const found = { claim: direct.claim, ...(given && { record: given }) }
    const [view] = await viewClaims(ports, 'noordzee', [found], T0)
    return view
  }

  it('U4: lets its user delete the original unless it is paid for', async () => {
    const paid = { ...direct, account: { ...direct.account, paid: true } }
    expect((await viewOf(direct))?.allowedDecisions).toContain('delete_original')
    expect((await viewOf(paid))?.allowedDecisions).not.toContain('delete_original')
    expect((await viewOf(undefined))?.allowedDecisions).toContain('delete_original')
  })

  it('R: can be revoked unless the org has claimed its domain, or its new account is being deleted', async () => {
    expect(await viewOf(direct, claimedBy('acme'))).toMatchObject({ revocable: true })
    expect(await viewOf(direct, claimedBy('noordzee'))).toMatchObject({
      notRevocableBecause: 'domain_claimed',
    })
    const deleting = startAccountDeletion(direct, direct.claim.newUserId, { now: T0, by: ADMIN })
    expect(await viewOf(deleting)).toMatchObject({ notRevocableBecause: 'ended' })
  })

  it('Y7: names its person once it has ended, until that account is being deleted', async () => {
    const by = { now: T0, by: ADMIN }
    const { closed, record: after } = completeClaim(direct, direct.claim, by)
    const nameOn = async (formerRecord: AccountRecord) =>
      (await viewClaims(none, 'noordzee', [{ claim: closed, formerRecord }], T0))[0]?.displayName
    expect(await nameOn(after)).toBe(direct.claim.newAccount.displayName)
    expect(await nameOn(startAccountDeletion(after, after.account.userId, by))).toBe('')
  })

  it('R: is nothing to another org', async () => {
    const { claimId } = direct.claim
    const byIdOf = async (orgId: string) => (orgId === 'noordzee' ? { claim: direct.claim } : undefined)
    const ports = { ...none, claims: { byIdOf } }
    expect(await readClaim(ports, 'noordzee', claimId, T0)).toMatchObject({ claimId })
    expect(await readClaim(ports, 'acme', claimId, T0)).toBeUndefined()
  })
})

describe('a user as their org sees them', () => {
  const read = (given: AccountRecord, orgId: string, userId: string, ports: Ports = none) =>
    readUser(
      {
        ...ports,
        accounts: {
          byUserId: async (id) => {
            const inRecord = accountsOf(given).find(({ account }) => account.userId === id)
            return inRecord && { record: given, inRecord }
          },
        },
      },
      orgId,
      userId,
      T0,
    )

  it('A3: is nobody to another org', async () => {
    const own = record()
    expect(await read(own, 'personal', 'acc00042')).toMatchObject({
      version: 3,
      user: { userId: 'acc00042' },
    })
    expect(await read(own, 'noordzee', 'acc00042')).toBeUndefined()
    expect(await read(own, 'personal', 'nobody')).toBeUndefined()
  })

  it('R: shows on the new account alone that its claim can’t be revoked, since the domain is claimed', async () => {
    const open = claimed()
    const shown = await read(open, 'noordzee', open.claim.newUserId, claimedBy('noordzee'))
    expect(shown?.user.claim).toMatchObject({ revocable: false })
    const asked: (readonly string[])[] = []
    const domains = {
      states: async (_orgId: string, names: readonly string[]) => {
        asked.push(names)
        return new Map()
      },
    }
    await read(open, 'personal', 'acc00042', { domains })
    expect(asked).toEqual([[]])
  })
})

it('R3: what a page costs beside its records is two for each domain', () => {
  expect(domainRecords(['a@noordzee.example', 'b@noordzee.example', 'c@acme.example'])).toBe(4)
})
