import { isStaleExport } from '../imports/stale-export.ts'
import type { ClaimType, ContentLossReason, Organization } from '../types.ts'

export type TypeRefusal = 'delayed_not_available' | 'stale_export'

export type ChosenType =
  | { readonly outcome: 'chosen'; readonly type: 'delayed' }
  | { readonly outcome: 'chosen'; readonly type: 'direct'; readonly contentLoss: ContentLossReason }
  | { readonly outcome: 'refused'; readonly code: TypeRefusal }

export interface ClaimTypeInput {
  readonly claimingOrg: Organization
  readonly sourceOrg: Organization
  /** The requested type; `undefined`: the default of T2. */
  readonly requested: ClaimType | undefined
  /** Whether the type comes from a CSV, where it may have become stale since the export (T5). */
  readonly fromCsv: boolean
  /** T5: the CSV's row was exported as direct because content migration was switched off. */
  readonly migrationWasOff?: boolean | undefined
  /** T3: the content of source orgs created after this instant can't be migrated; `undefined`: no cutoff. */
  readonly migrationCutoff: Date | undefined
}

/** T1, T3: why content of the source org can't migrate to the claiming org; `undefined`: it can. */
export function migrationObstacle(
  input: Pick<ClaimTypeInput, 'claimingOrg' | 'sourceOrg' | 'migrationCutoff'>,
): ContentLossReason | undefined {
  const { claimingOrg, sourceOrg, migrationCutoff } = input
  if (!claimingOrg.settings.allowContentMigration) return 'migration_off'
  if (sourceOrg.kind !== 'consumer') return 'enterprise_source'
  if (new Date(sourceOrg.createdAt).getTime() > (migrationCutoff?.getTime() ?? Number.POSITIVE_INFINITY))
    return 'created_after_cutoff'
  if (sourceOrg.region !== claimingOrg.region) return 'other_region'
  return undefined
}

/**
 * T1–T4: chooses direct or delayed. A requested `delayed` that isn't available is refused and never made direct, which
 * would silently lose the content. For the same reason, a row of an outdated export is refused (T5).
 */
export function chooseType(input: ClaimTypeInput): ChosenType {
  const { requested, fromCsv, migrationWasOff } = input
  const obstacle = migrationObstacle(input)
  if (fromCsv && isStaleExport({ requested, migrationWasOff, obstacle }))
    return { outcome: 'refused', code: 'stale_export' }
  if (obstacle === undefined)
    return requested === 'direct'
      ? { outcome: 'chosen', type: 'direct', contentLoss: 'chosen_direct' }
      : { outcome: 'chosen', type: 'delayed' }
  return requested === 'delayed'
    ? { outcome: 'refused', code: 'delayed_not_available' }
    : { outcome: 'chosen', type: 'direct', contentLoss: obstacle }
}
