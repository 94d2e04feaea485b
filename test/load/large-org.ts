import { createHash } from 'node:crypto'
import { seededUlid } from '../../shared/lib/seeded-ulid.ts'
import { DAY_MS, isoSecond } from '../../shared/lib/time.ts'
import { fullName } from '../../shared/rules/accounts/display-name.ts'
import { createClaim } from '../../shared/rules/claims/creation.ts'
import { completeClaim } from '../../shared/rules/claims/ending.ts'
import type { Account, AccountRecord, OpenClaim } from '../../shared/rules/types.ts'
import { accountToItem } from '../../shared/storage/items/account-item.ts'
import { addressItem } from '../../shared/storage/stores/accounts.ts'
import { auditItem } from '../../shared/storage/stores/audit.ts'
import { writeInto } from '../support/bulk-items.ts'

/**
 * Writes an organization with very many users and claims into the embedded DynamoDB's file, as the stores would have
 * left them. By the API, with mails and audit, 100,000 claims take almost an hour.
 */
export const LARGE_ORG = 'acme'
const SOURCE_ORG = 'personal'

/** Claims are made over a month, so that some are over and some about to end. */
const MADE_OVER_DAYS = 28
const WINDOW_DAYS = 14
/** 64 bits, so that hundreds of thousands of ids are unique. */
const ID_DIGITS = 16

interface Filling {
  readonly people: number
  readonly domain: string
  readonly now: Date
}

/**
 * A random-looking id of an account, like a platform’s. The index of a domain is sorted by ids; if ids depended on
 * the kind of account, all claimable ones would be at its end.
 */
const userIdOf = (name: string): string => createHash('sha256').update(name).digest('hex').slice(0, ID_DIGITS)

const accountOf = (name: string, orgId: string, domain: string, n: number): Account => {
  const [firstName, lastName] = ['Per', `Son ${n}`]
  return {
    userId: userIdOf(name),
    email: `${name}@${domain}`,
    firstName,
    lastName,
    displayName: fullName(firstName, lastName),
    orgId,
    status: n % 50 === 0 ? 'not_verified' : n % 70 === 0 ? 'inactive' : 'active',
    licenses: ['basic'],
    paid: n % 9 === 0,
    locale: 'en',
  }
}

/** An item as its last write left it, without further effects: no mail or event follows. */
const atRest = ({ change: _change, ...record }: AccountRecord): AccountRecord => ({
  ...record,
  revision: record.revision + 1,
})

const recordOf = (account: Account): AccountRecord => ({
  recordId: account.userId,
  revision: 1,
  account,
  hasContent: true,
})

/** The nth claim. Most are open, those older than two weeks are completed, and one in 500 has a bounced mail. */
function claimedRecord(n: number, { people, domain, now }: Filling): AccountRecord {
  const at = new Date(now.getTime() - ((n + 1) / people) * MADE_OVER_DAYS * DAY_MS)
  const before = recordOf(accountOf(`claimed${n}`, SOURCE_ORG, domain, n))
  const request = {
    ulid: seededUlid(at, before.recordId),
    claimingOrgId: LARGE_ORG,
    type: n % 4 === 0 ? ('direct' as const) : ('delayed' as const),
    ...(n % 4 === 0 && { contentLoss: 'chosen_direct' as const }),
    licenses: ['basic'],
    names: {},
    origin: `large:${n}`,
  }
  const by = 'admin:large' as const
  const made = createClaim(before, request, { now: at, by })
  const told: OpenClaim = {
    ...made.claim,
    notification: n % 500 === 0 ? 'bounced' : 'sent',
    notifiedAt: isoSecond(at),
  }
  const record = { ...made, claim: told }
  if ((n + 1) / people < WINDOW_DAYS / MADE_OVER_DAYS) return atRest(record)
  const ended = completeClaim(record, told, { now: new Date(at.getTime() + WINDOW_DAYS * DAY_MS), by })
  return { ...atRest(ended.record), ended: { claim: ended.closed, change: ended.change } }
}

/** One in so many accounts is neither claimed nor in the organization, so it can be claimed. */
const FREE_EVERY = 50

/** The items of the nth user and the nth claim: records, addresses, and the claim’s audit entry. */
function itemsOf(n: number, fill: Filling): Record<string, unknown>[] {
  const user = recordOf(accountOf(`user${n}`, LARGE_ORG, fill.domain, n))
  const claimed = claimedRecord(n, fill)
  const claim = claimed.claim ?? claimed.ended?.claim
  if (claim === undefined) throw new Error('it has been claimed')
  const change = { what: 'claim.created', at: claim.createdAt, by: 'admin:large', n: 1 } as const
  const free = n % FREE_EVERY === 0 ? [recordOf(accountOf(`free${n}`, SOURCE_ORG, fill.domain, n))] : []
  return [
    ...[user, claimed, ...free].flatMap((record) => [
      accountToItem(record),
      addressItem(record.recordId, record.account.email),
    ]),
    auditItem({ orgId: LARGE_ORG, subject: claim.claimId, change, after: { status: 'open' } }),
  ]
}

/** Gives the organization so many users, and as many claims, on its domain. */
export async function fillLargeOrg(databasePath: string, tableName: string, fill: Filling): Promise<void> {
  const { people } = fill
  await writeInto({ databasePath, tableName }, everyItem(people, fill))
}

function* everyItem(people: number, fill: Filling): Generator<Record<string, unknown>> {
  for (let n = 0; n < people; n++) yield* itemsOf(n, fill)
}
