import * as z from 'zod'
import type { JobLease } from '../../rules/jobs/job-lease.ts'
import { shardOf } from '../../lib/shard.ts'
import { indexKeys } from '../keys.ts'

/** What an import's, an export's or a sync's item has of its lease, beside the due index's own attributes. */
export const jobLeaseSchema = {
  dueAt: z.string().optional(),
  leaseSeen: z.string().optional(),
  leaseTakes: z.number().optional(),
}

type Leased = { readonly [N in keyof typeof jobLeaseSchema]?: z.output<(typeof jobLeaseSchema)[N]> }

export const leaseOf = ({ dueAt, leaseSeen = '', leaseTakes = 0 }: Leased): JobLease | undefined =>
  dueAt === undefined ? undefined : { dueAt, progressSeen: leaseSeen, resumptions: leaseTakes }

/** Attributes and index keys; all absent where nothing is under way. */
export const leaseAttributes = (jobId: string, lease: JobLease | undefined) => ({
  dueShard: lease && indexKeys.dueShard('job', shardOf(jobId)),
  dueAt: lease?.dueAt,
  leaseSeen: lease?.progressSeen,
  leaseTakes: lease?.resumptions,
})
