import { seededUlid } from '../../shared/lib/seeded-ulid.ts'
import { DAY_MS } from '../../shared/lib/time.ts'
import { fullName } from '../../shared/rules/accounts/display-name.ts'
import { claimIds } from '../../shared/rules/claims/claim-ids.ts'
import { createClaim } from '../../shared/rules/claims/creation.ts'
import { completeClaim } from '../../shared/rules/claims/ending.ts'
import type { Account, AccountRecord } from '../../shared/rules/types.ts'
import { accountToItem } from '../../shared/storage/items/account-item.ts'
import { addressItem } from '../../shared/storage/stores/accounts.ts'
import { auditItem } from '../../shared/storage/stores/audit.ts'

/**
 * The accounts with which `npm run cost:scale` fills a table: a quarter each is the organization’s own, claimed by
 * it, claimable by it, and on a domain that isn’t its own. None of it falls due.
 */
export const ORG = 'acme'
export const SOURCE_ORG = 'personal'
export const DOMAIN = 'scale.example'
export const ELSEWHERE = 'elsewhere.example'

/** The same width for few and for many accounts, since read units depend on bytes. */
export const idOf = (kind: string, n: number): string => `${kind}${String(n).padStart(7, '0')}`
export const emailOf = (id: string, domain = DOMAIN): string => `${id}@${domain}`

const kinds = ['own', 'was', 'free', 'far'] as const
const BY = 'admin:scale' as const

function accountOf(kind: (typeof kinds)[number], n: number): Account {
  const userId = idOf(kind, n)
  const [firstName, lastName] = ['Per', `Son ${String(n).padStart(7, '0')}`]
  return {
    userId,
    email: emailOf(userId, kind === 'far' ? ELSEWHERE : DOMAIN),
    firstName,
    lastName,
    displayName: fullName(firstName, lastName),
    orgId: kind === 'own' ? ORG : SOURCE_ORG,
    status: n % 50 === 0 ? 'not_verified' : 'active',
    licenses: ['basic'],
    paid: false,
    locale: 'en',
  }
}

/** When the nth claim was made: a second after the one before. */
const madeAt = (n: number, now: Date): Date => new Date(now.getTime() - 400 * DAY_MS + n * 1_000)

export const claimIdOf = (n: number, now: Date): string => {
  const recordId = idOf('was', n)
  return claimIds(recordId, seededUlid(madeAt(n, now), recordId)).claimId
}

function claimedRecord(before: AccountRecord, n: number, now: Date) {
  const at = madeAt(n, now)
  const request = {
    ulid: seededUlid(at, before.recordId),
    claimingOrgId: ORG,
    type: 'delayed' as const,
    licenses: ['basic'],
    names: {},
    origin: `scale:${n}`,
  }
  const made = createClaim(before, request, { now: at, by: BY })
  if (made.claim === undefined) throw new Error('it has been claimed')
  const { record, closed, change } = completeClaim(made, made.claim, {
    now: new Date(at.getTime() + 14 * DAY_MS),
    by: BY,
  })
  return { record: { ...record, ended: { claim: closed, change } }, claimId: closed.claimId, at }
}

/** The items of the nth account. */
function* itemsOf(n: number, now: Date): Generator<Record<string, unknown>> {
  const kind = kinds[n % kinds.length] ?? 'own'
  const nth = Math.floor(n / kinds.length)
  const account = accountOf(kind, nth)
  const before: AccountRecord = { recordId: account.userId, revision: 1, account, hasContent: true }
  const claimed = kind === 'was' ? claimedRecord(before, nth, now) : undefined
  const { change: _change, ...record } = claimed?.record ?? before
  yield accountToItem({ ...record, revision: record.revision + 1 })
  yield addressItem(record.recordId, record.account.email)
  if (claimed === undefined) return
  const change = { what: 'claim.created', at: claimed.at.toISOString(), by: BY, n: 1 } as const
  yield auditItem({ orgId: ORG, subject: claimed.claimId, change, after: { status: 'open' } })
}

export function* manyAccounts(count: number, now: Date): Generator<Record<string, unknown>> {
  for (let n = 0; n < count; n++) yield* itemsOf(n, now)
}
