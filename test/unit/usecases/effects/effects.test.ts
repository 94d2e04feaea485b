import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { correlationOfOrigin } from '../../../../shared/lib/correlation.ts'
import { shardOf } from '../../../../shared/lib/shard.ts'
import { decide, splitByNewAddress } from '../../../../shared/rules/claims/decision.ts'
import { completeClaim, type Ended } from '../../../../shared/rules/claims/ending.ts'
import { startMigration } from '../../../../shared/rules/claims/migration.ts'
import { requestConfirmation } from '../../../../shared/rules/claims/new-address-confirmation.ts'
import { revokeClaim } from '../../../../shared/rules/claims/revocation.ts'
import { signIn } from '../../../../shared/rules/claims/sign-in.ts'
import { minutesOf } from '../../../../shared/rules/due/due-minutes.ts'
import { mailFailed } from '../../../../shared/rules/mail/notification.ts'
import type { AccountRecord, Change, ChangeKind, OpenClaim } from '../../../../shared/rules/types.ts'
import { keys } from '../../../../shared/storage/keys.ts'
import { accountToItem } from '../../../../shared/storage/items/account-item.ts'
import { closedClaimToItem } from '../../../../shared/storage/items/closed-claim-item.ts'
import type { ImportRecord } from '../../../../shared/storage/items/import-item.ts'
import { auditItem } from '../../../../shared/storage/stores/audit.ts'
import { addEffects } from '../../../../shared/usecases/effects/add-effects.ts'
import { type Effects, noEffects } from '../../../../shared/usecases/effects/effects.ts'
import { reminderRequest } from '../../../../shared/usecases/mail/request-reminders.ts'
import {
  ADMIN,
  type ClaimedRecord,
  claimed,
  claimedDirectly,
  ENDS_AT,
  org,
  record,
  SCHEDULE,
  T0,
  USER,
  withClaim,
} from '../../../support/builders.ts'
import { syncRecord } from '../../../support/job-records.ts'

type Image = Record<string, unknown>

const SEEN_AT = '2026-05-01T00:00:00.000Z'
/** Before `ENDS_AT`. */
const SINCE_30_DAYS_BEFORE_THE_END = '2026-02-13T09:30:15Z'

/** As the stream has it: what isn't there isn't written. */
const image = (item: object): Image => JSON.parse(JSON.stringify(item))
const imageOf = (given: AccountRecord): Image => image(accountToItem(given))
const closedImage = ({ closed, change }: Ended): Image => image(closedClaimToItem(closed, change))

function effectsOf(before: Image | undefined, after: Image | undefined): Effects {
  const effects = noEffects()
  addEffects(effects, { before, after, at: SEEN_AT })
  return effects
}

/** How often each effect is set off, by its name; those that aren't are left out. */
const counts = (effects: Effects): Record<string, number> =>
  Object.fromEntries(
    Object.entries(effects).flatMap(([name, all]) => (all.length > 0 ? [[name, all.length]] : [])),
  )

const byUser = { now: T0, by: USER }
const bySchedule = { now: new Date(ENDS_AT), by: SCHEDULE }
const change = (what: ChangeKind, n: number): Change => ({ what, at: T0.toISOString(), by: ADMIN, n })
const open = claimed()
const direct = claimedDirectly()
const signedIn = (given: ClaimedRecord): ClaimedRecord => {
  const next = signIn(given, given.claim, byUser)
  if (next === undefined) throw new Error('signed in before')
  return withClaim(next)
}
const migrating = withClaim(startMigration(open, open.claim, bySchedule))
const asked = withClaim(decide(open, open.claim, 'transfer_content', byUser))
const requested = requestConfirmation(direct, direct.claim, 'me@home.example', byUser)
const waiting = withClaim(requested.outcome === 'requested' ? requested.record : direct)
const deleting = withClaim(decide(direct, direct.claim, 'delete_original', byUser))

function importImage(patch: Partial<ImportRecord>): Image {
  const base: ImportRecord = {
    type: 'import',
    v: 1,
    importId: '01KAPEG9Q0Z7Z7Z7Z7Z7Z7Z7ZZ',
    orgId: 'noordzee',
    kind: 'claims',
    status: 'running',
    fileName: 'Salaries of Ada.csv',
    objectKey: 'imports/noordzee/Salaries of Ada.csv',
    sizeBytes: 10,
    createdAt: T0.toISOString(),
    createdBy: ADMIN,
    header: ['E-mail of Ada'],
    bytesRead: 10,
    rowsRead: 3,
    nextLine: 4,
    ranges: 1,
    rangesSent: 1,
    chunks: 2,
    chunksDone: 1,
    accepted: 1,
    refused: 1,
    unchanged: 1,
    change: change('import.started', 1),
  }
  return image({ pk: 'O#noordzee', sk: 'IMP#x', ...base, ...patch })
}

const orgImage = (what: ChangeKind, n: number): Image =>
  image({ type: 'organization', v: 1, rev: n, ...org({ name: 'Ada & Co' }), change: change(what, n) })

const domainImage = (orgId: string, what: ChangeKind, patch: { n?: number; at?: string } = {}): Image => {
  const { n = 1, at = T0.toISOString() } = patch
  const token = { token: 'dns-token', tokenExpiresAt: at, createdAt: at }
  const domain = { orgId, domain: 'noordzee.example', status: 'pending', rev: n, ...token }
  return image({ type: 'domain', v: 1, ...domain, change: { ...change(what, n), at } })
}

const created = { ...record(), change: change('user.created', 3) }

/** Every change there is, and all that it is to set off besides its audit entry and its event. */
const changes: readonly [string, Image | undefined, Image, Record<string, number>][] = [
  ['a new account', undefined, imageOf(created), {}],
  ['a changed account', imageOf(record()), imageOf({ ...created, change: change('user.updated', 4) }), {}],
  ['a delayed claim', imageOf(record()), imageOf(open), { mails: 1, schedules: 4 }],
  ['a direct claim', imageOf(record()), imageOf(direct), { mails: 1, assignments: 1 }],
  ['a sign-in', imageOf(open), imageOf(signedIn(open)), {}],
  ['a new address to be confirmed', imageOf(direct), imageOf(waiting), { mails: 1 }],
  [
    'a new address that is confirmed',
    undefined,
    closedImage(splitByNewAddress(waiting, waiting.claim, 'me@home.example', byUser).ended),
    { mails: 2, events: 2 },
  ],
  ['a decision to take the content along', imageOf(open), imageOf(asked), { mails: 1, migrations: 1 }],
  ['a decision to delete the original', imageOf(direct), imageOf(deleting), { mails: 1, migrations: 1 }],
  ['a migration that is due', imageOf(open), imageOf(migrating), {}],
  [
    'a claim that is completed',
    undefined,
    closedImage(completeClaim(migrating, migrating.claim, bySchedule)),
    { mails: 1, assignments: 1 },
  ],
  [
    'an original that is deleted',
    undefined,
    closedImage(completeClaim(deleting, deleting.claim, byUser)),
    {},
  ],
  ['a claim that is revoked', undefined, closedImage(revokeClaim(open, open.claim, byUser)), { mails: 1 }],
  ['a new org', undefined, orgImage('organization.created', 1), {}],
  ['a changed org', orgImage('organization.created', 1), orgImage('organization.updated', 2), {}],
  ['a new domain', undefined, domainImage('noordzee', 'domain.added'), {}],
  [
    'an import that waits',
    undefined,
    importImage({ status: 'waiting', change: change('import.created', 1) }),
    {},
  ],
  [
    'an import that is completed',
    importImage({ chunksDone: 2 }),
    importImage({ chunksDone: 2, status: 'completed', change: change('import.completed', 2) }),
    { mails: 1 },
  ],
  [
    'an import that is refused',
    importImage({ status: 'reading' }),
    importImage({
      status: 'failed',
      error: { code: 'no_rows', message: 'Nothing about Ada.' },
      change: change('import.failed', 2),
    }),
    { mails: 1 },
  ],
]

/** Writes that are no change of anything: nobody is told of them. */
const noChanges: readonly [string, Image | undefined, Image | undefined][] = [
  [
    'a claim whose mail went out',
    imageOf(open),
    imageOf({ ...open, revision: 9, claim: { ...open.claim, notification: 'sent' } }),
  ],
  [
    'a page of conversations',
    imageOf(migrating),
    imageOf({ ...migrating, revision: 9, claim: { ...migrating.claim, conversationsMoved: 49 } }),
  ],
  [
    'the account that a claim left',
    imageOf(migrating),
    imageOf(completeClaim(migrating, migrating.claim, bySchedule).record),
  ],
  ['an import that read on', importImage({ rowsRead: 3 }), importImage({ rowsRead: 10_003, bytesRead: 99 })],
  ['an import whose chunks are sent', importImage({ rangesSent: 0 }), importImage({ rangesSent: 1 })],
  [
    'an import whose ranges are sent after its last chunk',
    importImage({ chunksDone: 2 }),
    importImage({ chunksDone: 2, rangesSent: 2 }),
  ],
  ['the very same again', imageOf(open), imageOf(open)],
  ['an account that was removed', imageOf(open), undefined],
  [
    'an address lock',
    undefined,
    { pk: 'E#ada@noordzee.example', sk: 'E', type: 'address', v: 1, recordId: 'acc00042' },
  ],
]

describe('effects', () => {
  it.each(changes)(
    'A1, A2: %s gives one audit entry, one event, and what follows from it once',
    (_, before, after, more) => {
      expect(counts(effectsOf(before, after))).toEqual({ audit: 1, events: 1, ...more })
    },
  )

  it.each(noChanges)('A1: %s sets nothing off', (_, before, after) => {
    expect(counts(effectsOf(before, after))).toEqual({})
  })

  it('A2: a domain that was removed is told to the bus under a stable id; its audit entry was written with the removal', () => {
    const removed = () => effectsOf(domainImage('noordzee', 'domain.added'), undefined)
    expect(counts(removed())).toEqual({ events: 1 })
    expect(removed().events).toEqual(removed().events)
    expect(removed().events[0]).toMatchObject({
      id: `noordzee/domain:noordzee.example/${T0.toISOString()}#1/removed`,
      type: 'domain.removed',
      at: SEEN_AT,
      detail: { orgId: 'noordzee' },
    })
  })

  it('A2, U2: a change of address is told as decided and as completed, each under an id of its own', () => {
    const { ended } = splitByNewAddress(open, open.claim, 'me@home.example', byUser)
    const { events } = effectsOf(undefined, closedImage(ended))
    expect(events.map(({ type }) => type)).toEqual(['claim.completed', 'claim.decided'])
    const [id] = events.map((event) => event.id)
    expect(events.map((event) => event.id)).toEqual([id, `${id}/decided`])
    expect(JSON.stringify(events)).not.toContain('home.example')
  })

  it('N4: a mail that bounced goes into the digest of the claiming org’s admins', () => {
    const bounced = mailFailed(open, open.claim, 'bounced', { now: T0, by: 'mail:ses-1' })
    if (bounced === undefined) throw new Error('is marked already')
    const { claimId, claimingOrgId: orgId } = open.claim
    expect(effectsOf(imageOf(open), imageOf(bounced)).returned).toEqual([
      { orgId, claimId, at: T0.toISOString() },
    ])
  })

  it('A1, N5: an org’s contact, an address, is in neither the audit trail nor the events', () => {
    const withContact = org({ settings: { contact: 'it@noordzee.example' } })
    const item = {
      type: 'organization',
      v: 1,
      rev: 2,
      ...withContact,
      change: change('organization.updated', 2),
    }
    const told = effectsOf(orgImage('organization.created', 1), image(item))
    expect(counts(told)).toEqual({ audit: 1, events: 1 })
    expect(JSON.stringify(told)).not.toContain('@')
  })

  it('N1: the mails are those of the claim, under one id each for ever', () => {
    const { claimId } = open.claim
    const mailsOf = (before: AccountRecord | undefined, after: Image) =>
      effectsOf(before && imageOf(before), after).mails
    const correlationId = correlationOfOrigin(open.claim.origin)
    const common = { claimId, orgId: 'noordzee', correlationId }
    expect(mailsOf(record(), imageOf(open))).toMatchObject([
      { kind: 'claimed', mailId: `${claimId}/claimed`, ...common },
    ])
    expect(
      mailsOf(undefined, closedImage(completeClaim(migrating, migrating.claim, bySchedule))),
    ).toMatchObject([{ kind: 'migrated', mailId: `${claimId}/migrated`, ...common }])
    expect(mailsOf(undefined, closedImage(revokeClaim(open, open.claim, byUser)))).toMatchObject([
      { kind: 'revoked', mailId: `${claimId}/revoked`, ...common },
    ])
  })

  it('M1, N1: a delayed claim has schedules for the minute in which its 14 × 24 h are over, and for those of its reminders', () => {
    const { schedules } = effectsOf(imageOf(record()), imageOf(open))
    expect(schedules.map(({ alone: _, ...minute }) => minute)).toEqual(
      minutesOf({ kind: 'claim', at: ENDS_AT }, shardOf(open.recordId)),
    )
    // What each asks for where nothing else falls due in its minute.
    const { claimId } = open.claim
    expect(schedules.map(({ alone }) => alone)).toEqual([
      { claimId, worker: 'migrate', message: { claims: [{ recordId: open.recordId }] } },
      ...[7, 11, 13].map((day) => ({ claimId, worker: 'mail', message: reminderRequest(open.claim, day) })),
    ])
  })

  it('M1, N1: so it has where the user would have been deleted at the second at which it ends (Y4)', () => {
    const inactive = record({
      status: 'inactive',
      inactive: { since: SINCE_30_DAYS_BEFORE_THE_END, formerStatus: 'active', syncId: 'syn1' },
    })
    expect(effectsOf(undefined, imageOf(inactive)).schedules).toEqual(
      minutesOf({ kind: 'job', at: ENDS_AT }, shardOf(inactive.recordId)),
    )
    expect(effectsOf(imageOf(inactive), imageOf(claimed({}, inactive.account))).schedules).toHaveLength(4)
  })

  it('Y3: a sync that was started is taken further', () => {
    const started = effectsOf(undefined, image({ ...keys.sync('noordzee', 'sync-1'), ...syncRecord() }))
    expect(counts(started)).toEqual({ audit: 1, events: 1, syncs: 1 })
  })

  it('C5, N3: a claim assigns the licences it has, and says so where no invitations are wanted', () => {
    const assigned = (patch: Partial<OpenClaim>) =>
      effectsOf(imageOf(record()), imageOf({ ...direct, claim: { ...direct.claim, ...patch } })).assignments
    const { newAccount } = direct.claim
    expect(assigned({})).toEqual([expect.not.objectContaining({ noInvitation: true })])
    expect(assigned({ noInvitation: true })).toMatchObject([
      { noInvitation: true, licenses: newAccount.licenses },
    ])
    expect(assigned({ newAccount: { ...newAccount, licenses: [] } })).toEqual([])
  })

  it('C5, O1: a delayed claim that goes on as a direct one assigns its licences then; a direct one had them before', () => {
    const { newAccount, licenses } = open.claim
    const lost = (given: ClaimedRecord): AccountRecord => ({
      ...given,
      revision: 9,
      claim: { ...given.claim, type: 'direct', status: 'migrating', newAccount: { ...newAccount, licenses } },
      change: change('claim.migrating', 9),
    })
    expect(effectsOf(imageOf(open), imageOf(lost(open))).assignments).toMatchObject([
      { userId: open.claim.newUserId, orgId: 'noordzee', licenses },
    ])
    expect(effectsOf(imageOf(direct), imageOf(lost(direct))).assignments).toEqual([])
  })

  it('A2: what is told again, is told under the same ids and written to the same keys', () => {
    for (const [, before, after] of changes) {
      const [first, again] = [effectsOf(before, after), effectsOf(before, after)]
      expect(again).toEqual(first)
      expect(again.audit.map((entry) => auditItem(entry).sk)).toEqual(
        first.audit.map((entry) => auditItem(entry).sk),
      )
    }
  })

  it('A2: no two changes share an event’s id or an audit entry’s key', () => {
    const [seen, wanted] = [
      signedIn(open),
      withClaim(decide(signedIn(open), signedIn(open).claim, 'transfer_content', byUser)),
    ]
    const ended = completeClaim(wanted, wanted.claim, bySchedule)
    const rejoined = { at: '2026-04-01T00:00:00.000Z' }
    const all = noEffects()
    for (const [before, after] of [
      [undefined, imageOf(created)],
      [imageOf(created), imageOf(open)],
      [imageOf(open), imageOf(seen)],
      [imageOf(seen), imageOf(wanted)],
      [undefined, closedImage(ended)],
      [undefined, imageOf({ ...ended.record, revision: 9, change: change('user.updated', 9) })],
      [undefined, domainImage('noordzee', 'domain.added')],
      [undefined, domainImage('noordzee', 'domain.added', rejoined)],
      [undefined, domainImage('rival', 'domain.added')],
    ])
      addEffects(all, { before, after, at: SEEN_AT })
    expect(new Set(all.events.map(({ id }) => id)).size).toBe(9)
    const keys = all.audit.map((entry) => auditItem(entry)).map(({ pk, sk }) => `${pk} ${sk}`)
    expect(new Set(keys).size).toBe(9)
  })

  it('A3: a change of the new account, while its claim is open, is told to the claiming org and not to the source org', () => {
    const newAccount = { ...direct.claim.newAccount, status: 'inactive' } as const
    const updated = {
      ...direct,
      rev: 9,
      claim: { ...direct.claim, newAccount },
      change: change('user.updated', 9),
    }
    const { audit, events } = effectsOf(imageOf(direct), imageOf(updated))
    const { newUserId } = direct.claim
    expect(audit).toMatchObject([
      {
        orgId: 'noordzee',
        subject: newUserId,
        before: { userId: newUserId, userStatus: 'active', userOrgId: 'noordzee' },
        after: { userId: newUserId, userStatus: 'inactive', userOrgId: 'noordzee' },
      },
    ])
    expect(events).toMatchObject([{ detail: { orgId: 'noordzee', subject: newUserId } }])
  })

  it('Y7: no address, name, file name or token gets into the audit trail or onto the bus', () => {
    const text = fc.constantFrom(
      'Ada',
      'de Vries',
      'ada@',
      'Ada@',
      '@noordzee.example',
      'Noordzee BV',
      'dns-token',
    )
    const told = changes.map(([, before, after]) => {
      const { audit, events } = effectsOf(before, after)
      return JSON.stringify([audit.map(auditItem), events])
    })
    fc.assert(fc.property(text, fc.constantFrom(...told), (secret, entry) => !entry.includes(secret)))
  })

  it('an item of a version that this code does not know is an error, not nothing', () => {
    expect(() => effectsOf(undefined, { ...imageOf(open), v: 2 })).toThrow()
  })
})
