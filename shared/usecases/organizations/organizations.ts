import {
  isBeingDeleted,
  requestDeletion,
  cancelDeletion,
} from '../../rules/deletion/organization-deletion.ts'
import {
  planOrganization,
  planSettings,
  type SettingsPatch,
  sameOrganization,
  type WantedOrganization,
} from '../../rules/organizations/organization-changes.ts'
import type { Actor, ChangeKind, OrganizationDeletion, Organization } from '../../rules/types.ts'
import { isVersionAllowed, type Versions, type WriteRefusal } from '../../rules/versions.ts'
import type { OrganizationStore } from '../../storage/stores/organizations.ts'
import { LOST, type Lost, retryOptimistically } from '../../lib/optimistic-retry.ts'

export interface OrganizationPorts {
  readonly organizations: Pick<OrganizationStore, 'getAny' | 'write'>
}

export type OrganizationOutcome<Refused extends string = never> =
  | {
      readonly outcome: 'done'
      readonly org: Organization
      readonly revision: number
      readonly created: boolean
    }
  | { readonly outcome: 'refused'; readonly code: Refused | WriteRefusal }

interface ChangedBy {
  readonly now: Date
  readonly by: Actor
  readonly versions?: Versions | undefined
}

/** Reads, plans and writes on the condition that nothing changed in between; what changes nothing isn't written. */
async function change<Refused extends string>(
  { organizations }: OrganizationPorts,
  orgId: string,
  { now, by, versions }: ChangedBy,
  plan: (current: Organization | undefined) => Organization | Refused,
  what: ChangeKind = 'organization.updated',
): Promise<OrganizationOutcome<Refused>> {
  return retryOptimistically(async (): Promise<OrganizationOutcome<Refused> | Lost> => {
    const current = await organizations.getAny(orgId)
    const next = plan(current?.org)
    if (typeof next === 'string') return { outcome: 'refused', code: next }
    if (!isVersionAllowed(versions, current?.revision ?? 0))
      return { outcome: 'refused', code: 'precondition_failed' }
    if (current !== undefined && sameOrganization(current.org, next))
      return { outcome: 'done', org: next, revision: current.revision, created: false }
    const revision = current?.revision ?? 0
    const written = await organizations.write(next, revision, {
      what: current === undefined ? 'organization.created' : what,
      at: now.toISOString(),
      by,
    })
    return written.outcome === 'written'
      ? { outcome: 'done', org: next, revision: revision + 1, created: current === undefined }
      : LOST
  })
}

/**
 * 1 R, and 1 W if something changes. The platform may switch directory synchronisation on at any time: the dry run of
 * Y2 is asked of the org's admins, who chose whom to claim.
 */
export const putOrganization = (
  ports: OrganizationPorts,
  wanted: WantedOrganization,
  changedBy: ChangedBy,
): Promise<OrganizationOutcome<'deletion_begun'>> =>
  change(ports, wanted.orgId, changedBy, (current) =>
    current !== undefined && isBeingDeleted(current)
      ? 'deletion_begun'
      : planOrganization(current, wanted, changedBy.now),
  )

/** 1 R, and 1 W where something changes. */
export const changeSettings = (
  ports: OrganizationPorts,
  orgId: string,
  patch: SettingsPatch,
  changedBy: ChangedBy,
): Promise<OrganizationOutcome<'organization_not_found'>> =>
  change(ports, orgId, changedBy, (current) =>
    current === undefined || isBeingDeleted(current)
      ? 'organization_not_found'
      : planSettings(current, patch),
  )

export type DeletionRequestOutcome =
  | { readonly outcome: 'held'; readonly deletion: OrganizationDeletion }
  | {
      readonly outcome: 'refused'
      readonly code: 'organization_not_found' | 'name_mismatch' | WriteRefusal
    }

/** O1: the deletion begins 24 h after it was first requested. 1 R, and 1 W + 1 of the due index the first time. */
export async function requestOrganizationDeletion(
  ports: OrganizationPorts,
  orgId: string,
  confirmName: string,
  changedBy: ChangedBy,
): Promise<DeletionRequestOutcome> {
  const outcome = await change(
    ports,
    orgId,
    changedBy,
    (current) => {
      if (current === undefined) return 'organization_not_found'
      if (current.name !== confirmName) return 'name_mismatch'
      return current.deletion === undefined ? requestDeletion(current, changedBy) : current
    },
    'organization.deletion_requested',
  )
  if (outcome.outcome === 'refused') return outcome
  const { deletion } = outcome.org
  if (deletion === undefined) throw new Error(`organization ${orgId} was written without its deletion`)
  return { outcome: 'held', deletion }
}

/** O1: cancels the deletion if it hasn't begun. 1 R, 1 W + 1 of the due index. */
export const cancelOrganizationDeletion = (
  ports: OrganizationPorts,
  orgId: string,
  changedBy: ChangedBy,
): Promise<OrganizationOutcome<'organization_not_found' | 'not_being_deleted' | 'deletion_begun'>> =>
  change(
    ports,
    orgId,
    changedBy,
    (current) => {
      if (current === undefined) return 'organization_not_found'
      if (isBeingDeleted(current)) return 'deletion_begun'
      return current.deletion === undefined ? 'not_being_deleted' : cancelDeletion(current)
    },
    'organization.restored',
  )
