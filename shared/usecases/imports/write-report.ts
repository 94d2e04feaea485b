import type { ReportRequest } from '../../contracts/messages/report.ts'
import { objectKeys } from '../../contracts/object-keys.ts'
import { ObjectGone, type ObjectReader, type ObjectWriter } from '../../contracts/object-store.ts'
import { passOf } from '../../rules/imports/import-pass.ts'
import type { Actor, Organization } from '../../rules/types.ts'
import { mapClaimHeader } from '../../csv/claim-columns.ts'
import { CLAIM_HEADERS, normalizeHeader, READ_ONLY_HEADERS } from '../../csv/header-names.ts'
import { type CsvRecord, readBatches } from '../../csv/reader.ts'
import { reportWriter, type FilledColumn } from '../../csv/report.ts'
import type { Clock } from '../../lib/time.ts'
import { languageOf } from '../../mail/language.ts'
import type { ImportRecord, RowOutcome } from '../../storage/items/import-item.ts'
import type { ImportStore } from '../../storage/stores/imports.ts'
import type { OrganizationStore } from '../../storage/stores/organizations.ts'
import { isOpened, type OpenedImport } from './opened-import.ts'
import { claimParser, type ReadRow, reasonsOf } from './row-reasons.ts'
import { decisionOptions } from '../../rules/claims/decision.ts'
import { licensesFor } from '../../rules/claims/creation.ts'
import { mailsOfClaim } from '../../rules/enumerations.ts'

export interface WriteReportOutcome {
  readonly outcome: 'completed' | 'nothing_to_do'
}

export interface WriteReportPorts {
  readonly imports: Pick<ImportStore, 'get' | 'outcomes' | 'complete'>
  readonly organizations: Pick<OrganizationStore, 'get'>
  readonly read: ObjectReader
  readonly write: ObjectWriter
  readonly now: Clock
}

/**
 * Writes an import's report: the file with each row's outcome (I4), streamed from S3 to S3. A repeated call writes the
 * same report; only the first one completes the import.
 */
export async function writeReport(ports: WriteReportPorts, ref: ReportRequest): Promise<WriteReportOutcome> {
  const record = await ports.imports.get(ref.orgId, ref.importId)
  if (record?.status !== 'running' || record.chunksDone < record.chunks) return { outcome: 'nothing_to_do' }
  const reportKey = objectKeys.report(record.orgId, record.importId)
  const counts = { codes: new Map<string, number>(), contentLoss: new Map<string, number>() }
  const org = (await ports.organizations.get(record.orgId))?.org
  await ports.write(reportKey, 'text/csv; charset=utf-8', reportBytes(ports, record, counts, org))
  const codes = Object.fromEntries(counts.codes)
  const contentLoss = Object.fromEntries(counts.contentLoss)
  // I12: it may have been cancelled meanwhile, which ends a preview.
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
    const latest = await ports.imports.get(ref.orgId, ref.importId)
    if (latest?.status !== 'running') return { outcome: 'nothing_to_do' }
    const by: Actor = latest.createdBy
    const done = { reportKey, codes, contentLoss }
    if ((await ports.imports.complete(latest, done, by, ports.now())).outcome === 'written')
      return { outcome: 'completed' }
  }
  throw new Error(`import ${ref.importId} kept changing while its report was written`)
}

/** The import can only be cancelled once and completed once meanwhile. */
const MAX_ATTEMPTS = 3

interface Counts {
  readonly codes: Map<string, number>
  readonly contentLoss: Map<string, number>
}

const countOne = (counts: Map<string, number>, key: string): unknown =>
  counts.set(key, (counts.get(key) ?? 0) + 1)

async function* reportBytes(
  ports: WriteReportPorts,
  record: ImportRecord,
  counts: Counts,
  org: Organization | undefined,
): AsyncGenerator<Uint8Array> {
  if (!isOpened(record)) throw new Error(`import ${record.importId} is running and its file hasn't been read`)
  const { dialect, header } = record
  const added = addedColumnsOf(record, org)
  const report = reportWriter(header, dialect.delimiter, added.columns)
  const outcomes = ports.imports.outcomes(record)
  const reasons = reasonsOf(record, languageOf(org?.settings.locale ?? ''))
  yield Buffer.from(report.header)
  for await (const rows of fileRows(ports, record)) {
    const lines = []
    for (const row of rows) {
      const { value: outcome, done } = await outcomes.next()
      if (done) throw new Error(`import ${record.importId} has rows without an outcome`)
      const { cells, line } = row
      for (const code of outcome.codes) countOne(counts.codes, code)
      if (outcome.made?.contentLoss !== undefined) countOne(counts.contentLoss, outcome.made.contentLoss)
      const message = reasons(row, outcome)
      lines.push({ cells, outcome: { line, ...outcome, message, ...added.of(row, outcome) } })
    }
    yield Buffer.from(report.lines(lines))
  }
  if (!(await outcomes.next()).done) throw new Error(`import ${record.importId} has outcomes without a row`)
}

const ADDED = {
  type: CLAIM_HEADERS.type[0],
  contentLoss: CLAIM_HEADERS.contentLoss[0],
  licenses: CLAIM_HEADERS.licenses[0],
  decisions: READ_ONLY_HEADERS[2],
  mails: READ_ONLY_HEADERS[3],
} as const
const SEPARATOR = '|'

/**
 * I10: the columns about the claim that a row made; P1: about the one that it would make, with all that a preview
 * shows.
 */
function addedColumnsOf(record: OpenedImport, org: Organization | undefined) {
  const { header, kind } = record
  if (kind !== 'claims') return { columns: [], of: () => ({}) }
  const { at } = mapClaimHeader(header)
  const made: FilledColumn[] = [
    { name: ADDED.type, at: at.type },
    { name: ADDED.contentLoss, at: at.contentLoss },
  ]
  const would: FilledColumn[] = [
    { name: ADDED.licenses, at: at.licenses },
    { name: ADDED.decisions, at: placeOf(header, ADDED.decisions) },
    { name: ADDED.mails, at: placeOf(header, ADDED.mails) },
  ]
  const parse = claimParser(header)
  return {
    columns: passOf(record) === 'preview' ? [...made, ...would] : made,
    of({ cells }: ReadRow, { result, made: claim }: RowOutcome): { filled?: Record<string, string> } {
      if (claim === undefined) return {}
      const { type, contentLoss = '', paid = false } = claim
      const filled = { [ADDED.type]: type, [ADDED.contentLoss]: contentLoss }
      if (result !== 'claimable' || org === undefined) return { filled }
      const parsed = parse(cells)
      return {
        filled: {
          ...filled,
          [ADDED.licenses]: licensesFor(
            parsed.outcome === 'parsed' ? parsed.row.licenses : undefined,
            org,
          ).join(SEPARATOR),
          [ADDED.decisions]: decisionOptions(type, paid).join(SEPARATOR),
          [ADDED.mails]: mailsOfClaim[type].join(SEPARATOR),
        },
      }
    },
  }
}

/** The column's position in a preview's report that is previewed again. */
function placeOf(header: readonly string[], name: string): number | undefined {
  const index = header.findIndex((cell) => normalizeHeader(cell) === normalizeHeader(name))
  return index < 0 ? undefined : index
}

/**
 * The file's rows; empty ones if the file was deleted or replaced meanwhile, so that the outcomes are still reported.
 */
async function* fileRows(
  ports: WriteReportPorts,
  { dialect, etag, objectKey, rowsRead }: OpenedImport,
): AsyncGenerator<(ReadRow & Pick<CsvRecord, 'line'>)[]> {
  let source: AsyncIterable<Uint8Array>
  try {
    source = await ports.read({ key: objectKey, etag, startByte: dialect.headerByte })
  } catch (error) {
    if (!(error instanceof ObjectGone)) throw error
    for (let row = 1; row <= rowsRead; row++) yield [{ cells: [], line: row + dialect.headerLine }]
    return
  }
  let isHeader = true
  for await (const batch of readBatches(source, dialect, {
    byte: dialect.headerByte,
    line: dialect.headerLine,
  })) {
    yield isHeader ? batch.slice(1) : batch
    isHeader = false
  }
}
