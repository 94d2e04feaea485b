import { HOUR_MS, isoSecond, MINUTE_MS } from '../../lib/time.ts'

import { UPLOAD_FORM_MS } from '../limits.ts'

/**
 * Leases of long jobs (imports, exports, syncs), which advance by messages. A message may be lost for good (a dead
 * letter, a purged queue), so each running job is in the due index with a lease, and the sweep checks whether it
 * advanced since the last check.
 */

/**
 * How long a job may make no progress before it is resumed. Doubles after each unsuccessful resumption, up to the
 * maximum.
 */
export const JOB_LEASE_MS = 15 * MINUTE_MS
const LONGEST_LEASE_MS = 4 * HOUR_MS
/**
 * Unsuccessful resumptions, over some 12 hours, after which a job is stuck. It then fails if that loses nothing;
 * otherwise a person must look.
 */
export const MAX_FRUITLESS_RESUMPTIONS = 6

/** The lease as stored with the job. */
export interface JobLease {
  readonly dueAt: string
  /** The progress at the last check. */
  readonly progressSeen: string
  /** Resumptions in a row without progress. */
  readonly resumptions: number
}

/** The lease of a new job. */
export const firstLease = (now: Date): JobLease => leaseUntil(now, '', 0)

/** I11: the lease of a job that waits for an upload: until its form expires. */
export const uploadLease = (now: Date): JobLease => ({
  dueAt: isoSecond(new Date(now.getTime() + UPLOAD_FORM_MS)),
  progressSeen: '',
  resumptions: 0,
})

const leaseUntil = (now: Date, seen: string, resumptions: number): JobLease => ({
  dueAt: isoSecond(new Date(now.getTime() + Math.min(LONGEST_LEASE_MS, JOB_LEASE_MS * 2 ** resumptions))),
  progressSeen: seen,
  resumptions,
})

export type JobCheck =
  /** The lease hasn't expired: another check was made. */
  | { readonly outcome: 'early' }
  /** The job advances by itself. */
  | { readonly outcome: 'advancing'; readonly lease: JobLease }
  /** The job has to be resumed. */
  | { readonly outcome: 'stalled'; readonly lease: JobLease }
  /** The job was resumed unsuccessfully too often. */
  | { readonly outcome: 'stuck'; readonly lease: JobLease }

/**
 * Checks a job whose lease has expired.
 * @param progress any text that changes whenever the job advances
 */
export function checkJob(lease: JobLease | undefined, progress: string, now: Date): JobCheck {
  if (lease === undefined || now < new Date(lease.dueAt)) return { outcome: 'early' }
  if (progress !== lease.progressSeen) return { outcome: 'advancing', lease: leaseUntil(now, progress, 0) }
  const resumptions = lease.resumptions + 1
  return {
    outcome: resumptions > MAX_FRUITLESS_RESUMPTIONS ? 'stuck' : 'stalled',
    lease: leaseUntil(now, progress, resumptions),
  }
}
