import type { PublishedEvent } from '../../contracts/bus-events.ts'
import type { LoneWork, ScheduledMinute } from '../../contracts/scheduled-work.ts'
import { statusOf } from '../../rules/directory/directory-sync.ts'
import { type DueMinute, minutesOf, reminderDayOf } from '../../rules/due/due-minutes.ts'
import { passOf } from '../../rules/imports/import-pass.ts'
import { importIdOf } from '../../rules/claims/idempotency-origin.ts'
import type { ReturnedMail } from '../../rules/claims/returned-mails.ts'
import type { AccountRecord, Change, Claim } from '../../rules/types.ts'
import { accountsOf } from '../../rules/claims/views.ts'
import { type Correlated, correlationOfOrigin } from '../../lib/correlation.ts'
import type { AuditEntry } from '../../storage/stores/audit.ts'
import { readImage, type StoredEntity } from '../../storage/items/stream-images.ts'
import { type ImportRecord, isMissed, isOfNoOrg } from '../../storage/items/import-item.ts'
import type { DuePlace } from '../../storage/keys.ts'
import type { SyncRecord } from '../../storage/items/sync-item.ts'
import type { ExportRef } from '../exports/write-export.ts'
import type { ImportRef } from '../imports/read-import.ts'
import { type Assignment, assignmentOf } from './license-events.ts'
import type { ClaimMailRequest, ConfirmationMailRequest, MailRequest } from '../../contracts/mail-requests.ts'
import type { SyncRequest } from '../directory/sync-ports.ts'
import { reminderRequest } from '../mail/request-reminders.ts'

/** What a committed change sets off. Each is idempotent or has a stable id, since the stream tells a change at least once. */
export interface Effects {
  readonly audit: AuditEntry[]
  readonly events: PublishedEvent[]
  /** Events, too, but for what the org wants to follow from them. */
  readonly assignments: Assignment[]
  /** With the instant of what they tell of: a mail that leaves much later is late. */
  readonly mails: (Correlated<MailRequest> & { readonly causedAt: string })[]
  /** N4: what the org's admins are told of in the morning. */
  readonly returned: ReturnedMail[]
  /** Minutes in which work falls due. */
  readonly schedules: ScheduledMinute[]
  readonly reports: ImportRef[]
  readonly migrations: Correlated<MigrationRequest>[]
  /** Accounts and orgs on their way out. */
  readonly deletions: DeletionRequest[]
  readonly exports: ExportRef[]
  readonly syncs: SyncRequest[]
  /** P1: previews that were confirmed, whose rows are to be handled. */
  readonly imports: ImportRef[]
}

export type DeletionRequest =
  | { readonly root: string }
  | { readonly orgId: string }
  /** Of an account that is no more: what it had. */
  | { readonly contentOf: string }

export interface MigrationRequest {
  readonly root: string
  readonly claimId: string
}

export interface StreamChange {
  readonly before: Readonly<Record<string, unknown>> | undefined
  readonly after: Readonly<Record<string, unknown>> | undefined
  /** When the stream saw it, ISO 8601: what was removed can't tell itself. */
  readonly at: string
}

export const noEffects = (): Effects => ({
  audit: [],
  events: [],
  assignments: [],
  mails: [],
  returned: [],
  schedules: [],
  reports: [],
  migrations: [],
  deletions: [],
  exports: [],
  syncs: [],
  imports: [],
})

/** Adds what one change of one item sets off. */
export function addEffects(effects: Effects, { before, after, at }: StreamChange): void {
  if (after === undefined) {
    if (before !== undefined) addRemoval(effects, before, at)
    return
  }
  const now = readImage(after)
  const earlier = before === undefined ? undefined : readImage(before)
  if (now === undefined) return
  if (now.change !== undefined && now.change.n !== earlier?.change?.n)
    addChange(effects, now, earlier, now.change)
  switch (now.kind) {
    case 'account': {
      // A lease's end needs no schedule: the sweep looks there.
      const { claim, deletion } = now.record
      if (claim?.status !== 'migrating' && deletion === undefined) addSchedule(effects, now, earlier)
      return
    }
    case 'import': {
      const { record } = now
      // A version from before `import-counts.ts` still counts in the import's own item, and looks no further.
      const isCountedHere = earlier?.kind === 'import' && earlier.record.chunksDone < record.chunksDone
      if (isCountedHere && record.status === 'running')
        effects.reports.push({ orgId: record.orgId, importId: record.importId })
      return
    }
    case 'organization':
    case 'sync':
    case 'digest':
    // Y5: an original that is back may be inactive.
    case 'closed-claim':
      addSchedule(effects, now, earlier)
      return
    case 'domain':
    case 'export':
      return
  }
}

/**
 * The removal of an account, an org or a domain writes its own audit entry, with who did it; the bus is told here. All else
 * that goes is told by what comes.
 */
function addRemoval(effects: Effects, before: Readonly<Record<string, unknown>>, at: string): void {
  const gone = readImage(before)
  const told = gone && removalOf(gone)
  if (gone === undefined || told === undefined) return
  const { orgId, subject } = gone
  const { type, id, ...detail } = told
  effects.events.push({ id: `${orgId}/${subject}/${id}`, type, at, detail: { orgId, subject, ...detail } })
}

function removalOf(gone: StoredEntity) {
  const { change } = gone
  switch (gone.kind) {
    case 'account': {
      const { deletion } = gone.record
      if (deletion === undefined) return undefined
      const state = stateOf(gone, deletion.userId)
      return { type: 'user.purged', id: `${deletion.at}/purged`, by: deletion.by, ...state }
    }
    case 'organization': {
      const { deletion } = gone.org
      return deletion && { type: 'organization.purged', id: `${deletion.at}/purged`, by: deletion.by }
    }
    case 'domain':
      return {
        type: 'domain.removed',
        id: `${change?.at}#${change?.n}/removed`,
        domain: gone.domain.domain,
      }
    case 'closed-claim':
    case 'import':
    case 'export':
    case 'sync':
    case 'digest':
      return undefined
  }
}

function addSchedule(effects: Effects, now: StoredEntity, earlier: StoredEntity | undefined): void {
  const due = duePlace(now)
  const before = duePlace(earlier)
  // A claim made on an inactive user's sixteenth day ends at the very second at which the user would have been deleted.
  if (due !== undefined && (due.at !== before?.at || due.kind !== before.kind))
    for (const minute of minutesOf(due, due.shard)) {
      const alone = loneWorkOf(now, due, minute)
      effects.schedules.push(alone === undefined ? minute : { ...minute, alone })
    }
}

/** What a look in the minute would hand on of the claim. Its worker judges whether it is due, as it does then. */
function loneWorkOf(now: StoredEntity, due: DuePlace, { of }: DueMinute): LoneWork | undefined {
  if (now.kind !== 'account' || now.record.claim === undefined || due.kind !== 'claim') return undefined
  const { recordId, claim } = now.record
  const { claimId } = claim
  const day = reminderDayOf(of)
  return day === undefined
    ? { claimId, worker: 'migrate', message: { claims: [{ root: recordId, dueAt: due.at }] } }
    : { claimId, worker: 'mail', message: reminderRequest(claim, day) }
}

function duePlace(thing: StoredEntity | undefined): DuePlace | undefined {
  // A lease's end needs no schedule: the sweep looks there.
  return thing?.kind === 'sync' && thing.record.phase !== 'completed' ? undefined : thing?.due
}

function addChange(
  effects: Effects,
  now: StoredEntity,
  earlier: StoredEntity | undefined,
  change: Change,
): void {
  const { orgId, subject } = now
  const before = earlier === undefined ? undefined : stateOf(earlier, subject)
  const after = stateOf(now, subject)
  effects.audit.push({ orgId, subject, change, before, after })
  const event = {
    // Of a domain there may be one in every org, and again after it was removed: its count begins anew then.
    id: `${orgId}/${subject}/${change.at}#${change.n}`,
    type: change.what,
    at: change.at,
    detail: { orgId, subject, by: change.by, ...after },
  }
  effects.events.push(event)
  // U2: decided and completed in one write; on the bus both are told, as of every other decision.
  if (now.kind === 'closed-claim' && now.claim.decision?.kind === 'change_email')
    effects.events.push({ ...event, id: `${event.id}/decided`, type: 'claim.decided' })
  const assignment = assignmentOf(now, earlier, change)
  if (assignment !== undefined) effects.assignments.push(assignment)
  addFollowUp(effects, now, change)
  if (now.kind === 'closed-claim' && now.purgedUserId !== undefined)
    addPurged(effects, now.claim, now.purgedUserId, change)
}

/** Y7: the new account of a claim went, and the claim with it: one write, of which both are told. */
function addPurged(
  effects: Effects,
  { claimingOrgId: orgId, claimId }: Claim,
  userId: string,
  { at, by, n }: Change,
): void {
  effects.audit.push({
    orgId,
    subject: userId,
    change: { what: 'user.purged', at, by, n },
    after: { claimId },
  })
  const detail = { orgId, subject: userId, by, userId, claimId }
  effects.events.push({ id: `${orgId}/${userId}/${at}#${n}`, type: 'user.purged', at, detail })
}

function addFollowUp(effects: Effects, now: StoredEntity, change: Change): void {
  // What marked it on schedule is at it already, and is told again if it dies.
  if (now.kind === 'account' && change.what === 'user.removing' && !change.by.startsWith('schedule:'))
    effects.deletions.push({ root: now.record.recordId })
  if (now.kind === 'account' && now.record.claim !== undefined) {
    const { recordId, claim } = now.record
    if (change.what === 'claim.created') addMail(effects, change, mailOf(claim, 'claimed'))
    if (change.what === 'claim.reminded')
      addMail(effects, change, {
        ...mailOf(claim, 'reminder', `/${claim.remindedDay}`),
        day: claim.remindedDay,
      })
    if (change.what === 'claim.resent')
      addMail(effects, change, mailOf(claim, 'resent', `/${claim.resentAt}`))
    if (change.what === 'claim.confirmation_requested' && claim.pendingEmail !== undefined)
      addMail(effects, change, confirmationOf(claim, claim.pendingEmail.changeNumber))
    if (change.what === 'claim.mail_failed')
      effects.returned.push({ orgId: claim.claimingOrgId, claimId: claim.claimId, at: change.at })
    if (change.what === 'claim.decided') addMail(effects, change, mailOf(claim, 'decided'))
    if (change.what === 'claim.decided')
      effects.migrations.push({
        root: recordId,
        claimId: claim.claimId,
        correlationId: correlationOfOrigin(claim.origin),
      })
  }
  if (now.kind === 'closed-claim') {
    const { decision, status } = now.claim
    // R1: a direct claim's new account may have got content before anybody signed in, and is gone.
    if (status === 'revoked' && now.claim.type === 'direct')
      effects.deletions.push({ contentOf: now.claim.newUserId })
    if (status === 'revoked') addMail(effects, change, mailOf(now.claim, 'revoked'))
    else if (decision?.kind === 'change_email') {
      addMail(effects, change, mailOf(now.claim, 'decided'))
      addMail(effects, change, mailOf(now.claim, 'confirmed'))
    } else if (decision?.kind === 'transfer_content') addMail(effects, change, mailOf(now.claim, 'migrated'))
  }
  if (now.kind === 'import' && isToBeMailed(now.record, change)) {
    const { importId, orgId } = now.record
    addMail(effects, change, {
      kind: 'import',
      mailId: `${importId}/finished`,
      importId,
      orgId,
      correlationId: importId,
    })
  }
  if (now.kind === 'import' && change.what === 'import.confirmed') {
    const { importId, orgId } = now.record
    effects.imports.push({ orgId, importId })
  }
  if (now.kind === 'export' && change.what === 'export.created') {
    const { exportId, orgId } = now.record
    effects.exports.push({ orgId, exportId })
  }
  if (now.kind === 'sync') addSyncFollowUp(effects, now.record, change)
}

/** N1: how an import went. A preview mails nobody (P1), and who never uploaded anything waits for no mail (I11). */
const isToBeMailed = (record: ImportRecord, { what }: Change): boolean =>
  (what === 'import.completed' || what === 'import.failed') &&
  passOf(record) !== 'preview' &&
  !isOfNoOrg(record) &&
  !isMissed(record)

const addMail = (effects: Effects, { at }: Change, mail: Correlated<MailRequest>): void => {
  effects.mails.push({ ...mail, causedAt: at })
}

/** @param which of several of its kind: the mail's id is its own for ever */
const mailOf = (
  { claimId, claimingOrgId: orgId, origin }: Claim,
  kind: ClaimMailRequest['kind'],
  which = '',
): Correlated<ClaimMailRequest> => ({
  kind,
  mailId: `${claimId}/${kind}${which}`,
  claimId,
  orgId,
  correlationId: correlationOfOrigin(origin),
})

const confirmationOf = (claim: Claim, n: number): Correlated<ConfirmationMailRequest> => ({
  kind: 'confirmation',
  mailId: `${claim.claimId}/confirmation/${n}`,
  claimId: claim.claimId,
  orgId: claim.claimingOrgId,
  correlationId: correlationOfOrigin(claim.origin),
  n,
})

/** A list is compared, an upload read, and a sync that was held carried out once the stream tells that it may be; the admins are told. */
function addSyncFollowUp(effects: Effects, sync: SyncRecord, change: Change): void {
  const { what } = change
  const { orgId, syncId, madeInactive, warned } = sync
  if (what === 'sync.started' || what === 'sync.confirmed')
    effects.syncs.push({ kind: 'advance', orgId, syncId })
  if (what === 'sync.completed' && madeInactive > 0)
    addMail(effects, change, {
      kind: 'inactivated',
      mailId: `${syncId}/inactivated`,
      orgId,
      syncId,
      correlationId: syncId,
    })
  if (what === 'sync.warned' && warned !== undefined) {
    const { days } = warned
    addMail(effects, change, {
      kind: 'removal_warning',
      mailId: `${syncId}/warning/${days}`,
      orgId,
      syncId,
      days,
      correlationId: syncId,
    })
  }
}

/** Ids and states, no personal data: it goes into the audit trail (Y7) and onto the platform's bus. */
function stateOf(thing: StoredEntity, subject: string): Record<string, unknown> {
  switch (thing.kind) {
    case 'account':
      return accountState(thing.record, subject)
    case 'closed-claim':
      return thing.record === undefined || subject === thing.claim.claimId
        ? claimState(thing.claim)
        : accountState(thing.record, subject)
    case 'organization': {
      const { adminEmails: _addresses, name: _name, settings, ...org } = thing.org
      const { contact: _contact, ...told } = settings
      return { ...org, settings: told }
    }
    case 'domain':
      return { domain: thing.domain.domain, status: thing.domain.status }
    case 'import': {
      const { importId, kind, status, rowsRead, accepted, refused, unchanged, error } = thing.record
      return {
        importId,
        importKind: kind,
        status,
        rowsRead,
        ...(passOf(thing.record) === 'preview' ? { claimed: 0, claimable: accepted } : { claimed: accepted }),
        refused,
        unchanged,
        errorCode: error?.code,
      }
    }
    case 'export': {
      const { exportId, status, rows } = thing.record
      return { exportId, status, rows }
    }
    case 'digest':
      return {}
    case 'sync':
      return syncState(thing.record)
  }
}

/** One on its way out is still what is told of. */
function accountState({ deletion: _removal, ...record }: AccountRecord, subject: string) {
  const { claim } = record
  const standing = accountsOf(record)
  const { account } = standing.find((one) => one.account.userId === subject) ?? { account: record.account }
  const user = { userId: account.userId, userStatus: account.status, userOrgId: account.orgId }
  return claim === undefined ? user : { ...user, ...claimState(claim) }
}

function syncState(sync: SyncRecord) {
  const { syncId, mode, added, matched, inactivated, restored, untouched, warned, error } = sync
  return {
    syncId,
    mode,
    status: statusOf(sync),
    ...(sync.comparedAt === undefined ? {} : { added, matched, inactivated, restored, untouched }),
    ...(sync.held === undefined ? {} : { held: sync.held }),
    ...(sync.appliedAt === undefined
      ? {}
      : { madeInactive: sync.madeInactive, restoredNow: sync.madeActive }),
    ...(warned === undefined ? {} : { warned: { days: warned.days, users: warned.users } }),
    errorCode: error?.code,
  }
}

function claimState(claim: Claim) {
  const importId = importIdOf(claim.origin)
  return {
    claimId: claim.claimId,
    claimType: claim.type,
    claimStatus: claim.status,
    claimingOrgId: claim.claimingOrgId,
    sourceOrgId: claim.sourceOrgId,
    originalUserId: claim.originalUserId,
    newUserId: claim.newUserId,
    ...(importId === undefined ? {} : { importId }),
    version: claim.version,
    ...(claim.decision === undefined
      ? {}
      : { decision: { kind: claim.decision.kind, by: claim.decision.by } }),
  }
}
