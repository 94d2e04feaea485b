import type { ExportRef } from '../../contracts/messages/export.ts'
import { objectKeys } from '../../contracts/object-keys.ts'
import type { ObjectWriter } from '../../contracts/object-store.ts'
import type { Organization } from '../../rules/types.ts'
import { viewClaim } from '../../rules/claims/views.ts'
import { EXPORT_HEADER, exportLines } from '../../csv/claimable-users-export.ts'
import { CLAIMS_HEADER, claimLines } from '../../csv/claims-export.ts'
import type { Clock } from '../../lib/time.ts'
import type { ClaimStore } from '../../storage/stores/claims.ts'
import type { ExportRecord, ExportStore } from '../../storage/stores/exports.ts'
import type { OrganizationStore } from '../../storage/stores/organizations.ts'
import { type ClaimablePorts, claimableUsers } from '../claims/claimable-users.ts'
import { organizationNames } from '../lists/organization-names.ts'

export interface WriteExportOutcome {
  readonly outcome: 'completed' | 'failed' | 'nothing_to_do'
}

export interface WriteExportPorts extends ClaimablePorts {
  readonly organizations: Pick<OrganizationStore, 'get' | 'getMany'>
  readonly exports: Pick<ExportStore, 'get' | 'progress' | 'complete' | 'fail'>
  readonly claims: Pick<ClaimStore, 'list'>
  readonly write: ObjectWriter
  readonly migrationCutoff: Date | undefined
  readonly now: Clock
}

const NOTHING_TO_DO: WriteExportOutcome = { outcome: 'nothing_to_do' }

/** Rows between two updates of an export's progress. */
const ROWS_PER_REPORT = 10_000

/**
 * Writes a CSV of every user that the org can claim (C1), or of all its claims, streamed from the table to
 * S3, so memory doesn't grow with the number of rows. Called again, it writes the same file anew, and only
 * the first call completes the export.
 */
export async function writeExport(ports: WriteExportPorts, ref: ExportRef): Promise<WriteExportOutcome> {
  const record = await ports.exports.get(ref.orgId, ref.exportId)
  if (record?.status !== 'running') return NOTHING_TO_DO
  const claimingOrg = (await ports.organizations.get(record.orgId))?.org
  if (claimingOrg === undefined)
    return (await ports.exports.fail(record, ports.now())).outcome === 'written'
      ? { outcome: 'failed' }
      : NOTHING_TO_DO
  const objectKey = objectKeys.export(record.orgId, record.exportId)
  const counted = { rows: 0 }
  const bytes =
    record.of === 'claims'
      ? bytesOf(ports, record, counted, CLAIMS_HEADER, pagesOfClaims(ports, record.orgId))
      : bytesOf(ports, record, counted, EXPORT_HEADER, pagesOfUsers(ports, claimingOrg))
  await ports.write(objectKey, 'text/csv; charset=utf-8', bytes)
  const ended = await ports.exports.complete(record, { ...counted, objectKey }, ports.now())
  return ended.outcome === 'written' ? { outcome: 'completed' } : NOTHING_TO_DO
}

/** Some rows of the file. */
interface Rows {
  readonly count: number
  readonly text: string
}

/** The file, and how many rows of it have been written so far, into `counted`. Reports its progress now and then. */
async function* bytesOf(
  { exports }: WriteExportPorts,
  record: ExportRecord,
  counted: { rows: number },
  header: string,
  pages: AsyncIterable<Rows>,
): AsyncGenerator<Uint8Array> {
  yield Buffer.from(header)
  let reported = 0
  for await (const { count, text } of pages) {
    if (count === 0) continue
    counted.rows += count
    yield Buffer.from(text)
    if (counted.rows - reported < ROWS_PER_REPORT) continue
    reported = counted.rows
    await exports.progress(record, reported)
  }
}

async function* pagesOfUsers(ports: WriteExportPorts, claimingOrg: Organization): AsyncGenerator<Rows> {
  const request = { claimingOrg, migrationCutoff: ports.migrationCutoff }
  for await (const users of claimableUsers(ports, request)) {
    const lines = users.map(({ record: { account }, sourceOrg, type, contentLoss, licenses }) => ({
      ...account,
      sourceOrgName: sourceOrg.name,
      type,
      contentLoss,
      licenses,
    }))
    yield { count: lines.length, text: exportLines(lines) }
  }
}

/** Claims read at a time. */
const CLAIMS_PER_PAGE = 1_000

/** All claims of the org, newest first. 0.5 R a shard and page, 1 R a claim. */
async function* pagesOfClaims(ports: WriteExportPorts, orgId: string): AsyncGenerator<Rows> {
  let before: string | undefined
  do {
    const { items: found, next } = await ports.claims.list(orgId, CLAIMS_PER_PAGE, before)
    const sourceOrgIds = found.map(({ claim }) => claim.sourceOrgId)
    const nameOf = await organizationNames(ports, sourceOrgIds)
    // The list leaves out what an admin may do about a claim, which depends on the time.
    const input = { now: ports.now(), domainClaimed: false, originalIsPaid: false }
    const lines = found.map(({ claim }) => ({
      ...viewClaim(claim, input),
      sourceOrganizationName: nameOf(claim.sourceOrgId),
    }))
    yield { count: lines.length, text: claimLines(lines) }
    before = next
  } while (before !== undefined)
}
