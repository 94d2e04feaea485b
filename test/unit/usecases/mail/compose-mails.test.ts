import { describe, expect, it } from 'vitest'
import type { MailRequest } from '../../../../shared/contracts/mail-requests.ts'
import { DAY_MS } from '../../../../shared/lib/time.ts'
import { decide } from '../../../../shared/rules/claims/decision.ts'
import { completeClaim, type Ended } from '../../../../shared/rules/claims/ending.ts'
import { revokeClaim } from '../../../../shared/rules/claims/revocation.ts'
import {
  requestDeletion,
  startOrResumeDeletion,
} from '../../../../shared/rules/deletion/organization-deletion.ts'
import type { AccountRecord, Organization } from '../../../../shared/rules/types.ts'
import type { FoundClaim } from '../../../../shared/storage/stores/claims.ts'
import type { ReadConsistency } from '../../../../shared/storage/writes/batch.ts'
import {
  type ComposeMailPorts,
  composeMails,
  readMailSources,
} from '../../../../shared/usecases/mail/compose-mails.ts'
import {
  ADMIN,
  type ClaimedRecord,
  CREATED_AT,
  claimed,
  claimedDirectly,
  ENDS_AT,
  org,
  patchClaim,
  plus,
  record,
  T0,
  USER,
  withClaim,
} from '../../../support/builders.ts'

const never = async (): Promise<never> => {
  throw new Error('asked for what is not needed')
}

interface Given {
  readonly standing?: Organization | undefined
  readonly records?: readonly AccountRecord[]
  /** Ended claims that have an item of their own. */
  readonly closed?: readonly FoundClaim[]
  readonly accounts?: readonly AccountRecord[]
  readonly now?: Date
}

function world({ standing = org(), records = [], closed = [], accounts = [], now = T0 }: Given = {}) {
  const read: string[] = []
  const ports: ComposeMailPorts = {
    accounts: {
      byUserIds: async (userIds) => {
        read.push(...userIds)
        const found = accounts.filter(({ account }) => userIds.includes(account.userId))
        return new Map(
          found.map((one) => [
            one.account.userId,
            { record: one, inRecord: { role: 'only', account: one.account } as const },
          ]),
        )
      },
      byRecordIds: async (ids: readonly string[], consistency: ReadConsistency = 'consistently') => {
        read.push(`${consistency} ${ids.join(' ')}`)
        return new Map(
          records.filter(({ recordId }) => ids.includes(recordId)).map((one) => [one.recordId, one]),
        )
      },
      write: never,
    },
    claims: {
      byId: never,
      byIds: async (ids) => {
        read.push(`claims ${ids.join(' ')}`)
        return new Map(
          closed.filter(({ claim }) => ids.includes(claim.claimId)).map((one) => [one.claim.claimId, one]),
        )
      },
    },
    organizations: { get: async () => (standing === undefined ? undefined : { org: standing, revision: 1 }) },
    imports: { get: never },
    reportLink: never,
    syncs: { get: never },
    digests: { close: never, returned: never },
    returnedMailsUrl: '',
    randomBytes: (size) => new Uint8Array(size),
    confirmationUrl: (token) => token,
    product: { productName: 'Claim service' },
    now: () => now,
  }
  const compose = async (request: MailRequest) =>
    composeMails(ports, request, await readMailSources(ports, [request], 'consistently'))
  return { ports, read, compose }
}

const request = (
  kind: 'claimed' | 'reminder' | 'resent',
  given: ClaimedRecord,
  day?: number,
): MailRequest => {
  const { claimId, claimingOrgId: orgId } = given.claim
  const mailId = kind === 'resent' ? `${claimId}/resent/2026-03-02T00:00:00.000Z` : `${claimId}/${kind}`
  return { kind, mailId, orgId, claimId, ...(day === undefined ? {} : { day }) }
}
const endedRequest = (
  kind: 'migrated' | 'revoked',
  { claimId, claimingOrgId: orgId }: ClaimedRecord['claim'],
) => ({ kind, mailId: `${claimId}/${kind}`, orgId, claimId })

describe('what mails are composed from', () => {
  const open = claimed()
  const { closed, change, record: left } = revokeClaim(open, open.claim, { now: T0, by: ADMIN })
  const inRecord: AccountRecord = { ...left, ended: { claim: closed, change } }

  it('is read once a record, and an ended claim where it stands there', async () => {
    const { ports, read } = world({ records: [inRecord] })
    const both = [endedRequest('revoked', open.claim), endedRequest('migrated', open.claim)]
    const facts = await readMailSources(ports, both, 'eventually')
    expect(read).toEqual(['eventually acc00042'])
    expect([...facts.ended]).toEqual([[closed.claimId, { claim: closed, formerRecord: inRecord }]])
    expect([...facts.records.keys()]).toEqual(['acc00042'])
  })

  it('is looked for elsewhere where another claim, or none, has ended in the record', async () => {
    const another = { ...inRecord, ended: { claim: { ...closed, claimId: 'clm~acc00042~OTHER' }, change } }
    const { ended: _none, ...none } = inRecord
    for (const records of [[another], [none], []]) {
      const found = { claim: closed }
      const { ports, read } = world({ records, closed: [found] })
      const facts = await readMailSources(ports, [endedRequest('revoked', open.claim)], 'eventually')
      expect(read.at(-1)).toBe(`claims ${closed.claimId}`)
      expect(facts.ended.get(closed.claimId)).toBe(found)
    }
  })

  it('isn’t looked for of a claim that is still open', async () => {
    const { ports, read } = world({ records: [open] })
    const facts = await readMailSources(ports, [request('claimed', open)], 'consistently')
    expect(read).toEqual(['consistently acc00042'])
    expect(facts.ended.size).toBe(0)
  })
})

describe('a mail about an open claim', () => {
  it('N1: goes to the claimed address, in the user’s language, and says what the claim is', async () => {
    const given = claimed()
    const [mail, ...more] = await world({ records: [given] }).compose(request('claimed', given))
    expect(more).toEqual([])
    expect(mail).toMatchObject({
      mailId: `${given.claim.claimId}/claimed`,
      to: 'Ada@noordzee.example',
      locale: 'nl',
      tags: { kind: 'claimed_delayed' },
      claim: { wanted: { kind: 'claimed' } },
      sender: { productName: 'Claim service' },
    })
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
    const [other] = await world({ records: [direct] }).compose(request('claimed', direct))
    expect(other?.tags.kind).toBe('claimed_direct')
    expect(other?.mail('')).toMatchObject({ kind: 'claimed_direct', contentLoss: 'chosen_direct' })
  })

  it('C9: goes to the new account’s other address, where it has one', async () => {
    const direct = claimedDirectly()
    const moved = patchClaim(direct, {
      newAccount: { ...direct.claim.newAccount, email: 'Ada@married.example' },
    })
    const [mail] = await world({ records: [moved] }).compose(request('claimed', moved))
    expect(mail?.to).toBe('Ada@married.example')
  })

  it('M4: that was asked for again is that of the instant it was asked for', async () => {
    const given = claimed()
    const [mail] = await world({ records: [given] }).compose(request('resent', given))
    expect(mail?.claim?.wanted).toEqual({ kind: 'resent', at: '2026-03-02T00:00:00.000Z' })
    expect(mail?.mail('')).toMatchObject({ kind: 'claim_resent', claimType: 'delayed' })
  })

  it('N1: is none for a record that is gone or on its way, or another claim’s', async () => {
    const given = claimed()
    const deletion = { userId: 'acc00042', at: T0.toISOString(), by: ADMIN, resumeAt: ENDS_AT }
    const another = claimed({ ulid: '01KAPEG9Q0ZZZZZZZZZZZZZZZZ' })
    for (const records of [[], [{ ...given, deletion }], [another], [record()]])
      expect(await world({ records }).compose(request('claimed', given))).toEqual([])
  })

  it('N1, N4: after a decision or a bounce there is no reminder, nor the mail again; the first one goes', async () => {
    const given = claimed()
    const decided = withClaim(decide(given, given.claim, 'transfer_content', { now: T0, by: USER }))
    const bounced = patchClaim(given, { notification: 'bounced' })
    const now = plus(7 * DAY_MS, CREATED_AT)
    for (const standing of [decided, bounced]) {
      const { compose } = world({ records: [standing], now })
      for (const kind of ['reminder', 'resent'] as const)
        expect(await compose(request(kind, given, 7))).toEqual([])
      expect(await compose(request('claimed', given))).toHaveLength(1)
    }
  })

  it('N1: a reminder is of the day that is due, or of no day, and none of one that a later has overtaken', async () => {
    const given = claimed()
    const on = (day: number) => world({ records: [given], now: plus(day * DAY_MS, CREATED_AT) })
    const [mail] = await on(7).compose(request('reminder', given, 7))
    expect(mail?.claim?.wanted).toEqual({ kind: 'reminder', day: 7 })
    expect(mail?.mail('')).toMatchObject({ kind: 'reminder', daysLeft: 7 })
    expect(await on(6).compose(request('reminder', given, 7))).toEqual([])
    expect(await on(11).compose(request('reminder', given, 7))).toEqual([])
    const [dayless] = await on(6).compose(request('reminder', given))
    expect(dayless?.claim?.wanted).toEqual({ kind: 'reminder', day: 0 })
  })
})

describe('a mail about a claim that has ended', () => {
  const given = claimed()
  const revoked = revokeClaim(given, given.claim, { now: plus(1000), by: ADMIN })
  const completed = completeClaim(given, given.claim, { now: plus(1000), by: 'schedule:due' })
  const stands = ({ record: left, closed, change }: Ended): AccountRecord => ({
    ...left,
    ended: { claim: closed, change },
  })

  it('R1: tells of a revocation to the original, and of a migration to the new account', async () => {
    const ofRevoked = await world({ records: [stands(revoked)] }).compose(
      endedRequest('revoked', given.claim),
    )
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
    const ofCompleted = await world({ standing: retained, records: [stands(completed)] }).compose(
      endedRequest('migrated', given.claim),
    )
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
    const moved = { ...record({ email: 'ada@elsewhere.example' }) }
    const { compose, read } = world({ closed: [{ claim: revoked.closed }], accounts: [moved] })
    expect(await compose(endedRequest('revoked', given.claim))).toMatchObject([
      { to: 'ada@elsewhere.example' },
    ])
    expect(read).toContain('acc00042')
  })

  it('Y7: is none where the account is gone, the claim redacted or unknown, or still open', async () => {
    const redacted = { ...revoked.closed, email: '' }
    const worlds = [
      world({ closed: [{ claim: revoked.closed }] }),
      world({ closed: [{ claim: redacted }], accounts: [record()] }),
      world(),
      world({ closed: [{ claim: given.claim }], accounts: [record()] }),
    ]
    for (const { compose } of worlds) expect(await compose(endedRequest('revoked', given.claim))).toEqual([])
  })

  it('O1: goes out for an org that is being deleted where it is about a revocation, and no other mail does', async () => {
    const going = startOrResumeDeletion(requestDeletion(org(), { now: T0, by: ADMIN }), plus(2 * DAY_MS))
    const of = (ended: Ended) => world({ standing: going, records: [stands(ended)] })
    expect(await of(revoked).compose(endedRequest('revoked', given.claim))).toHaveLength(1)
    expect(await of(completed).compose(endedRequest('migrated', given.claim))).toEqual([])
    const asked = requestDeletion(org(), { now: T0, by: ADMIN })
    const { compose } = world({ standing: asked, records: [stands(completed)] })
    expect(await compose(endedRequest('migrated', given.claim))).toHaveLength(1)
  })

  it('O1: is none where the org is gone', async () => {
    const { ports } = world({ records: [stands(revoked)] })
    const gone = { ...ports, organizations: { get: async () => undefined } }
    const asked = endedRequest('revoked', given.claim)
    const facts = await readMailSources(gone, [asked], 'consistently')
    expect(await composeMails(gone, asked, facts)).toEqual([])
  })
})
