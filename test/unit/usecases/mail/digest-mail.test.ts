import { describe, expect, it } from 'vitest'
import { revokeClaim } from '../../../../shared/rules/claims/revocation.ts'
import { MAX_CHECKED_RETURNED, MAX_NAMED_RETURNED } from '../../../../shared/rules/limits.ts'
import type { FoundClaim } from '../../../../shared/storage/stores/claims.ts'
import { composeDigest } from '../../../../shared/usecases/mail/digest-mail.ts'
import {
  ADMIN,
  type ClaimedRecord,
  claimed,
  ENDS_AT,
  org,
  patchClaim,
  T0,
} from '../../../support/builders.ts'

const DAY = '2026-03-02'
const URL = 'https://claims.example/console?notification=bounced'

const bounced = (n: number): ClaimedRecord =>
  patchClaim(claimed({}, { userId: `acc${n}`, email: `p${n}@noordzee.example`, displayName: `P ${n}` }), {
    notification: 'bounced',
  })
const found = (given: ClaimedRecord): FoundClaim => ({ claim: given.claim, record: given })

function world(claims: readonly FoundClaim[], more = false, unread: readonly string[] = []) {
  const asked: string[] = []
  const checked: (readonly string[])[] = []
  const ports: Parameters<typeof composeDigest>[0] = {
    digests: {
      close: async (orgId, day, now) => void asked.push(`close ${orgId} ${day} ${now.toISOString()}`),
      returned: async (orgId, day) => {
        asked.push(`read ${orgId} ${day}`)
        return { claimIds: [...claims.map(({ claim }) => claim.claimId), ...unread], more }
      },
    },
    claims: {
      byIds: async (ids) => {
        checked.push(ids)
        return new Map(
          claims.filter(({ claim }) => ids.includes(claim.claimId)).map((one) => [one.claim.claimId, one]),
        )
      },
    },
    returnedMailsUrl: URL,
    now: () => T0,
  }
  return { asked, checked, mail: () => composeDigest(ports, org(), DAY) }
}

describe('the digest of mails that came back', () => {
  it('N4: is closed before it is read, and names and counts whom no mail reaches', async () => {
    const { mail, asked } = world([found(bounced(1)), found(bounced(2))], true)
    expect(await mail()).toEqual({
      kind: 'mails_returned',
      organizationName: 'Noordzee BV',
      firstName: '',
      people: 2,
      more: true,
      named: [
        { name: 'P 1', address: 'p1@noordzee.example' },
        { name: 'P 2', address: 'p2@noordzee.example' },
      ],
      url: URL,
    })
    expect(asked).toEqual([`close noordzee ${DAY} ${T0.toISOString()}`, `read noordzee ${DAY}`])
  })

  it('C9: names the address that the new account has by now', async () => {
    const given = bounced(1)
    const moved = patchClaim(given, { newAccount: { ...given.claim.newAccount, email: 'p1@other.example' } })
    expect(await world([found(moved)]).mail()).toMatchObject({
      named: [{ name: 'P 1', address: 'p1@other.example' }],
    })
  })

  it('N4, Y7: leaves out who is reached by now, whose claim is over or replaced, and who is being deleted', async () => {
    const given = bounced(1)
    const { closed, record: left } = revokeClaim(given, given.claim, { now: T0, by: ADMIN })
    const another = claimed({ ulid: '01KAPEG9Q0ZZZZZZZZZZZZZZZZ' }, { userId: 'acc1' })
    const replaced = patchClaim(another, { notification: 'bounced' })
    const deletion = { userId: 'acc1', at: T0.toISOString(), by: ADMIN, resumeAt: ENDS_AT }
    const reached: FoundClaim[] = [
      found(patchClaim(given, { notification: 'sent' })),
      { claim: closed, formerRecord: left },
      { claim: given.claim, record: left },
      { claim: given.claim, record: replaced },
      { claim: given.claim, record: { ...given, deletion } },
    ]
    for (const one of reached) {
      expect(await world([one]).mail()).toBeUndefined()
      expect(await world([one, found(bounced(2))]).mail()).toMatchObject({
        people: 1,
        named: [{ name: 'P 2' }],
      })
    }
  })

  it('N4: is none where a claim isn’t there any more, or none came back', async () => {
    expect(await world([], false, ['clm~acc1~GONE']).mail()).toBeUndefined()
    expect(await world([]).mail()).toBeUndefined()
  })

  it('N4: checks one batch of them, counts the others as unreached, and names a few', async () => {
    const claims = Array.from({ length: MAX_CHECKED_RETURNED + 5 }, (_, n) => found(bounced(n)))
    const { mail, checked } = world(claims)
    const composed = await mail()
    expect(composed).toMatchObject({ people: MAX_CHECKED_RETURNED + 5, more: false })
    expect(composed?.kind === 'mails_returned' && composed.named).toHaveLength(MAX_NAMED_RETURNED)
    expect(checked.map((ids) => ids.length)).toEqual([MAX_CHECKED_RETURNED])
  })
})
