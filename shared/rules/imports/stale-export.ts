import type { ClaimType, ContentLossReason } from '../types.ts'

/** What a row of a CSV asks for, and what holds of the two orgs by now. */
export interface ExportedRow {
  readonly requested: ClaimType | undefined
  /** The row was exported as direct because content migration was switched off. */
  readonly migrationWasOff?: boolean | undefined
  /** Why content can't migrate by now; `undefined`: it can. */
  readonly obstacle: ContentLossReason | undefined
}

/**
 * T5: whether a CSV's row carries the claim type of before the org's setting for content migration changed. Such a row is
 * refused: claimed as it says, it would lose content that could be kept, or promise to keep what can't be.
 */
export function isStaleExport({ requested, migrationWasOff, obstacle }: ExportedRow): boolean {
  return obstacle === undefined
    ? requested === 'direct' && migrationWasOff === true
    : requested === 'delayed' && obstacle === 'migration_off'
}
