import type { ClaimType, ContentLossReason } from '../types.ts'

/** The request of a CSV row, and the current state of the two orgs. */
export interface ExportedRow {
  readonly requested: ClaimType | undefined
  /** The row was exported as direct because content migration was switched off. */
  readonly migrationWasOff?: boolean | undefined
  /** Why content can't migrate now; `undefined`: it can. */
  readonly obstacle: ContentLossReason | undefined
}

/**
 * T5: whether a CSV row has a claim type from before the org's setting for content migration changed. Such a row is
 * refused: carried out as written, it would lose content that could be kept, or promise to keep content that can't
 * be.
 */
export function isStaleExport({ requested, migrationWasOff, obstacle }: ExportedRow): boolean {
  return obstacle === undefined
    ? requested === 'direct' && migrationWasOff === true
    : requested === 'delayed' && obstacle === 'migration_off'
}
