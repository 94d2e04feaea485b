import type { ObjectRemover } from '../../contracts/object-store.ts'
import { orgFolders } from '../../contracts/object-keys.ts'
import { mapConcurrent } from '../../lib/concurrency.ts'
import { type Lost, LOST, retryOrThrow, withoutPause } from '../../lib/optimistic-retry.ts'
import type { WalkPosition } from '../../storage/queries/walk.ts'
import type { DomainStore } from '../../storage/stores/domains.ts'
import type { OrganizationPartStore } from '../../storage/stores/organization-parts.ts'
import { BY, type DeleteAccountPorts, shouldHandOver } from './delete-account.ts'

export interface OrganizationPartsPorts extends Pick<DeleteAccountPorts, 'isPaused' | 'now' | 'timeLeftMs'> {
  readonly domains: Pick<DomainStore, 'get' | 'release' | 'remove'>
  readonly parts: OrganizationPartStore
  readonly objects: ObjectRemover
}

const PARTS_PER_PAGE = 100
const OBJECTS_AT_ONCE = 8
/** Others may change a domain in between; each time, one of them made progress. */
const MAX_ROUNDS = 20

/** @returns whether nothing is left */
export async function removeParts(ports: OrganizationPartsPorts, orgId: string): Promise<boolean> {
  const { parts } = ports
  for (;;) {
    const page = await parts.first(orgId, PARTS_PER_PAGE)
    if (page.length === 0) return true
    for (const part of page) {
      if (await shouldHandOver(ports)) return false
      if (part.kind === 'domain') {
        await removeDomain(ports, orgId, part.domain)
        continue
      }
      if (part.inner !== undefined && !(await removeInner(ports, part.inner))) return false
      await parts.delete(part.key)
    }
  }
}

/** @returns whether nothing is left */
async function removeInner(ports: OrganizationPartsPorts, inner: string): Promise<boolean> {
  for (let more = true; more; ) {
    more = await ports.parts.deleteInner(inner, PARTS_PER_PAGE)
    if (await shouldHandOver(ports)) return false
  }
  return true
}

/** Released first, so that another org can claim it (D2, D3). */
async function removeDomain(
  { domains, now }: OrganizationPartsPorts,
  orgId: string,
  name: string,
): Promise<void> {
  await retryOrThrow(
    `domain ${name} of organization ${orgId}`,
    async (): Promise<undefined | Lost> => {
      const domain = await domains.get(orgId, name)
      if (domain === undefined) return
      const at = now().toISOString()
      if (domain.status === 'claimed') await domains.release(domain, { what: 'domain.released', at, by: BY })
      else await domains.remove(domain, { what: 'domain.removed', at, by: BY })
      return LOST
    },
    { rounds: MAX_ROUNDS, pause: withoutPause },
  )
}

/** @returns whether nothing is left */
export async function removeObjects(ports: OrganizationPartsPorts, orgId: string): Promise<boolean> {
  const { objects } = ports
  for (const folder of orgFolders) {
    let page: string[] = []
    const flush = async (): Promise<void> => {
      await mapConcurrent(page, OBJECTS_AT_ONCE, objects.remove)
      page = []
    }
    // The slash: `acme` is no part of `acme-two`.
    for await (const key of objects.list(`${folder}/${orgId}/`)) {
      page.push(key)
      if (page.length < PARTS_PER_PAGE) continue
      await flush()
      if (await shouldHandOver(ports)) return false
    }
    await flush()
  }
  return true
}

/** @returns whether none is left, as far as the index knows */
export async function removeClosedClaims(ports: OrganizationPartsPorts, orgId: string): Promise<boolean> {
  let from: WalkPosition | undefined
  do {
    if (await shouldHandOver(ports)) return false
    from = await ports.parts.deleteClosedClaims(orgId, PARTS_PER_PAGE, from)
  } while (from !== undefined)
  return true
}
