import { FILE_RETENTION_MS } from '../../contracts/retention.ts'
import { epochSeconds } from '../../lib/time.ts'
import { tableSchema } from '../schema.ts'

/** The attribute by which the table deletes an item, within days after the period is over. */
export const expiringAfter = (from: Date, periodMs: number) => ({
  [tableSchema.ttlAttribute]: epochSeconds(new Date(from.getTime() + periodMs)),
})

/** For items about a file: they expire with it. @param createdAt ISO 8601 */
export const fileRetention = (createdAt: string) => expiringAfter(new Date(createdAt), FILE_RETENTION_MS)
