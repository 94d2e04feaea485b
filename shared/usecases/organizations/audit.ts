import type { ChangeKind } from '../../rules/types.ts'
import type { AuditStore, ReadAuditEntry } from '../../storage/stores/audit.ts'
import type { ClaimStore } from '../../storage/stores/claims.ts'
import { fillPage } from '../lists/fill-page.ts'
import type { ListQuery } from '../lists/views.ts'
import type { Page } from '../../lib/page.ts'

export type AuditEntryView = Omit<ReadAuditEntry, 'position' | 'n'> & {
  /** The id of the event that was published for the change (A2). */
  readonly id: string
}

function viewEntry(orgId: string, { position: _position, n, ...entry }: ReadAuditEntry): AuditEntryView {
  return { id: `${orgId}/${entry.subject}/${entry.at}#${n}`, ...entry }
}

export interface AuditFilter {
  readonly what?: ChangeKind | undefined
  /** ISO 8601, in UTC with milliseconds, as the entries' own. */
  readonly since?: string | undefined
}

/** A1: what was changed in an org, newest first. 0.5 R a shard and 4 KB; of each shard more is read than its share of the page. */
export function listAudit(
  { audit }: { readonly audit: Pick<AuditStore, 'list'> },
  { orgId, limit, before, filter }: ListQuery<string> & { readonly filter: AuditFilter },
): Promise<Page<AuditEntryView>> {
  const { what, since = '' } = filter
  return fillPage({ limit, filtered: what !== undefined, from: before }, async (size, from, mayRead) => {
    const { items: found, next, read } = await audit.list(orgId, size, from, mayRead)
    const scanned = found
      .filter(({ at }) => at >= since)
      .map((entry) => ({
        item: what === undefined || entry.what === what ? viewEntry(orgId, entry) : undefined,
        after: entry.position,
      }))
    return { scanned, next: scanned.length < found.length ? undefined : next, read }
  })
}

/**
 * A1: all changes of one of the org's claims, newest first, by the audit keys kept with the claim.
 * @returns `undefined` if the claim isn't the org's; the position is the number of older changes
 */
export async function listAuditOfClaim(
  ports: { readonly audit: Pick<AuditStore, 'ofChanges'>; readonly claims: Pick<ClaimStore, 'byIdOf'> },
  claimId: string,
  { orgId, limit, before, filter }: ListQuery<number> & { readonly filter: AuditFilter },
): Promise<Page<AuditEntryView, number> | undefined> {
  const claim = (await ports.claims.byIdOf(orgId, claimId))?.claim
  if (claim === undefined) return undefined
  const { auditKeys } = claim
  const { what, since = '' } = filter
  return fillPage({ limit, filtered: what !== undefined, from: before }, async (size, from) => {
    const end = Math.min(from ?? auditKeys.length, auditKeys.length)
    const start = Math.max(0, end - size)
    const page = auditKeys.slice(start, end).toReversed().map(changeOf)
    const recent = page.filter(({ at }) => at >= since)
    const entries = await ports.audit.ofChanges(orgId, claimId, recent)
    const known = new Map(entries.map((entry) => [entry.n, entry]))
    // Positions are numbers of older changes.
    const scanned = recent.map(({ n }, index) => {
      const entry = known.get(n)
      const fits = entry !== undefined && (what === undefined || entry.what === what)
      return { item: fits ? viewEntry(orgId, entry) : undefined, after: end - index - 1 }
    })
    return { scanned, next: start === 0 || recent.length < page.length ? undefined : start }
  })
}

function changeOf(auditKey: string): { at: string; n: number } {
  const [at = '', n = ''] = auditKey.split('#')
  return { at, n: Number(n) }
}
