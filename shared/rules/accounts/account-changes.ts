import { type AddressChange, addressChange } from './address-change.ts'
import { withMail } from '../mail/claim-mail.ts'
import { isUndeliverable } from '../mail/notification.ts'
import type { Account, AccountRecord, AccountStatus, OpenClaim } from '../types.ts'
import type { AccountInRecord } from '../claims/views.ts'
import { type ChangedBy, changed } from '../claims/transition.ts'
import { fullName } from './display-name.ts'
import { startAccountDeletion } from '../deletion/account-deletion.ts'
import type { settableStatuses } from '../enumerations.ts'

/** An account as the platform reports it. */
export interface WantedAccount {
  readonly userId: string
  readonly email: string
  readonly firstName: string
  readonly lastName: string
  readonly orgId: string
  readonly status: AccountStatus
  readonly paid: boolean
  readonly locale: string
  /** Absent: unchanged; empty for a new account. */
  readonly licenses?: readonly string[] | undefined
}

export type AccountRefusal = 'account_claimed' | 'delayed_claim'

export type AccountPlan =
  | { readonly outcome: 'create'; readonly record: AccountRecord }
  /** `addresses`: the addresses that are taken and freed. */
  | { readonly outcome: 'write'; readonly record: AccountRecord; readonly addresses?: AddressChange }
  | { readonly outcome: 'unchanged'; readonly record: AccountRecord }
  | { readonly outcome: 'refused'; readonly code: AccountRefusal }

/**
 * Plans the write for an account that the platform reports. While a claim is open, nobody can change the original (C3)
 * or a delayed claim's new account (C2). A direct claim's new account can be changed, except its org, on which the
 * claim rests.
 */
export function planAccount(
  found: Found | undefined,
  wanted: WantedAccount,
  changedBy: ChangedBy,
): AccountPlan {
  if (found === undefined) {
    const account = merged(undefined, wanted)
    return {
      outcome: 'create',
      record: changed(
        { recordId: wanted.userId, revision: 0, account, hasContent: false },
        'user.created',
        changedBy,
      ),
    }
  }
  const { record, inRecord } = found
  const mergedAccount = merged(inRecord.account, wanted)
  // The original was paid for; the new account counts as unpaid until the claim ends.
  const account = inRecord.role === 'new' ? { ...mergedAccount, paid: inRecord.account.paid } : mergedAccount
  if (sameAccount(account, inRecord.account)) return { outcome: 'unchanged', record }
  const code = notManageable(found)
  if (code !== undefined) return { outcome: 'refused', code }
  if (inRecord.role === 'new' && account.orgId !== inRecord.account.orgId)
    return { outcome: 'refused', code: 'account_claimed' }
  return written(record, withAccount(record, account, changedBy))
}

function written(record: AccountRecord, next: AccountRecord): Extract<AccountPlan, { outcome: 'write' }> {
  const addresses = addressChange(record, next)
  return { outcome: 'write', record: next, ...(addresses === undefined ? {} : { addresses }) }
}

/** A change of a user by an admin of their org; absent members stay as they are. */
export interface AccountPatch {
  /** On a domain of the org, which the caller has checked (C9). */
  readonly email?: string | undefined
  readonly firstName?: string | undefined
  readonly lastName?: string | undefined
  /** Absent: composed of the names, if one of them changes. */
  readonly displayName?: string | undefined
  readonly licenses?: readonly string[] | undefined
  readonly locale?: string | undefined
  /**
   * `inactive` set by an admin is never deleted for it; `active` cancels the deletion of a user whom a sync made
   * inactive (Y5).
   */
  readonly status?: (typeof settableStatuses)[number] | undefined
}

interface Found {
  readonly record: AccountRecord
  readonly inRecord: AccountInRecord
}

/**
 * C2: why an account can't be managed. A direct claim's new account can be, except while a decision is carried out; a
 * delayed claim's new account and an original (C3) can't.
 */
function notManageable({ record: { claim }, inRecord: { role } }: Found): AccountRefusal | undefined {
  if (role === 'original') return 'account_claimed'
  if (claim === undefined) return undefined
  if (claim.type === 'delayed') return 'delayed_claim'
  return claim.status === 'open' ? undefined : 'account_claimed'
}

/** Plans the write for an admin's change of a user. */
export function planPatch(
  found: Found,
  patch: AccountPatch,
  changedBy: ChangedBy,
): Exclude<AccountPlan, { outcome: 'create' }> {
  const code = notManageable(found)
  if (code !== undefined) return { outcome: 'refused', code }
  const { record, inRecord } = found
  const account = patched(inRecord.account, patch)
  if (sameAccount(account, inRecord.account)) return { outcome: 'unchanged', record }
  return written(record, withAccount(record, account, changedBy))
}

/**
 * Plans the write for an admin's deletion of a user. If it is the new account of a direct claim, the claim ends and the
 * original gets its address back.
 */
export function planDeletion(
  found: Found,
  changedBy: ChangedBy,
): Extract<AccountPlan, { outcome: 'write' | 'refused' }> {
  const code = notManageable(found)
  if (code !== undefined) return { outcome: 'refused', code }
  const { record, inRecord } = found
  return { outcome: 'write', record: startAccountDeletion(record, inRecord.account.userId, changedBy) }
}

function patched(current: Account, patch: AccountPatch): Account {
  const { firstName = current.firstName, lastName = current.lastName } = patch
  const renamed = firstName !== current.firstName || lastName !== current.lastName
  const { inactive, ...rest } = current
  const status = patch.status ?? current.status
  return {
    ...rest,
    email: patch.email ?? current.email,
    firstName,
    lastName,
    displayName: patch.displayName ?? (renamed ? fullName(firstName, lastName) : current.displayName),
    status,
    licenses: patch.licenses ?? current.licenses,
    locale: patch.locale ?? current.locale,
    ...(status === 'inactive' && inactive ? { inactive } : {}),
  }
}

/**
 * An account as stored. For an open claim's new account, id and org are derived from the claim and not stored, nor is
 * its address if that is the claimed one (C9). If the address changes, a recorded bounce is cleared, since it was
 * about the former address (N4).
 */
function withAccount(record: AccountRecord, account: Account, changedBy: ChangedBy): AccountRecord {
  const { claim } = record
  if (claim === undefined) return changed({ ...record, account }, 'user.updated', changedBy)
  const { userId: _id, email, orgId: _org, paid: _paid, ...rest } = account
  const newAccount = { ...rest, ...(email === record.account.email ? {} : { email }) }
  const next = { ...record, claim: { ...claim, newAccount } }
  if (addressChange(record, next) === undefined || !isUndeliverable(claim))
    return changed(next, 'user.updated', changedBy)
  const { resentAt: _resent, ...mailable } = next.claim
  const mended: OpenClaim = { ...withMail(mailable, {}), notification: 'pending' }
  return changed({ ...next, claim: mended }, 'user.updated', changedBy)
}

function merged(current: Account | undefined, wanted: WantedAccount): Account {
  const renamed = current?.firstName !== wanted.firstName || current.lastName !== wanted.lastName
  return {
    userId: wanted.userId,
    email: wanted.email,
    firstName: wanted.firstName,
    lastName: wanted.lastName,
    displayName: renamed ? fullName(wanted.firstName, wanted.lastName) : current.displayName,
    orgId: wanted.orgId,
    status: wanted.status,
    licenses: wanted.licenses ?? current?.licenses ?? [],
    paid: wanted.paid,
    locale: wanted.locale,
    // An account that the platform reports as not inactive won't be deleted; repeating `inactive` changes nothing.
    ...(wanted.status === 'inactive' && current?.inactive ? { inactive: current.inactive } : {}),
  }
}

function sameAccount(a: Account, b: Account): boolean {
  // The time since when it is inactive belongs to the status, and never changes alone.
  const { licenses: licensesA, inactive: _inactiveA, ...restA } = a
  const { licenses: licensesB, inactive: _inactiveB, ...restB } = b
  const names = Object.keys(restA) as (keyof typeof restA)[]
  return (
    names.every((name) => restA[name] === restB[name]) &&
    licensesA.length === licensesB.length &&
    licensesA.every((license, n) => license === licensesB[n])
  )
}
