import { describe, expect } from 'vitest'
import { parseAddress } from '../../../../shared/rules/accounts/address.ts'
import { notNotifiableBecause } from '../../../../shared/rules/mail/notification.ts'
import { recordFailure } from '../../../../shared/usecases/mail/bounces-and-complaints.ts'
import { liftSuppression } from '../../../../shared/usecases/mail/lift-suppression.ts'
import type { Stores } from '../../../support/background.ts'
import { org, sourceOrg, T0, withClaim } from '../../../support/builders.ts'
import type { TestTable } from '../../../support/dynamo.ts'
import { dump, givenAccounts, givenClaim, givenDomain, givenOrgs } from '../../../support/given.ts'
import { it } from '../../../support/fixtures.ts'

const noordzee = org({ adminEmails: ['it@elsewhere.example'] })

describe('an address that takes mail again', () => {
  let db: TestTable
  let stores: Stores
  let people = 0

  it.beforeAll(async ({ table, tableStores }) => {
    db = table
    stores = tableStores
    await givenOrgs(stores, noordzee, org({ orgId: 'rival' }), sourceOrg())
    await givenDomain(stores, noordzee.orgId, 'noordzee.example')
  })

  const lift = (email: string, orgId = noordzee.orgId, isPlatform = false) =>
    liftSuppression(stores, { orgId, isPlatform, email, now: T0, by: isPlatform ? 'platform:p' : 'admin:a' })
  const isSuppressed = async (email: string) => (await stores.suppressions.among([email])).size === 1

  async function bounced() {
    const userId = `acc${++people}`
    const email = `person${people}@noordzee.example`
    await givenAccounts(stores, { userId, email })
    const { recordId, claim } = await givenClaim(stores, noordzee, { ref: { email } })
    await stores.suppressions.add(email, T0)
    await recordFailure({ ...stores, now: () => T0 }, claim.claimId, {
      failure: 'bounced',
      recipients: [email],
      by: 'mail:ses-1',
    })
    const current = async () => {
      const record = (await stores.accounts.byRecordIds([recordId])).get(recordId)
      if (record === undefined) throw new Error('no record')
      return withClaim(record)
    }
    return { email, current }
  }

  it('N4: its open claim is pending, is to be mailed again at once, and its mail goes out', async () => {
    const { email, current } = await bounced()
    expect(notNotifiableBecause((await current()).claim, T0, false)).toBe('mail_bounced')
    expect(await lift(email.toUpperCase())).toEqual({ outcome: 'lifted' })
    expect(await isSuppressed(email)).toBe(false)
    const { claim } = await current()
    expect(claim.notification).toBe('pending')
    expect(notNotifiableBecause(claim, T0, false)).toBeUndefined()
  })

  it('N4: said twice, it changes nothing', async () => {
    const { email } = await bounced()
    await lift(email)
    const before = await dump(db)
    expect(await lift(email)).toEqual({ outcome: 'lifted' })
    expect(await dump(db)).toEqual(before)
  })

  it('A1: cut off before it is lifted, and said again later, it is told once', async () => {
    const { email } = await bounced()
    const remove = () => Promise.reject(new Error('cut off'))
    const request = { orgId: noordzee.orgId, isPlatform: false, email, now: T0, by: 'admin:a' } as const
    const cutOff = liftSuppression({ ...stores, suppressions: { ...stores.suppressions, remove } }, request)
    await expect(cutOff).rejects.toThrow('cut off')
    expect(await isSuppressed(email)).toBe(true)
    const told = Object.keys(await dump(db)).filter((key) => key.startsWith('A#'))
    const later = new Date(T0.getTime() + 60_000)
    expect(await liftSuppression(stores, { ...request, now: later })).toEqual({ outcome: 'lifted' })
    expect(await isSuppressed(email)).toBe(false)
    const toldAgain = Object.keys(await dump(db)).filter((key) => key.startsWith('A#'))
    expect(toldAgain).toEqual(told)
  })

  it('N4: an admin may say so of the org’s own admins', async () => {
    await stores.suppressions.add('it@elsewhere.example', T0)
    expect(await lift('IT@elsewhere.example')).toEqual({ outcome: 'lifted' })
    expect(await isSuppressed('it@elsewhere.example')).toBe(false)
  })

  it.each(['someone@elsewhere.example', 'nobody'])(
    'N4: of another address (%s) an admin learns nothing, and changes nothing',
    async (email) => {
      if (parseAddress(email).outcome === 'parsed') await stores.suppressions.add(email, T0)
      expect(await lift(email)).toEqual({ outcome: 'refused', code: 'not_found' })
      expect(await lift(`x${email}`)).toEqual({ outcome: 'refused', code: 'not_found' })
      if (parseAddress(email).outcome === 'parsed') expect(await isSuppressed(email)).toBe(true)
    },
  )

  it('N4: another org’s admin may not, and the platform may of any', async () => {
    const { email, current } = await bounced()
    expect(await lift(email, 'rival')).toEqual({ outcome: 'refused', code: 'not_found' })
    expect((await current()).claim.notification).toBe('bounced')
    expect(await lift(email, '~platform', true)).toEqual({ outcome: 'lifted' })
    expect((await current()).claim.notification).toBe('pending')
  })

  it('A1: the audit trail tells of it, without the address', async () => {
    const { email } = await bounced()
    await lift(email)

    const trail = Object.entries(await dump(db)).filter(([key]) => key.startsWith('A#'))
    expect(JSON.stringify(trail)).toContain('"suppression":"lifted"')
    expect(JSON.stringify(trail)).not.toContain(email)
  })
})
