import type { ClaimType } from '../types.ts'

/** What a row of a CSV asks for, and what holds of the two orgs by now. */
export interface ExportedRow {
  readonly requested: ClaimType | undefined
  /** The row was exported as direct because content migration was switched off. */
  readonly migrationWasOff?: boolean | undefined
  /** Whether content can migrate by now. */
  readonly canMigrate: boolean
  /** Whether it can't because the claiming org has content migration switched off. */
  readonly isMigrationOff: boolean
}

/**
 * T5: whether a CSV's row carries the claim type of before the org's setting for content migration changed. Such a row is
 * refused: claimed as it says, it would lose content that could be kept, or promise to keep what can't be.
 */
export function isStaleExport({
  requested,
  migrationWasOff,
  canMigrate,
  isMigrationOff,
}: ExportedRow): boolean {
  return canMigrate
    ? requested === 'direct' && migrationWasOff === true
    : requested === 'delayed' && isMigrationOff
}
