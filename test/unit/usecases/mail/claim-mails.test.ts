import { describe, expect, it } from 'vitest'
import type {
  EndedClaimMailRequest,
  OpenClaimMailRequest,
} from '../../../../shared/contracts/mail-requests.ts'
import { DAY_MS } from '../../../../shared/lib/time.ts'
import { decide } from '../../../../shared/rules/claims/decision.ts'
import { completeClaim, type Ended } from '../../../../shared/rules/claims/ending.ts'
import { revokeClaim } from '../../../../shared/rules/claims/revocation.ts'
import type { AccountRecord } from '../../../../shared/rules/types.ts'
import type { FoundClaim } from '../../../../shared/storage/stores/claims.ts'
import { mailOfEndedClaim, mailOfOpenClaim } from '../../../../shared/usecases/mail/claim-mails.ts'
import {
  ADMIN,
  type ClaimedRecord,
  claimed,
  claimedDirectly,
  CREATED_AT,
  ENDS_AT,
  org,
  patchClaim,
  plus,
  record,
  T0,
  USER,
  withClaim,
} from '../../../support/builders.ts'
import { accountsAmong } from '../../../support/found-accounts.ts'

const NO_CLAIM = 'no-claim-id'

describe('a mail about an open claim', () => {
  const request = (
    kind: Exclude<OpenClaimMailRequest['kind'], 'reminder'>,
    given: ClaimedRecord,
  ): OpenClaimMailRequest => {
    const { claimId, claimingOrgId: orgId } = given.claim
    const mailId = kind === 'resent' ? `${claimId}/resent/2026-03-02T00:00:00.000Z` : `${claimId}/${kind}`
    return { kind, mailId, orgId, claimId }
  }
  const reminder = (day: number, { claim: { claimId, claimingOrgId: orgId } }: ClaimedRecord) =>
    ({ kind: 'reminder', mailId: `${claimId}/reminder/${day}`, orgId, claimId, day }) as const
  const mailsOf = (asked: OpenClaimMailRequest, standing: AccountRecord | undefined, now = T0) =>
    mailOfOpenClaim(now, org(), asked, {
      records: new Map(standing === undefined ? [] : [[standing.recordId, standing]]),
      ended: new Map(),
    })

  it('N1: goes to the claimed address, in the user’s language, and says what the claim is', () => {
    const given = claimed()
    const [mail, ...more] = mailsOf(request('claimed', given), given)
    expect(more).toEqual([])
    expect(mail).toMatchObject({
      mailId: `${given.claim.claimId}/claimed`,
      to: 'Ada@noordzee.example',
      locale: 'nl',
      tags: { kind: 'claimed_delayed' },
      claim: { record: given, claim: given.claim },
    })
    expect(mail?.claim?.wanted).toEqual({ kind: 'claimed' })
    expect(mail?.mail('https://claims.example/d')).toMatchObject({
      kind: 'claimed_delayed',
      organizationName: 'Noordzee BV',
      firstName: 'Ada',
      address: 'Ada@noordzee.example',
      createdAt: CREATED_AT,
      endsAt: ENDS_AT,
      decisionUrl: 'https://claims.example/d',
      options: ['change_email', 'transfer_content', 'delete_original'],
    })
    expect(mail?.mail('')).not.toHaveProperty('contentLoss')
    const direct = claimedDirectly()
    const [other] = mailsOf(request('claimed', direct), direct)
    expect(other?.tags.kind).toBe('claimed_direct')
    expect(other?.mail('')).toMatchObject({ kind: 'claimed_direct', contentLoss: 'chosen_direct' })
  })

  it('C9: goes to the new account’s other address, where it has one', () => {
    const direct = claimedDirectly()
    const moved = patchClaim(direct, {
      newAccount: { ...direct.claim.newAccount, email: 'Ada@married.example' },
    })
    expect(mailsOf(request('claimed', moved), moved)).toMatchObject([{ to: 'Ada@married.example' }])
  })

  it('M4: that was asked for again is that of the instant it was asked for', () => {
    const given = claimed()
    const [mail] = mailsOf(request('resent', given), given)
    expect(mail?.claim?.wanted).toEqual({ kind: 'resent', at: '2026-03-02T00:00:00.000Z' })
    expect(mail?.tags.kind).toBe('resent')
    expect(mail?.mail('')).toMatchObject({ kind: 'claim_resent', claimType: 'delayed' })
  })

  it('N1: is none for a record that is gone or on its way, or another claim’s, or an id that is no claim’s', () => {
    const given = claimed()
    const deletion = { userId: 'acc00042', at: T0.toISOString(), by: ADMIN, resumeAt: ENDS_AT }
    const another = claimed({ ulid: '01KAPEG9Q0ZZZZZZZZZZZZZZZZ' })
    for (const standing of [undefined, { ...given, deletion }, another, record()])
      expect(mailsOf(request('claimed', given), standing)).toEqual([])
    expect(mailsOf({ ...request('claimed', given), claimId: NO_CLAIM }, given)).toEqual([])
  })

  it('N1, N4: after a decision or a bounce there is no reminder, nor the mail again; the first one goes', () => {
    const given = claimed()
    const decided = withClaim(decide(given, given.claim, 'transfer_content', { now: T0, by: USER }))
    const bounced = patchClaim(given, { notification: 'bounced' })
    const now = plus(7 * DAY_MS, CREATED_AT)
    for (const standing of [decided, bounced]) {
      expect(mailsOf(reminder(7, given), standing, now)).toEqual([])
      expect(mailsOf(request('resent', given), standing, now)).toEqual([])
      expect(mailsOf(request('claimed', given), standing, now)).toHaveLength(1)
    }
  })

  it('N1: a reminder is of the day that is due, and none of one that isn’t yet or that a later has overtaken', () => {
    const given = claimed()
    const remindedOn = (day: number) => mailsOf(reminder(7, given), given, plus(day * DAY_MS, CREATED_AT))
    const [mail] = remindedOn(7)
    expect(mail?.claim?.wanted).toEqual({ kind: 'reminder', day: 7 })
    expect(mail?.mail('')).toMatchObject({ kind: 'reminder', daysLeft: 7 })
    expect(remindedOn(6)).toEqual([])
    expect(remindedOn(11)).toEqual([])
  })
})

describe('a mail about a claim that has ended', () => {
  const given = claimed()
  const revoked = revokeClaim(given, given.claim, { now: plus(1000), by: ADMIN })
  const completed = completeClaim(given, given.claim, { now: plus(1000), by: 'schedule:due' })
  const stands = ({ record: left, closed, change }: Ended): FoundClaim => ({
    claim: closed,
    formerRecord: { ...left, ended: { claim: closed, change } },
  })
  const { claimId, claimingOrgId: orgId } = given.claim
  const request = (kind: EndedClaimMailRequest['kind']): EndedClaimMailRequest => ({
    kind,
    mailId: `${claimId}/${kind}`,
    orgId,
    claimId,
  })

  async function mailsOf(
    kind: EndedClaimMailRequest['kind'],
    found: FoundClaim | undefined,
    {
      accounts = [],
      standing = org(),
    }: { accounts?: readonly AccountRecord[]; standing?: ReturnType<typeof org> } = {},
  ) {
    const asked: string[] = []
    const byUserIds = async (userIds: readonly string[]) => {
      asked.push(...userIds)
      return accountsAmong(accounts).byUserIds(userIds)
    }
    const ended = new Map(found === undefined ? [] : [[claimId, found]])
    const sources = { records: new Map<string, AccountRecord>(), ended }
    const mails = await mailOfEndedClaim({ accounts: { byUserIds } }, standing, request(kind), sources)
    return { mails, asked }
  }

  it('R1: tells of a revocation to the original, and of a migration to the new account', async () => {
    const { mails: ofRevoked, asked } = await mailsOf('revoked', stands(revoked))
    expect(asked).toEqual([])
    expect(ofRevoked).toMatchObject([{ to: 'Ada@noordzee.example', locale: 'nl', tags: { kind: 'revoked' } }])
    expect(ofRevoked[0]?.mail('')).toMatchObject({
      kind: 'revoked',
      organizationName: 'Noordzee BV',
      firstName: 'Ada',
      address: 'Ada@noordzee.example',
      createdAt: CREATED_AT,
      revokedAt: plus(1000).toISOString(),
    })
    const retained = org({ settings: { retentionDays: 90 } })
    const { mails: ofCompleted } = await mailsOf('migrated', stands(completed), { standing: retained })
    expect(ofCompleted).toMatchObject([{ tags: { kind: 'migration_completed' } }])
    expect(ofCompleted[0]?.mail('')).toMatchObject({
      kind: 'migration_completed',
      completedAt: plus(1000).toISOString(),
      conversationsMoved: 0,
      decidedBy: 'schedule',
      retentionDays: 90,
    })
  })

  it('asks for the account where the claim stands elsewhere, and goes to its present address', async () => {
    const accounts = [record({ email: 'ada@elsewhere.example' })]
    const { mails, asked } = await mailsOf('revoked', { claim: revoked.closed }, { accounts })
    expect(mails).toMatchObject([{ to: 'ada@elsewhere.example' }])
    expect(asked).toEqual(['acc00042'])
  })

  it('Y7: is none where the account is gone, the claim redacted or unknown, or still open', async () => {
    const accounts = [record()]
    const redacted = { ...revoked.closed, email: '' }
    expect((await mailsOf('revoked', { claim: revoked.closed })).mails).toEqual([])
    expect((await mailsOf('revoked', { claim: redacted }, { accounts })).mails).toEqual([])
    expect((await mailsOf('revoked', undefined, { accounts })).mails).toEqual([])
    expect((await mailsOf('revoked', { claim: given.claim }, { accounts })).mails).toEqual([])
  })
})
