import { keepNeutral, neutralise } from './formula.ts'
import type { Delimiter } from './grammar.ts'
import { CLAIM_HEADERS, normalizeHeader, REPORT_HEADERS } from './header-names.ts'
import { BYTE_ORDER_MARK, csvLine, csvLines } from './writer.ts'

export interface RowOutcome {
  readonly line: number
  readonly result: 'claimed' | 'refused' | 'unchanged'
  readonly codes: readonly string[]
  /** For people. */
  readonly message: string
  /** I10: of a claimed row, the claim that was made. */
  readonly made?: { readonly type: string; readonly contentLoss?: string }
}

export interface ReportedRow {
  /** As they were read. */
  readonly cells: readonly string[]
  readonly outcome: RowOutcome
}

export interface ReportWriter {
  /** The report's first line, byte order mark included. */
  readonly header: string
  /** CRLF after each line. */
  lines(rows: readonly ReportedRow[]): string
}

/**
 * I4: the file's own columns, then `Line, Result, Code, Message`; in a report that was corrected and imported again these
 * are the last run's, and are replaced. Cells that a row has beyond the header's come last, so that no text of the row is
 * lost and the four stay in their columns. UTF-8 with a byte order mark, the file's own delimiter.
 *
 * I7: own cells that a spreadsheet would run are neutralised like any other, and read back as what they were.
 *
 * I10: where `claimed` names the file's columns, `Claim Type` and `Content Loss` of a claimed row are those of the claim
 * that was made; a column that the file lacks comes before `Line`.
 *
 * @param header the file's header row, as it was read
 */
export function reportWriter(
  header: readonly string[],
  delimiter: Delimiter,
  { claimed }: { readonly claimed?: { readonly type?: number; readonly contentLoss?: number } } = {},
): ReportWriter {
  const own = ownColumns(header)
  const added = [
    ...(claimed !== undefined && claimed.type === undefined ? [CLAIM_HEADERS.type[0]] : []),
    ...(claimed !== undefined && claimed.contentLoss === undefined ? [CLAIM_HEADERS.contentLoss[0]] : []),
  ]
  const cellOf = (index: number, { cells, outcome: { made } }: ReportedRow): string => {
    if (made !== undefined && index === claimed?.type) return made.type
    if (made !== undefined && index === claimed?.contentLoss) return made.contentLoss ?? ''
    return keepNeutral(cells[index] ?? '')
  }
  const addedCells = ({ outcome: { made } }: ReportedRow): string[] => [
    ...(claimed !== undefined && claimed.type === undefined ? [made?.type ?? ''] : []),
    ...(claimed !== undefined && claimed.contentLoss === undefined ? [made?.contentLoss ?? ''] : []),
  ]
  return {
    header:
      BYTE_ORDER_MARK +
      csvLine(
        [...own.map((index) => keepNeutral(header[index] ?? '')), ...added, ...REPORT_HEADERS],
        delimiter,
      ),
    lines: (rows) =>
      csvLines(
        rows.map((row) => [
          ...own.map((index) => cellOf(index, row)),
          ...addedCells(row),
          String(row.outcome.line),
          row.outcome.result,
          row.outcome.codes.join('|'),
          neutralise(row.outcome.message),
          ...row.cells.slice(header.length).map(keepNeutral),
        ]),
        delimiter,
      ),
  }
}

/** Places of the header's cells that aren't a former report's. A file with, say, a `Code` of its own keeps it. */
function ownColumns(header: readonly string[]): number[] {
  const names = header.map(normalizeHeader)
  const reported = REPORT_HEADERS.map((name) => names.lastIndexOf(normalizeHeader(name)))
  const all = header.map((_, index) => index)
  return reported.includes(-1) ? all : all.filter((index) => !reported.includes(index))
}
