import { describe, expect, it } from 'vitest'
import { NO_MAIL_YET } from '../../../../shared/rules/mail/claim-mail.ts'
import { createClaim, licensesFor } from '../../../../shared/rules/claims/creation.ts'
import {
  ADMIN,
  CREATED_AT,
  claimed,
  claimedDirectly,
  claimedUnmailed,
  claimRequest,
  org,
  record,
  T0,
  ULID,
} from '../../../support/builders.ts'

describe('createClaim', () => {
  it('C3: the original account stays in its org as it was, and the record is the next one', () => {
    const before = record()
    const next = createClaim(before, claimRequest(), { now: T0, by: ADMIN })
    expect(next.account).toEqual(before.account)
    expect(next).toMatchObject({ recordId: 'acc00042', revision: 4 })
  })

  it('C2: the claim names both accounts, both orgs and the address, and where it comes from', () => {
    expect(claimedUnmailed().claim).toEqual({
      claimId: `clm~acc00042~${ULID}`,
      type: 'delayed',
      status: 'open',
      claimingOrgId: 'noordzee',
      sourceOrgId: 'personal',
      originalUserId: 'acc00042',
      newUserId: `acc00042~${ULID}`,
      email: 'Ada@noordzee.example',
      createdAt: CREATED_AT,
      createdBy: ADMIN,
      licenses: ['pro', 'mail'],
      origin: 'req-1:0',
      notification: 'pending',
      mail: NO_MAIL_YET,
      conversationsMoved: 0,
      newAccount: {
        firstName: 'Ada',
        lastName: 'de Vries',
        displayName: 'Ada (Sales)',
        status: 'active',
        licenses: [],
        locale: 'nl',
      },
      auditKeys: ['2026-03-01T09:30:15.250Z#4'],
      version: 1,
    })
  })

  it('A1: the change says what was done, when, by whom, and is the only one of its number', () => {
    expect(claimed().change).toEqual({
      what: 'claim.created',
      at: '2026-03-01T09:30:15.250Z',
      by: ADMIN,
      n: 4,
    })
  })

  it('T3: a direct claim says what is lost, a delayed one loses nothing', () => {
    expect(claimedDirectly().claim).toMatchObject({ type: 'direct', contentLoss: 'chosen_direct' })
    expect(claimed().claim).not.toHaveProperty('contentLoss')
  })

  it('M1: a claim begins with the second in which it was made, so that its end is a whole second', () => {
    expect(claimed({}, {}, new Date('2026-03-01T09:30:15.999Z')).claim.createdAt).toBe(CREATED_AT)
    expect(claimed({}, {}, new Date(CREATED_AT)).claim.createdAt).toBe(CREATED_AT)
  })

  it.each([
    ['the account keeps its names', {}, ['Ada', 'de Vries', 'Ada (Sales)']],
    [
      'a first name is taken over and shown',
      { firstName: 'Adriana' },
      ['Adriana', 'de Vries', 'Adriana de Vries'],
    ],
    ['a last name is taken over and shown', { lastName: 'Smit' }, ['Ada', 'Smit', 'Ada Smit']],
    [
      'a display name alone changes no other',
      { displayName: 'A. de Vries' },
      ['Ada', 'de Vries', 'A. de Vries'],
    ],
    [
      'a display name wins over what the names make',
      { firstName: 'Bo', lastName: 'Smit', displayName: 'Bobby' },
      ['Bo', 'Smit', 'Bobby'],
    ],
    ['an empty last name leaves no blank behind', { lastName: '' }, ['Ada', '', 'Ada']],
  ])('C1: %s in the new account', (_, names, [firstName, lastName, displayName]) => {
    expect(claimed({ names }).claim.newAccount).toMatchObject({ firstName, lastName, displayName })
  })

  it('C1: names in the request never change the original account', () => {
    expect(claimed({ names: { firstName: 'Bo', lastName: 'Smit' } }).account).toEqual(record().account)
  })

  it.each(['active', 'not_verified', 'verified', 'inactive'] as const)(
    'C4: the new account takes over the status %s',
    (status) => {
      expect(claimedDirectly({ status }).claim.newAccount.status).toBe(status)
    },
  )

  it('C5: a direct claim licenses the new account at once, a delayed one not yet', () => {
    expect(claimedDirectly().claim.newAccount.licenses).toEqual(['pro', 'mail'])
    expect(claimed().claim.newAccount.licenses).toEqual([])
    expect(claimed().claim.licenses).toEqual(['pro', 'mail'])
  })

  it("C5: the original account's licences are not the new account's", () => {
    expect(claimedDirectly({ licenses: ['gold'] }).claim.newAccount.licenses).toEqual(['pro', 'mail'])
  })
})

describe('licensesFor', () => {
  const withTemplate = org({ settings: { licenseTemplate: ['mail', 'drive'] } })

  it("C5: the request's licences win over the template", () => {
    expect(licensesFor(['pro'], withTemplate)).toEqual(['pro'])
  })

  it('C5: the template wins over none, whether they were left out or empty', () => {
    expect(licensesFor(undefined, withTemplate)).toEqual(['mail', 'drive'])
    expect(licensesFor([], withTemplate)).toEqual(['mail', 'drive'])
  })

  it('C5: without request and template there are none', () => {
    expect(licensesFor(undefined, org({ settings: { licenseTemplate: [] } }))).toEqual([])
  })
})

describe('what a claim remembers of its request', () => {
  const made = (patch: Parameters<typeof claimRequest>[0]) =>
    createClaim(record(), claimRequest(patch), { now: T0, by: ADMIN }).claim

  it('N3: that its licences are followed by no invitation, where somebody said so', () => {
    expect(made({ noInvitation: true })?.noInvitation).toBe(true)
    for (const patch of [{ noInvitation: false }, {}]) expect(made(patch)).not.toHaveProperty('noInvitation')
  })
})
