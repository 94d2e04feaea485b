import { describe, expect, it } from 'vitest'
import { DAY_MS } from '../../../../shared/lib/time.ts'
import { linkHash } from '../../../../shared/rules/claims/decision-link.ts'
import {
  MAX_LINKS,
  mailSent,
  releaseMail,
  takeMail,
  type WantedMail,
} from '../../../../shared/rules/mail/claim-mail.ts'
import { resend } from '../../../../shared/rules/mail/notification.ts'
import { accountFromItem, accountToItem } from '../../../../shared/storage/items/account-item.ts'
import { mailToItem } from '../../../../shared/storage/items/mail-state.ts'
import { suppressEffectsAttribute } from '../../../../shared/storage/schema.ts'
import { ADMIN, type ClaimedRecord, claimed, claimedUnmailed, plus, T0 } from '../../../support/builders.ts'

const hash = (n: number) => linkHash(new Uint8Array([n]))

function mailed(record: ClaimedRecord, wanted: WantedMail, n: number): ClaimedRecord {
  const taken = takeMail(record.claim, wanted, `attempt-${n}`, hash(n), plus(n * DAY_MS))
  if (taken.outcome !== 'taken') throw new Error(taken.outcome)
  const claim = mailSent(taken.claim, wanted, plus(n * DAY_MS))
  if (claim === undefined) throw new Error('was sent before')
  return { ...record, claim }
}

const MAILS: readonly WantedMail[] = [
  { kind: 'claimed' },
  ...[7, 11, 13].map((day): WantedMail => ({ kind: 'reminder', day })),
]
const mailedAll = (record: ClaimedRecord): ClaimedRecord =>
  MAILS.reduce((next, wanted, n) => mailed(next, wanted, n + 1), record)

/** As DynamoDB counts an item: names and values. */
function sizeOf(value: unknown): number {
  if (value instanceof Uint8Array) return value.length
  if (value === undefined) return 0
  if (value === null || typeof value === 'boolean') return 1
  if (typeof value === 'number') return Math.ceil(String(value).length / 2) + 1
  if (typeof value === 'string') return Buffer.byteLength(value)
  if (Array.isArray(value)) return 3 + value.reduce((sum: number, each) => sum + 1 + sizeOf(each), 0)
  return Object.entries(Object(value)).reduce(
    (sum, [name, each]) => (each === undefined ? sum : sum + 1 + Buffer.byteLength(name) + sizeOf(each)),
    3,
  )
}

describe('what is told of a claim’s mails', () => {
  it('is read as it was written: leases, links, and what the claim shows', () => {
    const leased = takeMail(claimedUnmailed().claim, { kind: 'claimed' }, 'a', hash(9), T0)
    if (leased.outcome !== 'taken') throw new Error(leased.outcome)
    for (const given of [
      claimedUnmailed(),
      claimed(),
      mailedAll(claimedUnmailed()),
      { ...claimedUnmailed(), claim: leased.claim },
    ])
      expect(structuredClone(accountFromItem(accountToItem(given)))).toEqual(given)
  })

  it('M4: is read as it was written where an admin had it sent again, whose lease may be over or not', () => {
    const told = mailedAll(claimedUnmailed())
    const again = resend(told, told.claim, { now: plus(DAY_MS), by: ADMIN })
    const wanted: WantedMail = { kind: 'resent', at: again.claim.resentAt ?? '' }
    const leased = takeMail(again.claim, wanted, 'a', hash(9), plus(DAY_MS))
    const reminding = takeMail(claimedUnmailed().claim, { kind: 'reminder', day: 7 }, 'a', hash(9), T0)
    if (leased.outcome !== 'taken' || reminding.outcome !== 'taken') throw new Error('not taken')
    const released = releaseMail(reminding.claim, { kind: 'reminder', day: 7 }, 'a', hash(9))
    for (const claim of [again.claim, leased.claim, reminding.claim, released])
      if (claim !== undefined) {
        const given = { ...again.record, claim }
        expect(structuredClone(accountFromItem(accountToItem(given)))).toStrictEqual(given)
      }
    expect(mailToItem(claimedUnmailed().claim).state).toBeUndefined()
  })

  it('is read from the stream too, which tells bytes as text', () => {
    const given = mailedAll(claimedUnmailed())
    const told: unknown = JSON.parse(
      JSON.stringify(accountToItem(given), (_, value: unknown) =>
        value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value,
      ),
    )
    expect(structuredClone(accountFromItem(Object(told)))).toEqual(given)
  })

  it('stands apart from the claim, which a mail therefore leaves as it is', () => {
    const before = accountToItem(claimedUnmailed())
    const { mail, dueShard: _shard, dueAt: _at, ...rest } = accountToItem(mailedAll(claimedUnmailed()))
    expect(mail).not.toEqual(before.mail)
    expect(before).toMatchObject(rest)
  })

  const recordId = '9c5b94b1-35ad-49bb-b118-8e8fc24abf80'
  const request = {
    claimingOrgId: 'noordzee-international',
    licenses: ['messaging', 'meetings-pro'],
    origin: '01KAPEG9Q0Z7Z7Z7Z7Z7Z7Z7Z7:100000',
  }
  const original = {
    userId: recordId,
    email: 'lieselotte.van.der.meer@noordzee.example',
    firstName: 'Lieselotte',
    lastName: 'van der Meer',
    displayName: 'Lieselotte (Finance)',
    orgId: 'consumer-accounts',
    licenses: ['messaging-free'],
    locale: 'nl-NL',
  }
  const longest = {
    ...original,
    email: 'maria-magdalena.van-den-broek@international.noordzee.example',
    firstName: 'Maria Magdalena',
    lastName: 'van den Broek-Oosterhuis',
    displayName: 'Maria van den Broek (Finance)',
  }

  it('the record is under 1 KB, a write unit, with all of its mails sent and long values', () => {
    const full = mailedAll(claimedUnmailed(request, longest))
    expect(sizeOf(accountToItem(full))).toBeGreaterThan(900)
    expect(sizeOf(accountToItem(full))).toBeLessThan(1024)
  })

  it('the record is under 1 KB while one of its mails is being sent, and after an admin had it sent again', () => {
    const told = mailedAll(claimedUnmailed(request, original))
    const { record, claim } = resend(told, told.claim, { now: plus(DAY_MS), by: ADMIN })
    const wanted: WantedMail = { kind: 'resent', at: claim.resentAt ?? '' }
    const taken = takeMail(claim, wanted, 'a'.repeat(11), hash(8), T0)
    if (taken.outcome !== 'taken') throw new Error(taken.outcome)
    expect(taken.claim.mail.links.length).toBeLessThanOrEqual(MAX_LINKS)
    // As `mailStatement` leaves it: without effects.
    const item = { ...accountToItem({ ...record, claim: taken.claim }), [suppressEffectsAttribute]: 'y' }
    expect(sizeOf(item)).toBeLessThan(1024)
  })
})
