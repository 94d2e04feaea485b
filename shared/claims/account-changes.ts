import type { Account, AccountRecord, AccountStatus, Actor, ChangeKind } from './types.ts'
import type { StandingAccount } from './views.ts'

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
  /** `previousEmail`: the address changes, and the old one is free from then on. */
  | { readonly kind: 'write'; readonly record: AccountRecord; readonly previousEmail?: string }
  | { readonly kind: 'unchanged'; readonly record: AccountRecord }
  | { readonly kind: 'refused'; readonly code: AccountRefusal }

/**
 * What the platform's word about an account comes to. While a claim is open the original can't be changed by anyone (C3)
 * and a delayed claim's new account neither (C2); a direct one's may be, but for what the claim rests on: address and org.
 */
export function planAccount(
  found: { record: AccountRecord; standing: StandingAccount } | undefined,
  wanted: WantedAccount,
  { now, by }: { readonly now: Date; readonly by: Actor },
): AccountPlan {
  const changed = (record: AccountRecord, what: ChangeKind): AccountRecord => ({
    ...record,
    rev: record.rev + 1,
    change: { what, at: now.toISOString(), by, n: record.rev + 1 },
  })
  if (found === undefined) {
    const account = merged(undefined, wanted)
    return { kind: 'create', record: changed({ root: wanted.userId, rev: 0, account }, 'user.created') }
  }
  const { record, standing } = found
  const told = merged(standing.account, wanted)
  // What was paid for was the original: the new account stands as unpaid until the claim is over.
  const account = standing.role === 'new' ? { ...told, paid: standing.account.paid } : told
  if (sameAccount(account, standing.account)) return { kind: 'unchanged', record }
  switch (standing.role) {
    case 'original':
      return { kind: 'refused', code: 'account_claimed' }
    case 'new': {
      const { claim } = record
      if (claim === undefined || claim.type === 'delayed') return { kind: 'refused', code: 'delayed_claim' }
      const rests = account.orgId === standing.account.orgId && account.email === standing.account.email
      if (!rests || claim.status !== 'open') return { kind: 'refused', code: 'account_claimed' }
      const { userId: _id, email: _email, orgId: _org, paid: _paid, ...newAccount } = account
      return {
        kind: 'write',
        record: changed({ ...record, claim: { ...claim, newAccount } }, 'user.updated'),
      }
    }
    case 'only': {
      const next = changed({ ...record, account }, 'user.updated')
      // Another spelling of the same address stands under the same lock.
      const moved = account.email.toLowerCase() !== record.account.email.toLowerCase()
      return moved
        ? { kind: 'write', record: next, previousEmail: record.account.email }
        : { kind: 'write', record: next }
    }
  }
}

function merged(current: Account | undefined, wanted: WantedAccount): Account {
  const renamed = current?.firstName !== wanted.firstName || current.lastName !== wanted.lastName
  return {
    userId: wanted.userId,
    email: wanted.email,
    firstName: wanted.firstName,
    lastName: wanted.lastName,
    displayName: renamed ? `${wanted.firstName} ${wanted.lastName}`.trim() : current.displayName,
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
