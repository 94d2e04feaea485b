import type { ClaimType, ContentLossReason, Organization } from '../types.ts'

export type TypeRefusal = 'delayed_not_available' | 'stale_export'

export type ChosenType =
  | { readonly ok: true; readonly type: 'delayed' }
  | { readonly ok: true; readonly type: 'direct'; readonly contentLoss: ContentLossReason }
  | { readonly ok: false; readonly code: TypeRefusal }

export interface TypeFacts {
  readonly claimingOrg: Organization
  readonly sourceOrg: Organization
  /** What the request asks for; `undefined`: the default of T2. */
  readonly requested: ClaimType | undefined
  /** A CSV's type was right when the file was exported; if it no longer is, the file is stale (T5). */
  readonly fromCsv: boolean
  /** T5: what the CSV's row says of the time it was exported: direct since no org's content could migrate then. */
  readonly migrationWasOff?: boolean | undefined
  /** T3: source orgs created after this instant can't have content migrated; `undefined`: no cutoff. */
  readonly migrationCutoff: Date | undefined
}

/** T1 and T3: why the content of the source org's accounts can't migrate to the claiming org; `undefined`: it can. */
export function migrationObstacle(
  facts: Pick<TypeFacts, 'claimingOrg' | 'sourceOrg' | 'migrationCutoff'>,
): ContentLossReason | undefined {
  const { claimingOrg, sourceOrg, migrationCutoff } = facts
  if (!claimingOrg.settings.allowContentMigration) return 'migration_off'
  if (sourceOrg.kind !== 'consumer') return 'enterprise_source'
  if (migrationCutoff !== undefined && new Date(sourceOrg.createdAt) > migrationCutoff)
    return 'created_after_cutoff'
  if (sourceOrg.region !== claimingOrg.region) return 'other_region'
  return undefined
}

/**
 * Direct or delayed (T1–T4). `delayed` that was asked for and can't be had is refused, never made direct: that would
 * lose the content behind the admin's back. So would a `direct` that was exported while nothing could migrate, and that
 * nobody chose: it is refused once content can (T5).
 */
export function chooseType(facts: TypeFacts): ChosenType {
  const obstacle = migrationObstacle(facts)
  if (obstacle === undefined) {
    if (facts.requested !== 'direct') return { ok: true, type: 'delayed' }
    if (facts.fromCsv && facts.migrationWasOff === true) return { ok: false, code: 'stale_export' }
    return { ok: true, type: 'direct', contentLoss: 'chosen_direct' }
  }
  if (facts.requested === 'delayed') {
    const stale = facts.fromCsv && obstacle === 'migration_off'
    return { ok: false, code: stale ? 'stale_export' : 'delayed_not_available' }
  }
  return { ok: true, type: 'direct', contentLoss: obstacle }
}
