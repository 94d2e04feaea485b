import { HOUR_MS, isoSecond, MINUTE_MS } from '../../lib/time.ts'

import { UPLOAD_FORM_MS } from '../limits.ts'

/**
 * Long jobs that somebody's message takes further: imports, exports, syncs. A message may be lost for good (a dead letter, a
 * queue that was purged), so each job under way stands in the due index with a lease, and the sweep looks whether it got on
 * since it last looked.
 */

/** After so long without getting on, a job is taken up again; each time in vain twice as long, up to the longest. */
export const JOB_LEASE_MS = 15 * MINUTE_MS
const LONGEST_LEASE_MS = 4 * HOUR_MS
/** Taken up so often in vain, some 12 hours, a job is stuck: it fails where that loses nothing, else it takes a person. */
export const MAX_FRUITLESS_TAKES = 6

/** What a job's item keeps of it. */
export interface JobLease {
  readonly dueAt: string
  /** How far it was when it was last looked at. */
  readonly progressSeen: string
  /** How often in a row it was taken up since, in vain. */
  readonly takes: number
}

/** Of a job that begins. */
export const firstLease = (now: Date): JobLease => leaseUntil(now, '', 0)

/** I11: of one that waits for an upload, until its form has expired. */
export const uploadLease = (now: Date): JobLease => ({
  dueAt: isoSecond(new Date(now.getTime() + UPLOAD_FORM_MS)),
  progressSeen: '',
  takes: 0,
})

const leaseUntil = (now: Date, seen: string, takes: number): JobLease => ({
  dueAt: isoSecond(new Date(now.getTime() + Math.min(LONGEST_LEASE_MS, JOB_LEASE_MS * 2 ** takes))),
  progressSeen: seen,
  takes,
})

export type JobCheck =
  /** Its lease isn't over: somebody else has looked. */
  | { readonly state: 'early' }
  /** It gets on by itself. */
  | { readonly state: 'advancing'; readonly lease: JobLease }
  /** It is to be taken up again. */
  | { readonly state: 'stalled'; readonly lease: JobLease }
  /** As `stalled`, and that was in vain too often. */
  | { readonly state: 'stuck'; readonly lease: JobLease }

/** @param progress how far it is: any text that changes as soon as it gets on */
export function checkJob(lease: JobLease | undefined, progress: string, now: Date): JobCheck {
  if (lease === undefined || now < new Date(lease.dueAt)) return { state: 'early' }
  if (progress !== lease.progressSeen) return { state: 'advancing', lease: leaseUntil(now, progress, 0) }
  const takes = lease.takes + 1
  return { state: takes > MAX_FRUITLESS_TAKES ? 'stuck' : 'stalled', lease: leaseUntil(now, progress, takes) }
}
