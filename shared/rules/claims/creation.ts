import { isoSecond } from '../../lib/time.ts'
import { fullName } from '../accounts/display-name.ts'
import type {
  Account,
  AccountRecord,
  Actor,
  ClaimType,
  ContentLossReason,
  NewAccount,
  OpenClaim,
  Organization,
} from '../types.ts'
import { claimIds } from './claim-ids.ts'
import { NO_MAIL_YET } from '../mail/claim-mail.ts'
import { type ChangedBy, changeOf, auditKeyOf } from './transition.ts'

export interface ClaimRequest {
  readonly ulid: string
  readonly claimingOrgId: string
  readonly type: ClaimType
  readonly contentLoss?: ContentLossReason
  readonly licenses: readonly string[]
  /** N3: no invitation to the licences is sent, whatever the org's setting. */
  readonly noInvitation?: boolean
  readonly names: { readonly firstName?: string; readonly lastName?: string; readonly displayName?: string }
  readonly origin: string
  /** C10: who requested the import. Absent: the actor who makes the claim. */
  readonly createdBy?: Actor
}

/** C5: the request's licences, or the org's template if the request names none. */
export function licensesFor(requested: readonly string[] | undefined, org: Organization): readonly string[] {
  return requested !== undefined && requested.length > 0 ? requested : org.settings.licenseTemplate
}

function nameOf(
  account: Account,
  names: ClaimRequest['names'],
): Pick<Account, 'firstName' | 'lastName' | 'displayName'> {
  const firstName = names.firstName ?? account.firstName
  const lastName = names.lastName ?? account.lastName
  const renamed = names.firstName !== undefined || names.lastName !== undefined
  const displayName = names.displayName ?? (renamed ? fullName(firstName, lastName) : account.displayName)
  return { firstName, lastName, displayName }
}

/**
 * C2–C5: opens a claim on the record's account. The caller has checked that the account may be claimed (E), that is, that
 * no claim on it is open.
 */
export function createClaim(
  record: AccountRecord,
  request: ClaimRequest,
  changedBy: ChangedBy,
): AccountRecord & { readonly claim: OpenClaim } {
  const { account } = record
  const change = changeOf(record, 'claim.created', changedBy)
  const newAccount: NewAccount = {
    ...nameOf(account, request.names),
    status: account.status,
    licenses: request.type === 'direct' ? request.licenses : [],
    locale: account.locale,
  }
  const claim: OpenClaim = {
    ...claimIds(record.recordId, request.ulid),
    type: request.type,
    status: 'open',
    claimingOrgId: request.claimingOrgId,
    sourceOrgId: account.orgId,
    originalUserId: account.userId,
    email: account.email,
    createdAt: isoSecond(changedBy.now),
    licenses: request.licenses,
    ...(request.noInvitation === true ? { noInvitation: true } : {}),
    ...(request.contentLoss === undefined ? {} : { contentLoss: request.contentLoss }),
    origin: request.origin,
    createdBy: request.createdBy ?? changedBy.by,
    notification: 'pending',
    mail: NO_MAIL_YET,
    conversationsMoved: 0,
    newAccount,
    auditKeys: [auditKeyOf(change)],
    version: 1,
  }
  return { ...record, revision: record.revision + 1, claim, change }
}
