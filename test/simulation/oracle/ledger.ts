import { normalizedAddress } from '../../../shared/rules/accounts/address.ts'
import type { OrgDomain } from '../../../shared/rules/domains/domain-changes.ts'
import type { AccountRecord, Change, ClosedClaim, Organization } from '../../../shared/rules/types.ts'
import { readImage, type StoredEntity } from '../../../shared/storage/items/stream-images.ts'
import type { ImportRecord } from '../../../shared/storage/items/import-item.ts'
import { partition } from '../../../shared/storage/keys.ts'
import type { SyncRecord } from '../../../shared/storage/items/sync-item.ts'
import type { Commit } from '../dynamo/memory-table.ts'
import type { Item } from '../dynamo/values.ts'
import { addressesIn } from './rules.ts'

/** The history of a value: the current one, and earlier ones with their times. */
export class Timeline<T> {
  readonly #entries: { readonly from: number; readonly value: T }[]

  /** @param first the value before the first change */
  constructor(first: T) {
    this.#entries = [{ from: Number.NEGATIVE_INFINITY, value: first }]
  }

  set(from: number, value: T): void {
    this.#entries.push({ from, value })
  }

  get now(): T | undefined {
    return this.#entries.at(-1)?.value
  }

  /** All values that held at some time since then. */
  since(from: number): T[] {
    return this.#entries
      .filter((_, n) => (this.#entries[n + 1]?.from ?? Number.POSITIVE_INFINITY) >= from)
      .map(({ value }) => value)
  }
}

export interface Violation {
  /** The name of the broken rule or invariant, which a shortened run must break as well. */
  readonly rule: string
  readonly text: string
}

/** A change of a record that leads to an audit entry or event. */
export interface PublishedChange {
  readonly change: Change
  readonly orgId: string
  readonly subject: string
}

export interface RecordChange {
  readonly recordId: string
  readonly before: AccountRecord | undefined
  readonly after: AccountRecord | undefined
}

export interface ClaimChange {
  readonly claimId: string
  readonly before: ClosedClaim | undefined
  readonly after: ClosedClaim | undefined
}

/** What was committed at one instant, in terms of the domain. */
export interface Group {
  readonly at: number
  readonly records: readonly RecordChange[]
  readonly claims: readonly ClaimChange[]
  /** Conversations that were written or deleted. */
  readonly conversations: ReadonlySet<string>
  readonly gone: readonly { readonly userId: string; readonly conversationId: string; readonly item: Item }[]
  readonly addresses: ReadonlySet<string>
}

/** Everything that was ever committed, kept apart from the table in a form against which rules can be checked. */
export class Ledger {
  readonly #now: () => number
  readonly violations: Violation[] = []
  readonly records = new Map<string, AccountRecord>()
  readonly closed = new Map<string, ClosedClaim>()
  readonly imports = new Map<string, ImportRecord>()
  readonly syncs = new Map<string, SyncRecord>()
  /** Every conversation that ever existed, with its owner. */
  readonly owners = new Map<string, Set<string>>()
  readonly addresses = new Map<string, string>()
  readonly told: PublishedChange[] = []
  /** The addresses of the directory that an org's next sync compares. */
  readonly directories = new Map<string, ReadonlySet<string>>()
  readonly directoryOf = new Map<string, ReadonlySet<string>>()
  readonly revokedForSure = new Set<string>()
  /** All personal data that was ever stored of people who were deleted. */
  readonly removed: { readonly record: AccountRecord; readonly at: number }[] = []
  readonly gone: { readonly address: string; readonly at: number }[] = []
  readonly claimsMade = new Map<
    string,
    { readonly at: number; readonly createdAt: string; readonly origin: string }
  >()
  /** U2: when each confirmation of a claim was requested. */
  readonly confirmations = new Map<string, readonly number[]>()
  readonly reminded: { readonly claimId: string; readonly day: number; readonly at: number }[] = []
  readonly undeliverable = new Map<string, number>()
  /** C9, N4: when the account of a claim whose mail bounced last got another address. */
  readonly mended = new Map<string, number>()
  /** N4: when mails about a claim bounced; after a change of the address, they may again. */
  readonly returned: { readonly claimId: string; readonly orgId: string; readonly at: number }[] = []
  /** When the first mail about a claim left. */
  readonly mailed = new Map<string, number>()
  readonly #orgs = new Map<string, Timeline<Organization | undefined>>()
  readonly #domains = new Map<string, Timeline<OrgDomain['status'] | undefined>>()
  readonly #exclusive = new Map<string, Timeline<string | undefined>>()
  readonly #standing = new Map<string, Timeline<AccountRecord | undefined>>()
  readonly #checks: ((group: Group, ledger: Ledger) => void)[] = []

  constructor(now: () => number) {
    this.#now = now
  }

  get now(): number {
    return this.#now()
  }

  onGroup(check: (group: Group, ledger: Ledger) => void): void {
    this.#checks.push(check)
  }

  fail(rule: string, text: string): void {
    this.violations.push({ rule, text: `${new Date(this.now).toISOString()} ${text}` })
  }

  org = (orgId: string): Timeline<Organization | undefined> => lookUp(this.#orgs, orgId)
  domain = (orgId: string, domain: string): Timeline<OrgDomain['status'] | undefined> =>
    lookUp(this.#domains, `${orgId}/${domain}`)
  exclusive = (domain: string): Timeline<string | undefined> => lookUp(this.#exclusive, domain)

  /** The record that reserves an address, over time. */
  at = (address: string): Timeline<AccountRecord | undefined> =>
    lookUp(this.#standing, normalizedAddress(address))

  get orgIds(): string[] {
    return [...this.#orgs].filter(([, { now }]) => now !== undefined).map(([orgId]) => orgId)
  }

  readonly take = (commits: readonly Commit[]): void => {
    const records: RecordChange[] = []
    const ended: Pick<ClaimChange, 'before' | 'after'>[] = []
    const conversations = new Set<string>()
    const addresses = new Set<string>()
    const gone: { userId: string; conversationId: string; item: Item }[] = []
    for (const { key, before, after, at } of commits) {
      if (key.pk.startsWith(partition.conversations)) {
        const userId = key.pk.slice(partition.conversations.length)
        conversations.add(key.sk)
        const owners = lookUpSet(this.owners, key.sk)
        if (after === undefined) owners.delete(userId)
        else owners.add(userId)
        if (after === undefined && before !== undefined)
          gone.push({ userId, conversationId: key.sk, item: before })
      } else if (key.pk.startsWith(partition.address)) {
        const address = key.pk.slice(partition.address.length)
        addresses.add(address)
        if (typeof after?.recordId === 'string') this.addresses.set(address, after.recordId)
        else this.addresses.delete(address)
      } else if (key.pk.startsWith(partition.domain)) {
        const holder = after?.orgId
        this.exclusive(key.pk.slice(partition.domain.length)).set(
          at,
          typeof holder === 'string' ? holder : undefined,
        )
      } else {
        const [was, is] = [before && readImage(before), after && readImage(after)]
        this.#note(at, was, is)
        const [recordWas, recordIs] = [recordOf(was), recordOf(is)]
        if (recordWas !== undefined || recordIs !== undefined)
          records.push({
            recordId: (recordIs ?? recordWas)?.recordId ?? '',
            before: recordWas,
            after: recordIs,
          })
        ended.push({ before: endedIn(was), after: endedIn(is) })
        if (is?.change !== undefined && is.change.n !== was?.change?.n)
          this.told.push({ change: is.change, orgId: is.orgId, subject: is.subject })
      }
    }
    const claims = claimChanges(ended)
    const group = { at: this.now, records, claims, conversations, gone, addresses }
    for (const check of this.#checks) check(group, this)
    for (const { recordId, before, after } of records) {
      for (const address of before ? addressesIn(before) : []) this.at(address).set(this.now, undefined)
      for (const address of after ? addressesIn(after) : []) this.at(address).set(this.now, after)
      this.#noteGone(before, after)
      if (after === undefined) this.records.delete(recordId)
      else this.records.set(recordId, after)
      if (after === undefined && before !== undefined) this.removed.push({ record: before, at: this.now })
    }
    for (const { claimId, after } of claims) {
      if (after === undefined) this.closed.delete(claimId)
      else this.closed.set(claimId, after)
    }
  }

  /** C9: when a claim is revoked, the other address of its new account becomes free. */
  #noteGone(before: AccountRecord | undefined, after: AccountRecord | undefined): void {
    const other = before?.claim?.newAccount.email
    if (other === undefined || (after !== undefined && addressesIn(after).includes(other.toLowerCase())))
      return
    if (this.at(other).now === undefined) this.gone.push({ address: other, at: this.now })
  }

  #note(at: number, was: StoredEntity | undefined, is: StoredEntity | undefined): void {
    const thing = is ?? was
    switch (thing?.kind) {
      case 'organization':
        this.org(thing.org.orgId).set(at, is === undefined ? undefined : thing.org)
        return
      case 'domain':
        this.domain(thing.orgId, thing.domain.domain).set(
          at,
          is === undefined ? undefined : thing.domain.status,
        )
        return
      case 'import':
        this.imports.set(thing.record.importId, thing.record)
        return
      case 'sync':
        if (was === undefined)
          this.directoryOf.set(thing.record.syncId, this.directories.get(thing.orgId) ?? new Set())
        this.syncs.set(thing.record.syncId, thing.record)
        return
      default:
        return
    }
  }

  /** The record that now contains the account with this id; `undefined`: none. */
  standing(userId: string): AccountRecord | undefined {
    for (const record of this.records.values())
      if (record.account.userId === userId || record.claim?.newUserId === userId) return record
    return undefined
  }
}

function lookUp<T>(timelines: Map<string, Timeline<T | undefined>>, key: string): Timeline<T | undefined> {
  const found = timelines.get(key) ?? new Timeline<T | undefined>(undefined)
  timelines.set(key, found)
  return found
}

function lookUpSet(sets: Map<string, Set<string>>, key: string): Set<string> {
  const found = sets.get(key) ?? new Set<string>()
  sets.set(key, found)
  return found
}

const recordOf = (thing: StoredEntity | undefined): AccountRecord | undefined =>
  thing?.kind === 'account' || thing?.kind === 'closed-claim' ? thing.record : undefined

/** An ended claim is stored in its record or as an item of its own. */
const endedIn = (thing: StoredEntity | undefined): ClosedClaim | undefined =>
  recordOf(thing)?.ended?.claim ?? (thing?.kind === 'closed-claim' ? thing.claim : undefined)

/** A claim that moves from its record to an item of its own hasn’t changed. */
function claimChanges(changes: readonly Pick<ClaimChange, 'before' | 'after'>[]): ClaimChange[] {
  const claims = new Map<string, ClaimChange>()
  for (const { before, after } of changes)
    for (const [side, claim] of [['before', before] as const, ['after', after] as const]) {
      if (claim === undefined) continue
      const { claimId } = claim
      claims.set(claimId, {
        ...(claims.get(claimId) ?? { claimId, before: undefined, after: undefined }),
        [side]: claim,
      })
    }
  return [...claims.values()]
}
