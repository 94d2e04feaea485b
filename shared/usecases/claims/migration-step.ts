import type { Clock } from '../../lib/time.ts'
import { completeClaim, type Ended } from '../../rules/claims/ending.ts'
import { completeWithoutContent, dueForMigration, startMigration } from '../../rules/claims/migration.ts'
import type { AccountRecord, Actor, OpenClaim } from '../../rules/types.ts'
import type { AccountStore } from '../../storage/stores/accounts.ts'
import { CONVERSATIONS_PER_MOVE, type ConversationStore } from '../../storage/stores/conversations.ts'
import type { OrganizationStore } from '../../storage/stores/organizations.ts'

export interface MigrationStepPorts {
  readonly accounts: Pick<AccountStore, 'write' | 'end'>
  readonly conversations: Pick<ConversationStore, 'first' | 'move' | 'remove'>
  readonly organizations: Pick<OrganizationStore, 'get'>
  readonly now: Clock
}

const BY: Actor = 'schedule:due'

/** The ending of a claim that the schedule decides and whose original is known to have no conversation. */
export function emptyEnding(record: AccountRecord, now: Date): Ended | undefined {
  const { claim, hasContent, deletion } = record
  if (claim?.status !== 'open' || hasContent || deletion !== undefined) return undefined
  if (!dueForMigration(claim, now)) return undefined
  const ended = completeWithoutContent(record, claim, { now, by: BY })
  return ended.freed === undefined ? ended : undefined
}

export type Step =
  | { readonly outcome: 'advanced'; readonly record: AccountRecord; readonly emptied: boolean }
  | { readonly outcome: 'completed' | 'lost' }

/**
 * One write towards the end of a claim that is due: its beginning, a page of the content, or the end itself.
 * @param emptied whether an earlier step found the original empty, which it remains: nothing is added while it migrates
 */
export async function takeStep(
  ports: MigrationStepPorts,
  record: AccountRecord,
  claim: OpenClaim,
  emptied: boolean,
): Promise<Step> {
  const changedBy = { now: ports.now(), by: BY }
  const empty = emptyEnding(record, changedBy.now)
  if (empty !== undefined)
    return { outcome: (await ports.accounts.end(empty)).outcome === 'written' ? 'completed' : 'lost' }
  if (claim.status === 'open') {
    const next = startMigration(record, claim, changedBy)
    return (await ports.accounts.write(next)).outcome === 'written'
      ? advanced(next, false)
      : { outcome: 'lost' }
  }
  const { page, more } =
    emptied || !record.hasContent
      ? { page: [], more: false }
      : await ports.conversations.first(claim.originalUserId, CONVERSATIONS_PER_MOVE)
  if (page.length === 0) {
    const written = await ports.accounts.end(completeClaim(record, claim, changedBy))
    return { outcome: written.outcome === 'written' ? 'completed' : 'lost' }
  }
  const isTransfer = claim.decision?.kind === 'transfer_content'
  const next: AccountRecord = {
    ...record,
    revision: record.revision + 1,
    claim: { ...claim, conversationsMoved: claim.conversationsMoved + (isTransfer ? page.length : 0) },
  }
  const written = isTransfer
    ? await ports.conversations.move(page, claim.newUserId, await retentionOf(ports, claim), next)
    : await ports.conversations.remove(page, next)
  return written.outcome === 'written' ? advanced(next, !more) : { outcome: 'lost' }
}

const advanced = (record: AccountRecord, emptied: boolean): Step => ({ outcome: 'advanced', record, emptied })

/** U3: the claiming org's policy at the time the page is moved. */
async function retentionOf(ports: MigrationStepPorts, claim: OpenClaim): Promise<number | null> {
  const org = (await ports.organizations.get(claim.claimingOrgId))?.org
  if (org === undefined) throw new Error(`claim ${claim.claimId} is by an organization that doesn't exist`)
  return org.settings.retentionDays
}
