import type { ExportRef } from '../../contracts/messages/export.ts'
import type { ImportRef } from '../../contracts/messages/import.ts'
import type { ReportRequest } from '../../contracts/messages/report.ts'
import type { SyncRef } from '../../contracts/messages/sync.ts'
import { type JobCheck, checkJob } from '../../rules/jobs/job-lease.ts'
import { say } from '../../messages/messages.ts'
import type { Log } from '../../lib/log.ts'
import type { Metrics } from '../../lib/metrics.ts'
import type { ExportRecord, ExportStore } from '../../storage/stores/exports.ts'
import { type ImportRecord, UPLOAD_MISSED } from '../../storage/items/import-item.ts'
import type { ImportStore } from '../../storage/stores/imports.ts'
import { leaseOf } from '../../storage/items/job-lease.ts'
import type { SyncRecord } from '../../storage/items/sync-item.ts'
import type { SyncStore } from '../../storage/stores/syncs.ts'
import { type WriteExportPorts, writeExport } from '../exports/write-export.ts'
import { advanceImport, type ReadImportPorts, refuseFile } from '../imports/read-import.ts'
import { languageOfOrg } from '../organizations/org-language.ts'
import { warn } from '../directory/sync-warning.ts'
import { advanceSync } from '../directory/sync.ts'
import type { SyncPorts } from '../directory/sync-ports.ts'

/** I6: checks long jobs whose lease is over, and resumes those that made no progress. */

export interface JobState {
  readonly outcome: JobCheck['outcome'] | 'nothing_due'
}

const NOTHING_DUE: JobState = { outcome: 'nothing_due' }

/** Logs and counts one check. `job.stuck` needs a person, and is repeated until the job advances. */
export function reportJobState(
  { log, metrics }: { readonly log: Log; readonly metrics: Pick<Metrics, 'count'> },
  job: 'import' | 'export' | 'sync',
  { outcome }: JobState,
  ids: Readonly<Record<string, string>>,
): void {
  if (outcome === 'nothing_due' || outcome === 'early') return
  metrics.count('JobsRunning', 1, { job })
  if (outcome === 'advancing') {
    log.info('job.advancing', { job, ...ids })
    return
  }
  metrics.count('JobsStuck', 1, { job })
  if (outcome === 'stalled') log.warn('job.taken_up', { job, ...ids })
  else log.error('job.stuck', { job, ...ids })
}

const progressOfImport = ({ status, bytesRead, chunksDone }: ImportRecord): string =>
  `${status} ${bytesRead} ${chunksDone}`

export interface ResumeImportPorts extends ReadImportPorts {
  readonly imports: ImportStore
  readonly queueReport: (request: ReportRequest) => Promise<void>
}

/**
 * Reads the file on, sends all chunks again (finished ones are skipped), or asks for the report again. An import that
 * is stuck before the first row was claimed fails, since nothing is lost by that; later it is resumed without end, with
 * an alarm.
 */
export async function resumeImport(ports: ResumeImportPorts, ref: ImportRef): Promise<JobState> {
  const record = await ports.imports.get(ref.orgId, ref.importId)
  if (record === undefined) return NOTHING_DUE
  const now = ports.now()
  const check = checkJob(leaseOf(record), progressOfImport(record), now)
  if (check.outcome === 'early') return check
  // I11: nothing was uploaded before the form expired.
  if (record.status === 'waiting') {
    await refuseFile(ports, record, UPLOAD_MISSED, (texts) => texts.import.missed)
    return NOTHING_DUE
  }
  if (check.outcome === 'stuck' && record.status === 'reading') {
    await refuseFile(ports, record, 'import_stalled', (texts) => texts.import.stalled)
    return check
  }
  const isRead = record.status === 'running'
  const isStalled = check.outcome !== 'advancing'
  if ((await ports.imports.renewLease(record, check.lease, isRead && isStalled)).outcome === 'lost')
    return NOTHING_DUE
  if (!isStalled) return check
  if (isRead && record.chunksDone >= record.chunks) await ports.queueReport(ref)
  else await advanceImport(ports, ref)
  return check
}

const progressOfExport = ({ rows }: ExportRecord): string => `${rows}`

export interface ResumeExportPorts extends WriteExportPorts {
  readonly exports: Pick<ExportStore, 'get' | 'progress' | 'complete' | 'fail' | 'renewLease'>
}

/** Writes the export from the start. A stuck export fails, since it can be asked for again. */
export async function resumeExport(ports: ResumeExportPorts, ref: ExportRef): Promise<JobState> {
  const record = await ports.exports.get(ref.orgId, ref.exportId)
  if (record?.status !== 'running') return NOTHING_DUE
  const check = checkJob(leaseOf(record), progressOfExport(record), ports.now())
  if (check.outcome === 'early') return check
  if (check.outcome === 'stuck') {
    await ports.exports.fail(record, ports.now())
    return check
  }
  if ((await ports.exports.renewLease(record, check.lease)).outcome === 'lost') return NOTHING_DUE
  if (check.outcome === 'stalled') await writeExport(ports, ref)
  return check
}

const progressOfSync = ({
  phase,
  bytesRead,
  usersRead,
  runs,
  comparisonsDone,
  pagesDone,
}: SyncRecord): string => [phase, bytesRead, usersRead, runs, comparisonsDone, pagesDone].join(' ')

/**
 * Does what is due on a sync: a warning if it is over; if it runs, a check of its progress. Stuck before any user was
 * changed, it fails; later it is resumed without end, with an alarm.
 */
export async function resumeSync(
  ports: SyncPorts & { readonly syncs: SyncStore },
  ref: SyncRef,
): Promise<JobState> {
  const record = await ports.syncs.get(ref.orgId, ref.syncId)
  if (record === undefined) return NOTHING_DUE
  if (record.phase === 'completed') {
    await warn(ports, { kind: 'warn', ...ref })
    return NOTHING_DUE
  }
  const now = ports.now()
  const check = checkJob(leaseOf(record), progressOfSync(record), now)
  if (check.outcome === 'early') return check
  if (check.outcome === 'stuck' && record.phase !== 'apply') {
    const language = await languageOfOrg(ports.organizations, record.orgId)
    const message = say((texts) => texts.sync.stalled, language)
    await ports.syncs.fail(record, { code: 'sync_stalled', message }, now)
    return check
  }
  if ((await ports.syncs.renewLease(record, check.lease)).outcome === 'lost') return NOTHING_DUE
  if (check.outcome !== 'advancing') await advanceSync(ports, ref)
  return check
}
