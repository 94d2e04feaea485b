import { ObjectGone, type ObjectReader, type ObjectWriter } from '../aws/objects.ts'
import { messageFor, say } from '../claims/messages.ts'
import type { Actor } from '../claims/types.ts'
import { mapAccountHeader, parseAccountRow } from '../csv/account-columns.ts'
import { mapClaimHeader, parseClaimRow } from '../csv/claim-columns.ts'
import { type CsvRecord, readBatches } from '../csv/reader.ts'
import { reportWriter } from '../csv/report.ts'
import { strayQuote } from '../csv/row.ts'
import type { Clock } from '../kit/time.ts'
import type { Language } from '../mail/language.ts'
import type { ImportRecord, RowOutcome } from '../table/import-items.ts'
import type { ImportStore } from '../table/imports.ts'
import type { OrganizationStore } from '../table/organizations.ts'
import type { ImportRef } from './importing.ts'
import { languageOfOrg } from './org-language.ts'

export interface ReportingPorts {
  readonly imports: Pick<ImportStore, 'get' | 'outcomes' | 'complete'>
  readonly organizations: Pick<OrganizationStore, 'get'>
  readonly read: ObjectReader
  readonly write: ObjectWriter
  readonly now: Clock
}

/**
 * Writes an import's report: the file once more, with what became of each row (I4), streamed from S3 to S3. Called again
 * it writes the same report; only the first call completes the import.
 */
export async function writeReport(
  ports: ReportingPorts,
  ref: ImportRef,
): Promise<'completed' | 'nothing_to_do'> {
  const record = await ports.imports.get(ref.orgId, ref.importId)
  if (record?.status !== 'running' || record.chunksDone < record.chunks) return 'nothing_to_do'
  const reportKey = `reports/${record.orgId}/${record.importId}.csv`
  const counts = { codes: new Map<string, number>(), contentLoss: new Map<string, number>() }
  const language = await languageOfOrg(ports.organizations, record.orgId)
  await ports.write(reportKey, 'text/csv; charset=utf-8', reportBytes(ports, record, counts, language))
  const codes = Object.fromEntries(counts.codes)
  const contentLoss = Object.fromEntries(counts.contentLoss)
  const by: Actor = record.createdBy
  const completed = await ports.imports.complete(record, { reportKey, codes, contentLoss }, by, ports.now())
  return completed === 'written' ? 'completed' : 'nothing_to_do'
}

interface Counts {
  readonly codes: Map<string, number>
  readonly contentLoss: Map<string, number>
}

const countOne = (counts: Map<string, number>, key: string): unknown =>
  counts.set(key, (counts.get(key) ?? 0) + 1)

async function* reportBytes(
  ports: ReportingPorts,
  record: ImportRecord,
  counts: Counts,
  language: Language,
): AsyncGenerator<Uint8Array> {
  const { dialect, header = [] } = record
  if (dialect === undefined) throw new Error(`import ${record.importId} is running without a dialect`)
  const report = reportWriter(header, dialect.delimiter, record.kind === 'claims' ? claimColumns(header) : {})
  const outcomes = ports.imports.outcomes(record.importId)
  const reasons = reasonsOf(record, header, language)
  yield Buffer.from(report.header)
  for await (const rows of fileRows(ports, record)) {
    const lines = []
    for (const row of rows) {
      const { value: outcome, done } = await outcomes.next()
      if (done) throw new Error(`import ${record.importId} has rows without an outcome`)
      const { cells, line } = row
      for (const code of outcome.codes) countOne(counts.codes, code)
      if (outcome.made?.contentLoss !== undefined) countOne(counts.contentLoss, outcome.made.contentLoss)
      lines.push({ cells, outcome: { line, ...outcome, message: reasons(row, outcome) } })
    }
    yield Buffer.from(report.lines(lines))
  }
  if (!(await outcomes.next()).done) throw new Error(`import ${record.importId} has outcomes without a row`)
}

type ReadRow = Pick<CsvRecord, 'cells' | 'fault'>

/** I10: where a claimed row tells of the claim that was made; a column that the file lacks is added. */
const claimColumns = (header: readonly string[]) => ({ claimed: mapClaimHeader(header).at })

/** A row's own faults are told in full, from the row itself; what the service found is told by its code. */
function reasonsOf(record: ImportRecord, header: readonly string[], language: Language) {
  const parse = record.kind === 'claims' ? claimParser(header) : accountParser(header)
  return ({ cells, fault }: ReadRow, { result, codes }: RowOutcome): string => {
    if (result !== 'refused') return messageFor(codes, language)
    const parsed = fault === undefined ? parse(cells) : strayQuote
    if (!parsed.ok) return parsed.issues.map((issue) => say(issue.say, language)).join(' ')
    // One text for every id, so that nothing is told of which exist (E).
    return 'ref' in parsed.row && 'userId' in parsed.row.ref && codes.includes('domain_not_verified')
      ? messageFor(['unknown_id'], language)
      : messageFor(codes, language)
  }
}

function claimParser(header: readonly string[]) {
  const columns = mapClaimHeader(header)
  return (cells: readonly string[]) => parseClaimRow(cells, columns)
}

function accountParser(header: readonly string[]) {
  const columns = mapAccountHeader(header)
  return (cells: readonly string[]) => parseAccountRow(cells, columns)
}

/** The file's rows; of a file that was deleted or replaced meanwhile, empty ones, so that the outcomes are still told. */
async function* fileRows(
  ports: ReportingPorts,
  record: ImportRecord,
): AsyncGenerator<(ReadRow & Pick<CsvRecord, 'line'>)[]> {
  const { dialect, etag, objectKey } = record
  if (dialect === undefined || etag === undefined) return
  let source: AsyncIterable<Uint8Array>
  try {
    source = await ports.read({ key: objectKey, etag, startByte: dialect.headerByte })
  } catch (error) {
    if (!(error instanceof ObjectGone)) throw error
    for (let row = 1; row <= record.rowsRead; row++) yield [{ cells: [], line: row + dialect.headerLine }]
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
