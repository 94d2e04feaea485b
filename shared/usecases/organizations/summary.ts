import type { Page } from '../../lib/page.ts'
import { DAY_MS } from '../../lib/time.ts'
import { endsAt } from '../../rules/claims/transition.ts'
import { accountsOf, userStatusOf } from '../../rules/claims/views.ts'
import { statusOf } from '../../rules/directory/directory-sync.ts'
import type { Claim, ClaimStatus, ClaimType, UserStatus } from '../../rules/types.ts'
import type { WalkPosition } from '../../storage/queries/walk.ts'
import type { AccountStore } from '../../storage/stores/accounts.ts'
import type { ClaimStore } from '../../storage/stores/claims.ts'
import type { ExportStore } from '../../storage/stores/exports.ts'
import type { ImportStore } from '../../storage/stores/imports.ts'
import type { OrganizationStore } from '../../storage/stores/organizations.ts'
import type { SyncStore } from '../../storage/stores/syncs.ts'

/** Records read for each of the counts: users, claims, imports, exports, syncs. Some 10 s of a request's 29 s. */
export const MAX_COUNTED = 10_000
const RECORDS_PER_PAGE = 1_000
const JOBS_PER_PAGE = 100
/** How far ahead the overview shows. */
const SOON_MS = 7 * DAY_MS

/** Exact, or a lower bound found among the first `MAX_COUNTED`. */
export type Count = number | { readonly value: number; readonly atLeast: true }

export interface Summary {
  readonly users: { readonly byStatus: Record<UserStatus, Count> }
  readonly claims: {
    readonly byStatus: Record<ClaimStatus, Count>
    readonly byType: Record<ClaimType, Count>
    readonly losingContent: Count
    readonly bounced: Count
    readonly endingWithin7Days: Count
    /** The same by day, from today, in the organization's time zone. */
    readonly endingByDay: { readonly date: string; readonly claims: Count }[]
  }
  readonly running: { readonly imports: Count; readonly exports: Count; readonly syncs: Count }
}

export interface SummaryPorts {
  readonly accounts: Pick<AccountStore, 'byRecordIds' | 'recordIdsOfOrg'>
  readonly claims: Pick<ClaimStore, 'list'>
  readonly imports: Pick<ImportStore, 'list'>
  readonly exports: Pick<ExportStore, 'list'>
  readonly syncs: Pick<SyncStore, 'list'>
  readonly organizations: Pick<OrganizationStore, 'get'>
}

/**
 * What an admin's overview shows. 1 R a user and claim, up to 10,000 of each, and 1 R for the organization and for
 * every 4 KB of jobs.
 */
export async function summarize(ports: SummaryPorts, orgId: string, now: Date): Promise<Summary> {
  const organization = ports.organizations.get(orgId)
  const [users, claims, imports, exports, syncs] = await Promise.all([
    countUsers(ports, orgId),
    organization.then((found) => countClaims(ports, orgId, now, found?.org.settings.timeZone ?? 'UTC')),
    countJobs(
      (before) => ports.imports.list(orgId, JOBS_PER_PAGE, before),
      ({ status }) => status === 'reading' || status === 'running',
    ),
    countJobs(
      (before) => ports.exports.list(orgId, JOBS_PER_PAGE, before),
      ({ status }) => status === 'running',
    ),
    countJobs(
      (before) => ports.syncs.list(orgId, JOBS_PER_PAGE, before),
      (sync) => statusOf(sync) === 'running',
    ),
  ])
  return { users, claims, running: { imports, exports, syncs } }
}

const counted = (value: number, isWhole: boolean): Count => (isWhole ? value : { value, atLeast: true })

function countedAll<Name extends string>(
  tallies: Readonly<Record<Name, number>>,
  isWhole: boolean,
): Record<Name, Count> {
  const entries = Object.entries<number>(tallies).map(([name, value]) => [name, counted(value, isWhole)])
  return Object.fromEntries(entries) as Record<Name, Count>
}

async function countUsers(ports: SummaryPorts, orgId: string): Promise<Summary['users']> {
  const tallies: Record<UserStatus, number> = {
    active: 0,
    not_verified: 0,
    verified: 0,
    inactive: 0,
    delayed_claim: 0,
  }
  let from: WalkPosition | undefined
  for (let read = 0; read < MAX_COUNTED; read += RECORDS_PER_PAGE) {
    const { found, next } = await ports.accounts.recordIdsOfOrg(orgId, RECORDS_PER_PAGE, from)
    const records = await ports.accounts.byRecordIds(found.map(({ recordId }) => recordId))
    for (const { recordId, role } of found) {
      const record = records.get(recordId)
      const inRecord =
        record &&
        accountsOf(record).find(
          (each) => each.account.orgId === orgId && (each.role === 'new') === (role === 'claimed'),
        )
      if (record && inRecord) tallies[userStatusOf(record, inRecord)]++
    }
    from = next
    if (from === undefined) break
  }
  return { byStatus: countedAll(tallies, from === undefined) }
}

/** `2026-12-02`, in that time zone. */
function dateIn(timeZone: string): (at: Date) => string {
  // Sweden writes its dates as ISO 8601 does.
  const format = new Intl.DateTimeFormat('sv-SE', { dateStyle: 'short', timeZone })
  return (at) => format.format(at)
}

async function countClaims(
  ports: SummaryPorts,
  orgId: string,
  now: Date,
  timeZone: string,
): Promise<Summary['claims']> {
  const dateOf = dateIn(timeZone)
  const byDay = new Map<string, number>()
  // Seven days end on the eighth date, except at midnight. In steps of twelve hours, since a day may have 23.
  for (let ahead = 0; ahead <= SOON_MS; ahead += DAY_MS / 2)
    byDay.set(dateOf(new Date(now.getTime() + ahead)), 0)

  const byStatus: Record<ClaimStatus, number> = { open: 0, migrating: 0, completed: 0, revoked: 0 }
  const byType: Record<ClaimType, number> = { direct: 0, delayed: 0 }
  const tallies = { losingContent: 0, bounced: 0, endingWithin7Days: 0 }
  let before: string | undefined
  for (let read = 0; read < MAX_COUNTED; read += RECORDS_PER_PAGE) {
    const { items: found, next } = await ports.claims.list(orgId, RECORDS_PER_PAGE, before)
    for (const { claim } of found) {
      byStatus[claim.status]++
      byType[claim.type]++
      if (claim.contentLoss !== undefined && claim.status !== 'revoked') tallies.losingContent++
      if (isRunning(claim) && claim.notification === 'bounced') tallies.bounced++
      if (claim.status === 'open' && endsSoon(claim, now)) {
        tallies.endingWithin7Days++
        const date = dateOf(endsAt(claim))
        byDay.set(date, (byDay.get(date) ?? 0) + 1)
      }
    }
    before = next
    if (before === undefined) break
  }
  const isWhole = before === undefined
  return {
    byStatus: countedAll(byStatus, isWhole),
    byType: countedAll(byType, isWhole),
    ...countedAll(tallies, isWhole),
    endingByDay: [...byDay].map(([date, claims]) => ({ date, claims: counted(claims, isWhole) })),
  }
}

const isRunning = ({ status }: Claim): boolean => status === 'open' || status === 'migrating'

function endsSoon(claim: Claim, now: Date): boolean {
  const leftMs = endsAt(claim).getTime() - now.getTime()
  return leftMs >= 0 && leftMs <= SOON_MS
}

async function countJobs<Job>(
  list: (before: string | undefined) => Promise<Page<Job>>,
  isRunning: (job: Job) => boolean,
): Promise<Count> {
  let running = 0
  let before: string | undefined
  for (let read = 0; read < MAX_COUNTED; read += JOBS_PER_PAGE) {
    const { items: jobs, next } = await list(before)
    running += jobs.filter(isRunning).length
    before = next
    if (before === undefined) break
  }
  return counted(running, before === undefined)
}
