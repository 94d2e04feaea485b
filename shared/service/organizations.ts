import {
  planOrganization,
  planSettings,
  type SettingsPatch,
  sameOrganization,
  type WantedOrganization,
} from '../claims/organizations.ts'
import type { Actor, Organization } from '../claims/types.ts'
import type { OrganizationStore } from '../table/organizations.ts'

export interface OrganizationPorts {
  readonly organizations: Pick<OrganizationStore, 'get' | 'write'>
}

export type OrganizationOutcome<Refused extends string = never> =
  | { readonly result: 'done'; readonly org: Organization; readonly created: boolean }
  | { readonly result: 'refused'; readonly code: Refused | 'busy' }

/** An org that changes between reading and writing is read again this often. */
const MAX_ROUNDS = 5

/** Reads, plans and writes on the condition that nothing changed in between; what changes nothing isn't written. */
async function change<Refused extends string>(
  { organizations }: OrganizationPorts,
  orgId: string,
  { now, by }: { readonly now: Date; readonly by: Actor },
  plan: (current: Organization | undefined) => Organization | Refused,
): Promise<OrganizationOutcome<Refused>> {
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const current = await organizations.get(orgId)
    const next = plan(current?.org)
    if (typeof next === 'string') return { result: 'refused', code: next }
    if (current !== undefined && sameOrganization(current.org, next))
      return { result: 'done', org: next, created: false }
    const what = current === undefined ? 'organization.created' : 'organization.updated'
    const written = await organizations.write(next, current?.rev ?? 0, { what, at: now.toISOString(), by })
    if (written === 'written') return { result: 'done', org: next, created: current === undefined }
  }
  return { result: 'refused', code: 'busy' }
}

/** 1 R, and 1 W where something changes. */
export const putOrganization = (
  ports: OrganizationPorts,
  wanted: WantedOrganization,
  changedBy: { readonly now: Date; readonly by: Actor },
): Promise<OrganizationOutcome> =>
  change<never>(ports, wanted.orgId, changedBy, (current) => planOrganization(current, wanted, changedBy.now))

/** 1 R, and 1 W where something changes. */
export const changeSettings = (
  ports: OrganizationPorts,
  orgId: string,
  patch: SettingsPatch,
  changedBy: { readonly now: Date; readonly by: Actor },
): Promise<OrganizationOutcome<'organization_not_found'>> =>
  change(ports, orgId, changedBy, (current) =>
    current === undefined ? 'organization_not_found' : planSettings(current, patch),
  )
