import type { ChunkRequest } from '../../contracts/messages/import-rows.ts'
import type { ReportRequest } from '../../contracts/messages/report.ts'
import { ObjectGone, type ObjectReader } from '../../contracts/object-store.ts'
import { mapAccountHeader, parseAccountRow } from '../../csv/account-columns.ts'
import { mapClaimHeader, parseClaimRow } from '../../csv/claim-columns.ts'
import { type CsvRecord, readRecords } from '../../csv/reader.ts'
import { strayQuote } from '../../csv/row.ts'
import type { Clock } from '../../lib/time.ts'
import { originOfRow } from '../../rules/claims/idempotency-origin.ts'
import { type ImportPass, passOf } from '../../rules/imports/import-pass.ts'
import type { ImportRecord, RowOutcome } from '../../storage/items/import-item.ts'
import type { ImportStore } from '../../storage/stores/imports.ts'
import type { OrganizationStore } from '../../storage/stores/organizations.ts'
import {
  type ClaimingPorts,
  type ClaimOutcome,
  type ClaimTarget,
  claimAccounts,
} from '../claims/claim-users.ts'
import { cancelledRows } from './cancelled-rows.ts'
import { type LoadAccountsPorts, loadAccounts } from './load-accounts.ts'
import { isOpened, type OpenedImport } from './opened-import.ts'
import { previewRows, type RowPreview } from './preview-rows.ts'

export interface RowPorts {
  readonly imports: Pick<ImportStore, 'getForChunk' | 'get' | 'recordChunk'>
  readonly read: ObjectReader
  readonly claimPorts: ClaimingPorts
  readonly loadPorts: LoadAccountsPorts
  readonly organizations: Pick<OrganizationStore, 'get'>
  readonly migrationCutoff: Date | undefined
  /** Asks for the import's report. */
  readonly queueReport: (request: ReportRequest) => Promise<void>
  readonly now: Clock
}

/** The outcomes of a chunk's rows; `undefined` instead if there was nothing to do (any more). */
export interface HandledChunk {
  readonly kind: ImportRecord['kind']
  readonly pass: ImportPass
  readonly outcomes: readonly RowOutcome[]
}

/**
 * Handles one chunk of an import's rows and records each row's outcome (I3). Repeating a finished chunk does nothing;
 * repeating an interrupted one claims the rest, and recognizes rows that were claimed by their origin (I6).
 */
export async function handleChunk(ports: RowPorts, message: ChunkRequest): Promise<HandledChunk | undefined> {
  const { record, done } = await ports.imports.getForChunk(message)
  // O1: it was deleted with its org.
  if (record === undefined) return undefined
  if (!isOpened(record)) throw new Error(`no import ${message.importId} that could be running`)
  const ref = { ...record, chunk: message.chunk }
  if (done !== undefined) {
    if (done.isPartDone) await reportIfDone(ports, record)
    return undefined
  }
  const outcomes = await outcomesOf(ports, record, message)
  const { isPartDone } = await ports.imports.recordChunk(ref, outcomes)
  if (isPartDone) await reportIfDone(ports, record)
  return { kind: record.kind, pass: passOf(record), outcomes }
}

/**
 * The worker that counts the last chunk asks for the report; if it dies before that, its chunk is delivered again. Each
 * worker checks after counting its own chunk, so of two that finish at once at least one sees that all are done.
 */
async function reportIfDone(ports: RowPorts, { orgId, importId }: ImportRecord): Promise<void> {
  const record = await ports.imports.get(orgId, importId)
  if (record?.status === 'running' && record.chunksDone >= record.chunks)
    await ports.queueReport({ orgId, importId })
}

async function outcomesOf(
  ports: RowPorts,
  record: OpenedImport,
  message: ChunkRequest,
): Promise<RowOutcome[]> {
  const rows = await readRows(ports, record, message)
  if (rows === undefined) {
    const code = record.cancelledAt === undefined ? 'file_replaced' : 'cancelled'
    return Array.from({ length: message.rows }, () => refused(code))
  }
  if (rows.length !== message.rows)
    throw new Error(
      `chunk ${message.chunk} of import ${message.importId} has ${rows.length} rows and not ${message.rows}`,
    )
  return record.kind === 'claims' ? claimRows(ports, record, rows) : loadRows(ports, record, rows)
}

const refused = (...codes: string[]): RowOutcome => ({ result: 'refused', codes })

async function readRows(
  ports: RowPorts,
  { objectKey, etag, dialect }: OpenedImport,
  { startByte, endByte, firstLine }: ChunkRequest,
): Promise<CsvRecord[] | undefined> {
  try {
    const source = await ports.read({ key: objectKey, etag, startByte, endByte })
    return await Array.fromAsync(readRecords(source, dialect, { byte: startByte, line: firstLine }))
  } catch (error) {
    if (error instanceof ObjectGone) return undefined
    throw error
  }
}

async function claimRows(
  ports: RowPorts,
  record: OpenedImport,
  rows: readonly CsvRecord[],
): Promise<RowOutcome[]> {
  const claimingOrg = (await ports.organizations.get(record.orgId))?.org
  if (claimingOrg === undefined) return rows.map(() => refused('unknown_organization'))
  const columns = mapClaimHeader(record.header)
  const parsed = rows.map(({ cells, line, fault }) => ({
    line,
    row: fault === undefined ? parseClaimRow(cells, columns) : strayQuote,
  }))
  const targets: ClaimTarget[] = parsed.flatMap(({ line, row }) =>
    row.outcome === 'parsed' ? [{ ...row.row, origin: originOfRow(record.importId, line) }] : [],
  )
  const request = {
    claimingOrg,
    by: `import:${record.importId}`,
    createdBy: record.createdBy,
    now: ports.now(),
    fromCsv: true,
    noInvitation: record.noInvitations === true,
    migrationCutoff: ports.migrationCutoff,
  } as const
  const isCancelled = record.cancelledAt !== undefined
  const outcomes = isCancelled
    ? await cancelledRows(ports.claimPorts, record.orgId, targets)
    : passOf(record) === 'preview'
      ? (await previewRows(ports.claimPorts, request, targets)).map(outcomeOf)
      : (await claimAccounts(ports.claimPorts, request, targets)).map(outcomeOf)
  let next = 0
  return parsed.map(({ row }) => {
    if (row.outcome === 'refused')
      return refused(...(isCancelled ? ['cancelled'] : row.issues.map(({ code }) => code)))
    const outcome = outcomes[next++]
    if (outcome === undefined) throw new Error('fewer outcomes than targets')
    return outcome
  })
}

function outcomeOf(outcome: ClaimOutcome | RowPreview): RowOutcome {
  switch (outcome.outcome) {
    case 'refused':
    case 'unchanged':
      return { result: outcome.outcome, codes: outcome.codes }
    case 'claimed': {
      const { type, contentLoss } = outcome.claim
      return { result: 'claimed', codes: [], made: { type, ...(contentLoss && { contentLoss }) } }
    }
    case 'claimable': {
      const { type, contentLoss, record } = outcome
      const paid = record.account.paid && { paid: true as const }
      return { result: 'claimable', codes: [], made: { type, ...(contentLoss && { contentLoss }), ...paid } }
    }
  }
}

/** Bulk load: here `claimed` counts accounts that were created or changed. */
async function loadRows(
  ports: RowPorts,
  record: OpenedImport,
  rows: readonly CsvRecord[],
): Promise<RowOutcome[]> {
  const columns = mapAccountHeader(record.header)
  const parsed = rows.map(({ cells, fault }) =>
    fault === undefined ? parseAccountRow(cells, columns) : strayQuote,
  )
  const wanted = parsed.flatMap((row) => (row.outcome === 'parsed' ? [row.row] : []))
  const loaded = await loadAccounts(ports.loadPorts, wanted, {
    now: ports.now(),
    by: `import:${record.importId}`,
  })
  let next = 0
  return parsed.map((row) => {
    if (row.outcome === 'refused') return refused(...row.issues.map(({ code }) => code))
    const outcome = loaded[next++]
    if (outcome === undefined) throw new Error('fewer outcomes than rows')
    if (outcome.outcome === 'refused') return refused(outcome.code)
    return { result: outcome.outcome === 'unchanged' ? 'unchanged' : 'claimed', codes: [] }
  })
}
