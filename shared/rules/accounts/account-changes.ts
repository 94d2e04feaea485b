import { type AddressChange, addressChange } from './address-change.ts'
import { withMail } from '../claims/claim-mail.ts'
import { isUndeliverable } from '../claims/notification.ts'
import type { Account, AccountRecord, AccountStatus, OpenClaim } from '../types.ts'
import type { StandingAccount } from '../claims/views.ts'
import { type ChangedBy, changed } from '../claims/transition.ts'
import { fullName } from './display-name.ts'
import { startAccountDeletion } from '../deletion/account-deletion.ts'

/** An account as the platform says it is. */
export interface WantedAccount {
  readonly userId: string
  readonly email: string
  readonly firstName: string
  readonly lastName: string
  readonly orgId: string
  readonly status: AccountStatus
  readonly paid: boolean
  readonly locale: string
  /** Absent: as they are (none, for a new account). */
  readonly licenses?: readonly string[] | undefined
}

export type AccountRefusal = 'account_claimed' | 'delayed_claim'

export type AccountPlan =
  | { readonly kind: 'create'; readonly record: AccountRecord }
  /** `addresses`: what is held from then on, and what is free. */
  | { readonly kind: 'write'; readonly record: AccountRecord; readonly addresses?: AddressChange }
  | { readonly kind: 'unchanged'; readonly record: AccountRecord }
  | { readonly kind: 'refused'; readonly code: AccountRefusal }

/**
 * What the platform's word about an account comes to. While a claim is open the original can't be changed by anyone (C3)
 * and a delayed claim's new account neither (C2); a direct one's may be, but for its org, which the claim rests on.
 */
export function planAccount(
  found: Found | undefined,
  wanted: WantedAccount,
  changedBy: ChangedBy,
): AccountPlan {
  if (found === undefined) {
    const account = merged(undefined, wanted)
    return {
      kind: 'create',
      record: changed(
        { recordId: wanted.userId, revision: 0, account, hasContent: false },
        'user.created',
        changedBy,
      ),
    }
  }
  const { record, standing } = found
  const told = merged(standing.account, wanted)
  // What was paid for was the original: the new account stands as unpaid until the claim is over.
  const account = standing.role === 'new' ? { ...told, paid: standing.account.paid } : told
  if (sameAccount(account, standing.account)) return { kind: 'unchanged', record }
  const code = notManageable(found)
  if (code !== undefined) return { kind: 'refused', code }
  if (standing.role === 'new' && account.orgId !== standing.account.orgId)
    return { kind: 'refused', code: 'account_claimed' }
  return written(record, withAccount(record, account, changedBy))
}

function written(record: AccountRecord, next: AccountRecord): Extract<AccountPlan, { kind: 'write' }> {
  const addresses = addressChange(record, next)
  return { kind: 'write', record: next, ...(addresses === undefined ? {} : { addresses }) }
}

/** What an admin changes in a user of their org; what is left out stays. */
export interface AccountPatch {
  /** On a domain of the org's own, which the caller has made sure of (C9). */
  readonly email?: string | undefined
  readonly firstName?: string | undefined
  readonly lastName?: string | undefined
  /** Absent where a name changes: what the names make. */
  readonly displayName?: string | undefined
  readonly licenses?: readonly string[] | undefined
  readonly locale?: string | undefined
  /** `inactive` by an admin isn't removed; `active` cancels the removal of who is inactive by a sync (Y5). */
  readonly status?: 'active' | 'inactive' | undefined
}

interface Found {
  readonly record: AccountRecord
  readonly standing: StandingAccount
}

/**
 * C2: a direct claim's account is its org's to manage at once, but while a decision about the original is carried out; a
 * delayed one's, and an original (C3), are nobody's.
 */
function notManageable({ record: { claim }, standing: { role } }: Found): AccountRefusal | undefined {
  if (role === 'original') return 'account_claimed'
  if (role === 'only' || claim === undefined) return undefined
  if (claim.type === 'delayed') return 'delayed_claim'
  return claim.status === 'open' ? undefined : 'account_claimed'
}

/** What an admin's change of a user of their own org comes to. */
export function planPatch(
  found: Found,
  patch: AccountPatch,
  changedBy: ChangedBy,
): Exclude<AccountPlan, { kind: 'create' }> {
  const code = notManageable(found)
  if (code !== undefined) return { kind: 'refused', code }
  const { record, standing } = found
  const account = patched(standing.account, patch)
  if (sameAccount(account, standing.account)) return { kind: 'unchanged', record }
  return written(record, withAccount(record, account, changedBy))
}

/**
 * What an admin's deletion of a user of their own org comes to. With the new account of a direct claim the claim ends,
 * and the original has its address again.
 */
export function planDeletion(
  found: Found,
  changedBy: ChangedBy,
): Extract<AccountPlan, { kind: 'write' | 'refused' }> {
  const code = notManageable(found)
  if (code !== undefined) return { kind: 'refused', code }
  const { record, standing } = found
  return { kind: 'write', record: startAccountDeletion(record, standing.account.userId, changedBy) }
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
 * Of an open claim's new account id and org follow from the claim and the record, and the address where it is the claimed
 * one (C9). Mail to another address has not failed: what is known of the former one's says nothing of it (N4).
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
    // Whoever the platform says is not inactive isn't, and isn't removed; what it repeats changes nothing.
    ...(wanted.status === 'inactive' && current?.inactive ? { inactive: current.inactive } : {}),
  }
}

function sameAccount(a: Account, b: Account): boolean {
  const { licenses: licensesA, inactive: inactiveA, ...restA } = a
  const { licenses: licensesB, inactive: inactiveB, ...restB } = b
  const names = Object.keys(restA) as (keyof typeof restA)[]
  return (
    names.every((name) => restA[name] === restB[name]) &&
    inactiveA?.since === inactiveB?.since &&
    licensesA.length === licensesB.length &&
    licensesA.every((license, n) => license === licensesB[n])
  )
}
