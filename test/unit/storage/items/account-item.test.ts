import { describe, expect, it } from 'vitest'
import { decide } from '../../../../shared/rules/claims/decision.ts'
import { completeClaim } from '../../../../shared/rules/claims/ending.ts'
import type { AccountRecord, OpenClaim } from '../../../../shared/rules/types.ts'
import { accountFromItem, accountToItem } from '../../../../shared/storage/items/account-item.ts'
import { readImage } from '../../../../shared/storage/items/stream-images.ts'
import { duePlaceOf, keys } from '../../../../shared/storage/keys.ts'
import { suppressEffectsAttribute } from '../../../../shared/storage/schema.ts'
import {
  ADMIN,
  claimed,
  claimedDirectly,
  ENDS_AT,
  patchClaim,
  record,
  T0,
  USER,
} from '../../../support/builders.ts'

/** As it is read, without what goes with it unseen. */
const stored = (given: AccountRecord): AccountRecord => structuredClone(accountFromItem(accountToItem(given)))
const AT = '2026-03-02T00:00:00Z'
const inactive = { since: AT, formerStatus: 'active', syncId: 'sync-1' } as const
const change = (what: 'user.updated' | 'claim.created', n = 3) => ({ what, at: AT, by: ADMIN, n }) as const

describe('the record of an account', () => {
  it.each<[string, AccountRecord]>([
    ['plain', record()],
    ['inactive', record({ status: 'inactive', inactive })],
    ['paid, with another name', record({ paid: true, displayName: 'Another', licenses: [] })],
    ['with content', { ...record(), hasContent: true }],
    ['without content', { ...record(), hasContent: false }],
    [
      'that is being deleted',
      { ...record(), deletion: { userId: 'acc00042', at: AT, by: ADMIN, resumeAt: ENDS_AT } },
    ],
    ['that was changed', { ...record(), change: change('user.updated') }],
    ['of another account than the first', { ...record({ userId: 'acc00042~B' }), recordId: 'acc00042' }],
  ])('is read as it was written: %s', (_, given) => {
    expect(stored(given)).toEqual(given)
  })

  const delayed = claimed()
  const direct = claimedDirectly()
  const pendingEmail = { newEmail: 'ada@home.example', expiresAt: AT, changeNumber: 5, links: ['hash'] }
  const patches: [string, Partial<OpenClaim>][] = [
    ['nothing else', {}],
    ['no invitation', { noInvitation: true }],
    ['who asked', { createdBy: 'admin:other' }],
    ['a mail again', { resentAt: '2026-03-02T00:00:00.000Z' }],
    ['a confirmation under way', { pendingEmail, confirmations: [AT] }],
    ['a hold', { heldUntil: AT, held: true }],
    ['a sign-in', { signedInAt: AT }],
    [
      'a bounce',
      { notification: 'bounced', mail: { ...delayed.claim.mail, revision: 4, slots: { claimed: 'sent' } } },
    ],
    ['moved content', { status: 'migrating', conversationsMoved: 49, resumeAt: ENDS_AT }],
    ['more changes', { version: 3, auditKeys: [...delayed.claim.auditKeys, 'second', 'third'] }],
  ]
  it.each(patches)('is read with its open claim as it was written: %s', (_, patch) => {
    const given = patchClaim(delayed, patch)
    expect(stored(given)).toEqual(given)
  })

  it('is read with its open claim as it was written: a decision, and content that is lost', () => {
    const decided = decide(delayed, delayed.claim, 'transfer_content', { now: T0, by: USER })
    expect(stored(decided)).toEqual(decided)
    expect(stored(direct)).toEqual(direct)
    const { newAccount } = direct.claim
    for (const other of [
      { email: 'ada@married.example' },
      { firstName: 'Eva', lastName: 'Bos', displayName: 'Eva B.', locale: 'de' },
      { status: 'inactive' as const, inactive },
      { licenses: ['another'] },
    ]) {
      const given = patchClaim(direct, { newAccount: { ...newAccount, ...other } })
      expect(stored(given)).toEqual(given)
    }
  })

  it('is read with the claim that ended in it as it was written', () => {
    const {
      record: left,
      closed,
      change: ending,
    } = completeClaim(delayed, delayed.claim, { now: T0, by: ADMIN })
    const given = { ...left, ended: { claim: { ...closed, links: [Uint8Array.of(1, 2)] }, change: ending } }
    expect(stored(given)).toEqual(given)
  })

  it('M1: keeps out of its item what follows from it: the id, a name, and what the new account takes over', () => {
    const item = (given: AccountRecord): Record<string, unknown> => accountToItem(given)
    expect(item(record())).toMatchObject({ userId: undefined, displayName: 'Ada (Sales)' })
    expect(item(record({ displayName: 'Ada de Vries' })).displayName).toBeUndefined()
    for (const given of [delayed, direct]) expect(item(given).claim).toMatchObject({ account: undefined })
    const licensed = patchClaim(delayed, { newAccount: { ...delayed.claim.newAccount, licenses: ['pro'] } })
    expect(item(licensed).claim).toMatchObject({ account: { licenses: ['pro'] } })
  })

  it('M5, A1: has effects by a change, and by a first mail so late that the migration waits for it', () => {
    const quiet = (given: AccountRecord) => accountToItem(given)[suppressEffectsAttribute]
    expect(quiet({ ...record(), change: change('user.updated', 3) })).toBeUndefined()
    expect(quiet({ ...record(), change: change('user.updated', 2) })).toBe('y')
    expect(quiet(record())).toBe('y')
    const { change: _change, ...later } = delayed
    expect(quiet(later)).toBe('y')
    expect(quiet(patchClaim(later, { notifiedAt: ENDS_AT }))).toBeUndefined()
  })

  it('leaves an ended claim out where another is open', () => {
    const { closed, change: ending } = completeClaim(delayed, delayed.claim, { now: T0, by: ADMIN })
    expect(accountToItem({ ...delayed, ended: { claim: closed, change: ending } }).ended).toBeUndefined()
  })

  it('stands in the due index by its claim’s end, or its deletion’s, or not at all', () => {
    expect(duePlaceOf(accountToItem(delayed))).toMatchObject({ kind: 'claim', at: ENDS_AT })
    const going = { ...record(), deletion: { userId: 'acc00042', at: AT, by: ADMIN, resumeAt: ENDS_AT } }
    expect(duePlaceOf(accountToItem(going))?.at).toBe(ENDS_AT)
    expect(duePlaceOf(accountToItem(going))?.kind).not.toBe('claim')
    expect(duePlaceOf(accountToItem(record()))).toBeUndefined()
  })
})

describe('A1, A3: the last change of a record, as the stream tells it', () => {
  const open = claimed()
  const image = (given: AccountRecord) => readImage(accountToItem(given))

  it('is the account’s and its org’s without a claim', () => {
    expect(image({ ...record(), change: change('user.updated') })).toMatchObject({
      kind: 'account',
      orgId: 'personal',
      subject: 'acc00042',
      change: { what: 'user.updated' },
      due: undefined,
    })
  })

  it('is the claim’s, or the new account’s, and the claiming org’s while one is open', () => {
    const { claimId, newUserId } = open.claim
    expect(image({ ...open, change: change('claim.created') })).toMatchObject({
      kind: 'account',
      orgId: 'noordzee',
      subject: claimId,
      due: { kind: 'claim', at: ENDS_AT },
    })
    expect(image({ ...open, change: change('user.updated') })).toMatchObject({
      orgId: 'noordzee',
      subject: newUserId,
    })
    const { change: _none, ...unchanged } = open
    expect(image(unchanged)).toMatchObject({ orgId: 'noordzee', subject: newUserId, change: undefined })
  })

  it('is the ended claim’s where the end was the last change, and the account’s again after another', () => {
    const { record: left, closed, change: ending } = completeClaim(open, open.claim, { now: T0, by: ADMIN })
    const ended = { ...left, ended: { claim: closed, change: ending } }
    expect(image({ ...ended, change: ending })).toMatchObject({
      kind: 'closed-claim',
      claim: { claimId: closed.claimId },
      orgId: 'noordzee',
      subject: closed.claimId,
      deletedUserId: undefined,
    })
    for (const other of [change('user.updated', ending.n), { ...ending, n: ending.n + 1 }])
      expect(image({ ...ended, change: other })).toMatchObject({
        kind: 'account',
        subject: left.account.userId,
      })
    expect(image(ended)).toMatchObject({ kind: 'account' })
  })

  it('of a digest is none, and says which morning is due', () => {
    const item = {
      ...keys.digest('noordzee', '2026-03-02'),
      type: 'digest',
      v: 1,
      orgId: 'noordzee',
      day: '2026-03-02',
    }
    expect(readImage(item)).toEqual({
      kind: 'digest',
      change: undefined,
      due: undefined,
      orgId: 'noordzee',
      subject: 'digest:2026-03-02',
    })
  })
})
