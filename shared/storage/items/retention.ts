import { DAY_MS, epochSeconds } from '../../lib/time.ts'
import { tableSchema } from '../schema.ts'

/** As long as the files that they are about are kept in the bucket: less than the 30 days to a deletion (Y7). */
const FILE_RETENTION_DAYS = 28

/** For items that tell of files: until when the table keeps them. */
export const fileRetention = (createdAt: string) => ({
  [tableSchema.ttlAttribute]: epochSeconds(new Date(Date.parse(createdAt) + FILE_RETENTION_DAYS * DAY_MS)),
})
