import type { ChunkRequest } from '../../contracts/messages/import-rows.ts'
import type { ImportRef } from '../../contracts/messages/import.ts'
import { ObjectGone, type ObjectReader } from '../../contracts/object-store.ts'
import type { Say } from '../../messages/types.ts'
import { say } from '../../messages/messages.ts'
import { mapAccountHeader } from '../../csv/account-columns.ts'
import { chunkRecords, type RecordRange } from '../../csv/chunks.ts'
import { mapClaimHeader } from '../../csv/claim-columns.ts'
import { sniff } from '../../csv/dialect.ts'
import { CsvError, NotUtf8, noRows } from '../../csv/errors.ts'
import { SNIFF_BYTES } from '../../csv/limits.ts'
import { lineAfter } from '../../csv/lines.ts'
import { type CsvRecord, readRecords } from '../../csv/reader.ts'
import type { Clock } from '../../lib/time.ts'
import type { ImportError, ImportRecord } from '../../storage/items/import-item.ts'
import type { ImportStore } from '../../storage/stores/imports.ts'
import type { OrganizationStore } from '../../storage/stores/organizations.ts'
import { languageOfOrg } from '../organizations/org-language.ts'
import { isOpened, type OpenedImport } from './opened-import.ts'

/** BatchGetItem's limit: a chunk's accounts are read in one batch. */
const ROWS_PER_CHUNK = 100
/** A chunk is read into memory by its worker. */
const MAX_CHUNK_BYTES = 1024 * 1024
/** 10,000 rows a checkpoint: the most that is read again after a crash, and how often progress is shown. */
export const CHUNKS_PER_CHECKPOINT = 100
/** Time kept for handing on to a fresh invocation. */
const HANDOVER_MS = 20_000

export interface ReadImportPorts {
  readonly imports: ImportStore
  readonly organizations: Pick<OrganizationStore, 'get'>
  readonly read: ObjectReader
  readonly sendChunks: (requests: readonly ChunkRequest[]) => Promise<void>
  /** Hands the rest on to a fresh invocation. */
  readonly continueLater: (ref: ImportRef) => Promise<void>
  readonly now: Clock
  readonly timeLeftMs: () => number
}

/**
 * Advances an import as far as possible: reads the whole file, so that a faulty one is refused before any row is
 * claimed (I2), with a checkpoint every 10,000 rows; then sends its chunks to the row workers. Called again, after a
 * crash or a hand-over, it continues at the last checkpoint (I6).
 */
export async function advanceImport(ports: ReadImportPorts, ref: ImportRef): Promise<void> {
  const record = await ports.imports.getStored(ref.orgId, ref.importId)
  if (record?.status === 'reading') return readFile(ports, record)
  if (record?.status === 'running') return sendChunks(ports, record)
  // It waits for its file or a confirmation, is over, or was deleted with its org (O1): nothing is to be done.
}

async function readFile(ports: ReadImportPorts, record: ImportRecord): Promise<void> {
  try {
    if (record.kind === 'claims' && (await ports.organizations.get(record.orgId)) === undefined)
      return await refuseFile(ports, record, 'unknown_organization', (texts) =>
        texts.import.unknownOrganization(record.orgId),
      )
    const outcome = await cutIntoChunks(ports, await opened(ports, record))
    switch (outcome.outcome) {
      case 'elsewhere':
        return
      case 'out_of_time':
        return await ports.continueLater(record)
      case 'read':
        if (outcome.record.rowsRead === 0) throw noRows(outcome.record.nextLine)
        if ((await ports.imports.run(outcome.record)).outcome === 'written')
          return await sendChunks(ports, outcome.record)
        // Another invocation advanced or refused it: read again what is left to do.
        return await advanceImport(ports, record)
    }
  } catch (error) {
    if (error instanceof NotUtf8 && (await isWindows1252(ports, record))) return advanceImport(ports, record)
    if (error instanceof CsvError) {
      const { code, line, column, problem } = error
      const at = { line, column }
      return refuseFile(ports, record, code, (texts) => texts.file.at(at, problem(texts)), at)
    }
    if (error instanceof ObjectGone)
      return refuseFile(ports, record, 'file_replaced', (texts) => texts.import.replaced)
    throw error
  }
}

/**
 * I1: a file that begins with plain ASCII doesn't show its encoding at first. Byte and row positions don't depend on
 * it, so reading continues where it was.
 */
async function isWindows1252(ports: ReadImportPorts, { orgId, importId }: ImportRef): Promise<boolean> {
  const record = await ports.imports.getStored(orgId, importId)
  if (record?.dialect?.encoding !== 'utf-8' || record.dialect.bomBytes > 0) return false
  await ports.imports.changeDialect(record, { ...record.dialect, encoding: 'windows-1252' })
  return true
}

/** I2: refuses the whole file, with the code and a message in the org's language. */
export async function refuseFile(
  ports: Pick<ReadImportPorts, 'imports' | 'organizations' | 'now'>,
  record: ImportRecord,
  code: string,
  message: Say,
  at: Pick<ImportError, 'line' | 'column'> = {},
): Promise<void> {
  const language = await languageOfOrg(ports.organizations, record.orgId)
  const error = { code, message: say(message, language), ...at }
  await ports.imports.fail(record, error, record.createdBy, ports.now())
}

/** The import with its file's dialect and header, which are looked for at the file's beginning if nobody has yet. */
async function opened(ports: ReadImportPorts, record: ImportRecord): Promise<OpenedImport> {
  if (isOpened(record)) return record
  const { etag } = record
  if (etag === undefined) throw new Error(`import ${record.importId} has no object yet`)
  const source = await ports.read({
    key: record.objectKey,
    etag,
    startByte: 0,
    endByte: SNIFF_BYTES,
  })
  const head = Buffer.concat(await Array.fromAsync(source))
  const dialect = sniff(head)
  const rows = readRecords(only(head.subarray(dialect.headerByte)), dialect, {
    byte: dialect.headerByte,
    line: dialect.headerLine,
  })
  const first = await rows.next()
  await rows.return()
  if (first.done) throw noRows(dialect.headerLine)
  const header = first.value
  const mapHeader = record.kind === 'claims' ? mapClaimHeader : mapAccountHeader
  mapHeader(header.cells, header.line)
  const found = { dialect, header: [...header.cells], bytesRead: header.endByte, nextLine: lineAfter(header) }
  await ports.imports.setDialect(record, found)
  return { ...record, etag, ...found }
}

async function* only(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}

type Cut =
  | { readonly outcome: 'read' | 'out_of_time'; readonly record: ImportRecord }
  /** Another invocation is reading the same file, and is further. */
  | { readonly outcome: 'elsewhere' }

async function cutIntoChunks(ports: ReadImportPorts, from: OpenedImport): Promise<Cut> {
  let record: ImportRecord = from
  let pending: RecordRange[] = []
  let lastTaken: CsvRecord | undefined
  const remember = async (): Promise<boolean> => {
    const last = pending.at(-1)
    if (last === undefined) return true
    const progress = {
      bytesRead: last.endByte,
      rowsRead: record.rowsRead + pending.reduce((sum, { rows }) => sum + rows, 0),
      nextLine: lastTaken === undefined ? record.nextLine : lineAfter(lastTaken),
    }
    if ((await ports.imports.checkpoint(record, pending, progress)).outcome === 'lost') return false
    record = { ...record, ...progress, ranges: record.ranges + 1, chunks: record.chunks + pending.length }
    pending = []
    return true
  }

  const source = await ports.read({ key: from.objectKey, etag: from.etag, startByte: from.bytesRead })
  const records = readRecords(source, from.dialect, { byte: from.bytesRead, line: from.nextLine })
  const counted = (async function* () {
    for await (const row of records) {
      yield row
      // Only now: the row taken last opens the next chunk, and the checkpoint must not be ahead of the chunks.
      lastTaken = row
    }
  })()
  for await (const chunk of chunkRecords(counted, { maxRows: ROWS_PER_CHUNK, maxBytes: MAX_CHUNK_BYTES })) {
    pending.push(chunk)
    if (pending.length < CHUNKS_PER_CHECKPOINT) continue
    if (!(await remember())) return { outcome: 'elsewhere' }
    if (ports.timeLeftMs() < HANDOVER_MS) return { outcome: 'out_of_time', record }
  }
  return (await remember()) ? { outcome: 'read', record } : { outcome: 'elsewhere' }
}

async function sendChunks(ports: ReadImportPorts, record: ImportRecord): Promise<void> {
  for (let n = record.rangesSent; n < record.ranges; n++) {
    if (ports.timeLeftMs() < HANDOVER_MS) return ports.continueLater(record)
    const { firstChunk, chunks } = await ports.imports.range(record.importId, n)
    const { orgId, importId } = record
    await ports.sendChunks(chunks.map((range, i) => ({ orgId, importId, chunk: firstChunk + i, ...range })))
    // If the invocation dies before this is written, the chunks are sent again; finished ones are skipped.
    await ports.imports.markRangeSent(record, n + 1)
  }
}
