import { ObjectGone } from '../../contracts/object-store.ts'
import { normalizedAddress } from '../../rules/accounts/address.ts'
import { cameByClaim } from '../../rules/claims/claim-ids.ts'
import { comparedUser } from '../../rules/directory/directory-sync.ts'
import type { Say } from '../../messages/types.ts'
import { say } from '../../messages/messages.ts'
import { accountsOf } from '../../rules/claims/views.ts'
import { type Dialect, sniff } from '../../csv/dialect.ts'
import { type DirectoryColumns, mapDirectoryHeader, parseDirectoryRow } from '../../csv/directory-columns.ts'
import { CsvError, noRows } from '../../csv/errors.ts'
import { SNIFF_BYTES } from '../../csv/limits.ts'
import { lineAfter } from '../../csv/lines.ts'
import { type CsvRecord, readBatches, readRecords } from '../../csv/reader.ts'
import { inGroupsOf, mapConcurrent } from '../../lib/concurrency.ts'
import type { WalkPosition } from '../../storage/queries/walk.ts'
import type { RefusedRow, SyncError, SyncRecord } from '../../storage/items/sync-item.ts'
import { languageOfOrg } from '../organizations/org-language.ts'
import { comparisonsFor } from './sync-compare.ts'
import { directoryRun, singleChunk, type UserEntry, usersRun } from './sync-runs.ts'
import { HANDOVER_MS, type SyncPorts } from './sync-ports.ts'
import { MOVED, type Stepped, stepped, WAITING } from './sync-stepped.ts'
import { LOST } from '../../lib/optimistic-retry.ts'
import type { RoleInOrg } from '../../storage/stores/account-lists.ts'

/** Unreadable rows that are named; all are counted. */
export const MAX_REFUSED_ROWS = 20
/** Users read at a time: BatchGetItem's limit, some batches at once. */
const USERS_PER_PAGE = 400
const USERS_PER_BATCH = 100
const BATCHES_AT_ONCE = 4

/**
 * Reads the uploaded directory once, in runs, each stored together with the next byte to read. A file that
 * can't be read fails the sync. A row that can't be read fails a full sync, which would take the user in it
 * for missing.
 */
export async function readDirectory(ports: SyncPorts, record: SyncRecord): Promise<Stepped> {
  try {
    return await readRuns(ports, await withDialect(ports, record))
  } catch (error) {
    if (error instanceof CsvError) {
      const { code, line, column, problem } = error
      const at = { line, column }
      return fail(ports, record, code, (texts) => texts.file.at(at, problem(texts)), at)
    }
    if (error instanceof ObjectGone)
      return fail(ports, record, 'file_replaced', (texts) => texts.sync.replaced)
    throw error
  }
}

async function fail(
  ports: SyncPorts,
  record: SyncRecord,
  code: string,
  message: Say,
  at: Pick<SyncError, 'line' | 'column'> = {},
): Promise<Stepped> {
  const language = await languageOfOrg(ports.organizations, record.orgId)
  const error = { code, message: say(message, language), ...at }
  return stepped(await ports.syncs.fail(record, error, ports.now()))
}

type Readable = SyncRecord & {
  readonly dialect: Dialect
  readonly columns: NonNullable<SyncRecord['columns']>
  readonly objectKey: string
  readonly etag: string
}

async function withDialect(ports: SyncPorts, record: SyncRecord): Promise<Readable> {
  const { dialect, columns, objectKey, etag } = record
  if (objectKey === undefined || etag === undefined) throw new Error(`sync ${record.syncId} has no file`)
  if (dialect !== undefined && columns !== undefined) return { ...record, dialect, columns, objectKey, etag }
  const source = await ports.read({ key: objectKey, etag, startByte: 0, endByte: SNIFF_BYTES })
  const head = Buffer.concat(await Array.fromAsync(source))
  const found = sniff(head)
  const from = { byte: found.headerByte, line: found.headerLine }
  const rows = readRecords(singleChunk(head.subarray(found.headerByte)), found, from)
  const { value: header, done } = await rows.next()
  await rows.return()
  if (done || header === undefined) throw noRows(found.headerLine)
  const { width, at } = mapDirectoryHeader(header.cells, header.line)
  const known = {
    dialect: found,
    columns: { width, address: at.address ?? 0 },
    bytesRead: header.endByte,
    nextLine: lineAfter(header),
  }
  // Whoever was first found the same: it's the same object.
  await ports.syncs.setDialect(record, known)
  return { ...record, ...known, objectKey, etag }
}

/** What a part of the file contained besides the addresses of its run. */
interface Part {
  rows: number
  refused: number
  refusedRows: RefusedRow[]
  withoutAddress: number
  last: CsvRecord | undefined
}

async function readRuns(ports: SyncPorts, from: Readable): Promise<Stepped> {
  let record: SyncRecord = from
  let run = directoryRun()
  const columns: DirectoryColumns = { width: from.columns.width, at: { address: from.columns.address } }
  const none = (): Part => ({ rows: 0, refused: 0, refusedRows: [], withoutAddress: 0, last: undefined })
  let part = none()

  const remember = async (): Promise<boolean> => {
    if (part.last === undefined) return true
    const progress = {
      ...countsWith(record, part),
      bytesRead: part.last.endByte,
      nextLine: lineAfter(part.last),
    }
    const written = await run.write(ports.write, record, record.runs)
    if ((await ports.syncs.runDone(record, written, progress, ports.now())).outcome === 'lost') return false
    record = { ...record, ...progress, runs: record.runs + 1 }
    run = directoryRun()
    part = none()
    return true
  }

  const { objectKey: key, etag, bytesRead: startByte } = from
  const source = await ports.read({ key, etag, startByte })
  for await (const batch of readBatches(source, from.dialect, { byte: startByte, line: from.nextLine })) {
    for (const row of batch) {
      const parsed = parseDirectoryRow(row, columns)
      if (parsed.outcome === 'address') run.add(parsed.address)
      if (parsed.outcome === 'without_address') part.withoutAddress++
      part.rows++
      if (parsed.outcome === 'refused') {
        part.refused++
        part.refusedRows.push({ line: row.line, code: parsed.code })
        part.refusedRows.length = Math.min(part.refusedRows.length, MAX_REFUSED_ROWS)
      }
      part.last = row
      if (run.rows < ports.sizes.rowsPerRun) continue
      if (!(await remember())) return LOST
      if (ports.timeLeftMs() < HANDOVER_MS) return handOver(ports, record)
    }
  }
  const whole = { ...record, ...countsWith(record, part) }
  if (whole.rowsRead === 0) throw noRows(part.last === undefined ? record.nextLine : lineAfter(part.last))
  if (whole.mode === 'full' && whole.refused > 0) return failUnreadable(ports, whole)
  if (!(await remember())) return LOST
  return stepped(await ports.syncs.directoryRead(record))
}

const countsWith = (record: SyncRecord, { rows, refused, refusedRows, withoutAddress }: Part) => ({
  rowsRead: record.rowsRead + rows,
  refused: record.refused + refused,
  refusedRows: [...record.refusedRows, ...refusedRows].slice(0, MAX_REFUSED_ROWS),
  withoutAddress: (record.withoutAddress ?? 0) + withoutAddress,
})

function failUnreadable(ports: SyncPorts, record: SyncRecord): Promise<Stepped> {
  const { refused, refusedRows } = record
  const lines = refusedRows.map(({ line }) => line)
  const message: Say = ({ sync }) => sync.unreadableRows(refused, lines, refused - lines.length)
  const [first] = refusedRows
  return fail(ports, record, 'unreadable_rows', message, first && { line: first.line })
}

async function handOver(ports: SyncPorts, { orgId, syncId }: SyncRecord): Promise<Stepped> {
  await ports.send([{ kind: 'advance', orgId, syncId }])
  return WAITING
}

/** Reads the org's users once, in runs, each stored together with the next position in the indexes. */
export async function readUsers(ports: SyncPorts, from: SyncRecord): Promise<Stepped> {
  let record = from
  let run = usersRun()
  let position = walkPosition(from)
  for (;;) {
    const { found, next } = await ports.accounts.recordIdsOfOrg(record.orgId, USERS_PER_PAGE, position)
    for (const user of await usersAt(ports, record.orgId, found)) run.add(user)
    position = next
    const outOfTime = ports.timeLeftMs() < HANDOVER_MS
    if (next !== undefined && run.rows < ports.sizes.rowsPerRun && !outOfTime) continue
    const usersRead = record.usersRead + run.rows
    // The end of the walk and what comes after it are one write: read again, the users would be there twice.
    const progress =
      next === undefined
        ? {
            usersRead,
            phase: 'compare' as const,
            comparisons: comparisonsFor({ ...record, usersRead }, ports.sizes),
          }
        : { usersRead, usersFrom: next }
    const written = await run.write(ports.write, record, record.runs)
    if ((await ports.syncs.runDone(record, written, progress, ports.now())).outcome === 'lost') return LOST
    if (next === undefined) return MOVED
    record = { ...record, ...progress, runs: record.runs + 1 }
    if (outOfTime) return handOver(ports, record)
    run = usersRun()
  }
}

const walkPosition = ({ usersFrom }: SyncRecord): WalkPosition | undefined =>
  usersFrom && {
    partition: usersFrom.partition,
    ...(usersFrom.after === undefined ? {} : { after: usersFrom.after }),
  }

/** The org's own accounts, those that are being claimed from it, and those that it is claiming (C2, C3). */
async function usersAt(
  ports: SyncPorts,
  orgId: string,
  found: readonly { readonly recordId: string; readonly role: RoleInOrg }[],
): Promise<UserEntry[]> {
  const batches = await mapConcurrent(
    [...inGroupsOf(found, USERS_PER_BATCH)],
    BATCHES_AT_ONCE,
    async (batch) => {
      const records = await ports.accounts.byRecordIds(batch.map(({ recordId }) => recordId))
      return batch.flatMap(({ recordId, role }): UserEntry[] => {
        const record = records.get(recordId)
        if (record === undefined) return []
        return accountsOf(record)
          .filter((each) => each.account.orgId === orgId && (each.role === 'new') === (role === 'claimed'))
          .map((inRecord) => ({
            ...comparedUser(record, inRecord),
            normalized: normalizedAddress(inRecord.account.email),
            email: inRecord.account.email,
            userId: inRecord.account.userId,
            claimed: cameByClaim(inRecord.account.userId),
          }))
      })
    },
  )
  return batches.flat()
}
