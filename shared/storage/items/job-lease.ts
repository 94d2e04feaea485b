import * as z from 'zod'
import type { JobLease } from '../../rules/jobs/job-lease.ts'
import { shardOf } from '../../lib/shard.ts'
import { indexKeys } from '../keys.ts'

/** Attributes of the lease of an import, an export or a sync; `dueAt` is the due index's own. */
export const jobLeaseSchema = {
  dueAt: z.string().optional(),
  leaseSeen: z.string().optional(),
  leaseTakes: z.number().optional(),
}

type Leased = { readonly [N in keyof typeof jobLeaseSchema]?: z.output<(typeof jobLeaseSchema)[N]> }

export const leaseOf = ({ dueAt, leaseSeen = '', leaseTakes = 0 }: Leased): JobLease | undefined =>
  dueAt === undefined ? undefined : { dueAt, progressSeen: leaseSeen, resumptions: leaseTakes }

/** Attributes and index keys of a lease; `undefined` for all of them if nothing is running. */
export const leaseAttributes = (jobId: string, lease: JobLease | undefined) => ({
  dueShard: lease && indexKeys.dueShard('job', shardOf(jobId)),
  dueAt: lease?.dueAt,
  leaseSeen: lease?.progressSeen,
  leaseTakes: lease?.resumptions,
})
