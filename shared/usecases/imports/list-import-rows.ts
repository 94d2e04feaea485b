import { ObjectGone, type ObjectReader } from '../../contracts/object-store.ts'
import { parseAddress } from '../../rules/accounts/address.ts'
import { claimIdOfNewUser } from '../../rules/claims/claim-ids.ts'
import { originOfRow } from '../../rules/claims/idempotency-origin.ts'
import type { AccountRecord } from '../../rules/types.ts'
import { mapClaimHeader, parseClaimRow } from '../../csv/claim-columns.ts'
import { type CsvRecord, readRecords } from '../../csv/reader.ts'
import type { Language } from '../../mail/language.ts'
import type { AccountStore } from '../../storage/stores/accounts.ts'
import type { ClaimStore } from '../../storage/stores/claims.ts'
import type { ImportRecord, RowOutcome } from '../../storage/items/import-item.ts'
import type { ImportStore } from '../../storage/stores/imports.ts'
import { isOpened, type OpenedImport } from './opened-import.ts'
import { CHUNKS_PER_CHECKPOINT } from './read-import.ts'
import { reasonsOf } from './row-reasons.ts'

/** Chunks whose outcomes one request reads: 20,000 rows, some 100 read units. */
const MAX_CHUNKS = 200

export interface RowsPorts {
  readonly imports: Pick<ImportStore, 'chunkOutcomes' | 'range'>
  readonly read: ObjectReader
  readonly accounts: Pick<AccountStore, 'byAddresses' | 'byUserIds'>
  readonly claims: Pick<ClaimStore, 'byId'>
}

/** The position of the next row. */
export interface RowPosition {
  readonly chunk: number
  readonly row: number
}

export interface RowsQuery {
  readonly record: ImportRecord
  readonly language: Language
  readonly result: RowOutcome['result'] | undefined
  /** Only rows with this code. */
  readonly code?: string | undefined
  readonly limit: number
  readonly from: RowPosition
}

export interface ImportRow {
  readonly line: number
  /** The content of the file's address column: one of the two, or neither if the cell is empty. */
  readonly email?: string
  readonly userId?: string
  readonly result: RowOutcome['result']
  readonly codes: string[]
  readonly message: string
  readonly claimId?: string
}

export type RowsPage =
  | { readonly outcome: 'listed'; readonly items: ImportRow[]; readonly next: RowPosition | undefined }
  /** The file was deleted or replaced, so its rows can't be shown any more. */
  | { readonly outcome: 'gone' }

/**
 * I3: an import's rows in the file's order, with their outcomes; rows that weren't handled yet aren't listed. The file
 * is read chunk by chunk when its rows are shown; nothing is stored for this. 1 read unit for some 300 rows that are
 * looked through, and 1 to 4 for each claimed row that is shown.
 */
export async function listImportRows(ports: RowsPorts, query: RowsQuery): Promise<RowsPage> {
  const { record, language, limit } = query
  if (record.kind !== 'claims' || !isOpened(record)) return { outcome: 'listed', items: [], next: undefined }
  const items: ImportRow[] = []
  let { chunk, row } = query.from
  for (let chunksRead = 0; chunksRead < MAX_CHUNKS; ) {
    const page = await ports.imports.chunkOutcomes(record, chunk)
    for (const done of page.chunks) {
      const skipped = done.chunk === chunk ? row : 0
      const wanted = done.outcomes.flatMap((outcome, index) =>
        index >= skipped && isWanted(query, outcome) ? [{ outcome, index }] : [],
      )
      const shown = wanted.slice(0, limit - items.length)
      const last = shown.at(-1)
      if (last !== undefined) {
        const read = await readChunk(ports, record, done.chunk)
        if (read === undefined) return { outcome: 'gone' }
        items.push(...(await rowsOf(ports, { record, language }, shown, read)))
      }
      if (items.length === limit && last !== undefined)
        return { outcome: 'listed', items, next: { chunk: done.chunk, row: last.index + 1 } }
    }
    chunksRead += page.chunks.length
    if (page.next === undefined) return { outcome: 'listed', items, next: undefined }
    chunk = page.next
    row = 0
  }
  return { outcome: 'listed', items, next: { chunk, row } }
}

const isWanted = ({ result, code }: RowsQuery, outcome: RowOutcome): boolean =>
  (result === undefined || outcome.result === result) && (code === undefined || outcome.codes.includes(code))

async function readChunk(
  ports: RowsPorts,
  record: OpenedImport,
  chunk: number,
): Promise<CsvRecord[] | undefined> {
  const { firstChunk, chunks } = await ports.imports.range(
    record.importId,
    Math.floor(chunk / CHUNKS_PER_CHECKPOINT),
  )
  const range = chunks[chunk - firstChunk]
  const { dialect, etag, objectKey: key } = record
  if (range === undefined) throw new Error(`import ${record.importId} has no range for chunk ${chunk}`)
  const { startByte, endByte, firstLine: line } = range
  try {
    const source = await ports.read({ key, etag, startByte, endByte })
    return await Array.fromAsync(readRecords(source, dialect, { byte: startByte, line }))
  } catch (error) {
    if (error instanceof ObjectGone) return undefined
    throw error
  }
}

async function rowsOf(
  ports: RowsPorts,
  { record, language }: { readonly record: OpenedImport; readonly language: Language },
  shown: readonly { readonly outcome: RowOutcome; readonly index: number }[],
  read: readonly CsvRecord[],
): Promise<ImportRow[]> {
  const columns = mapClaimHeader(record.header)
  const reasons = reasonsOf(record, language)
  const rows = shown.map(({ outcome, index }) => {
    const found = read[index]
    if (found === undefined) throw new Error(`import ${record.importId} has outcomes without a row`)
    const parsed = parseClaimRow(found.cells, columns)
    const cell = found.cells[columns.at.address ?? 0]?.trim() ?? ''
    return { outcome, found, cell, ref: parsed.outcome === 'parsed' ? parsed.row.ref : undefined }
  })
  const claimed = rows.filter(({ outcome: { result } }) => result === 'claimed' || result === 'unchanged')
  const refs = claimed.flatMap(({ ref }) => ref ?? [])
  const [byAddress, byId] = await Promise.all([
    ports.accounts.byAddresses([
      ...new Set(refs.flatMap((ref) => ('email' in ref ? normalized(ref.email) : []))),
    ]),
    ports.accounts.byUserIds([...new Set(refs.flatMap((ref) => ('userId' in ref ? ref.userId : [])))]),
  ])
  const accountOf = (ref: (typeof rows)[number]['ref']): AccountRecord | undefined => {
    if (ref === undefined) return undefined
    return 'userId' in ref ? byId.get(ref.userId)?.record : byAddress.get(normalized(ref.email)[0] ?? '')
  }
  return Promise.all(
    rows.map(async ({ outcome, found, cell, ref }): Promise<ImportRow> => {
      const { result, codes } = outcome
      const claimId =
        result === 'claimed' || result === 'unchanged'
          ? await claimOf(ports, record, accountOf(ref), found.line)
          : undefined
      return {
        line: found.line,
        ...(cell === '' ? {} : cell.includes('@') ? { email: cell } : { userId: cell }),
        result,
        codes: [...codes],
        message: reasons(found, outcome),
        ...(claimId === undefined ? {} : { claimId }),
      }
    }),
  )
}

function normalized(email: string): string[] {
  const parsed = parseAddress(email)
  return parsed.outcome === 'parsed' ? [parsed.address.normalized] : []
}

/** The claim that the row made or found: in the account's record, or the one that made the present account. */
async function claimOf(
  { claims }: Pick<RowsPorts, 'claims'>,
  { orgId, importId }: ImportRecord,
  account: AccountRecord | undefined,
  line: number,
): Promise<string | undefined> {
  if (account === undefined) return undefined
  if (account.claim?.claimingOrgId === orgId) return account.claim.claimId
  const claimId = claimIdOfNewUser(account.account.userId)
  const made = claimId === undefined ? undefined : (await claims.byId(claimId))?.claim
  return made?.claimingOrgId === orgId && made.origin === originOfRow(importId, line) ? claimId : undefined
}
