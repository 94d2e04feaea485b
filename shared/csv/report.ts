import { keepNeutralised, neutralise } from './formula.ts'
import type { Delimiter } from './grammar.ts'
import { normalizeHeader, REPORT_HEADERS } from './header-names.ts'
import { BYTE_ORDER_MARK, csvLine, csvLines } from './writer.ts'
import type { RowResult } from '../rules/enumerations.ts'

export interface ReportedOutcome {
  readonly line: number
  readonly result: RowResult
  readonly codes: readonly string[]
  /** For people. */
  readonly message: string
  /** I10: values by report column: what becomes of the row, or would (P1). */
  readonly filled?: Readonly<Record<string, string>>
}

/** A column that the report fills for the row's claim: one of the file's, or one that the file lacks. */
export interface FilledColumn {
  readonly name: string
  /** The file's column, from 0; absent if the file lacks it. */
  readonly at: number | undefined
}

export interface ReportedRow {
  /** The row's cells as read. */
  readonly cells: readonly string[]
  readonly outcome: ReportedOutcome
}

export interface ReportWriter {
  /** The header line, byte order mark included. */
  readonly header: string
  /** CRLF after each line. */
  lines(rows: readonly ReportedRow[]): string
}

/**
 * I4: writes a report: the file's own columns, then `Line, Result, Code, Message`. If the file is itself a report,
 * these are replaced. Cells beyond the header's come last, so that no text is lost and the four keep their columns.
 * UTF-8 with a byte order mark, the file's own delimiter.
 *
 * I7: cells that a spreadsheet would run as a formula are neutralised; an import reads them back unchanged.
 *
 * I10: in the columns of `filled`, the outcome's value replaces the row's cell; columns that the file lacks come before
 * `Line`.
 *
 * @param header the file's header row, as read
 */
export function reportWriter(
  header: readonly string[],
  delimiter: Delimiter,
  filled: readonly FilledColumn[] = [],
): ReportWriter {
  const own = ownColumns(header)
  const nameAt = new Map(
    filled.flatMap(({ name, at }): [number, string][] => (at === undefined ? [] : [[at, name]])),
  )
  const added = filled.filter(({ at }) => at === undefined).map(({ name }) => name)
  const cellOf = (index: number, { cells, outcome }: ReportedRow): string => {
    const value = outcome.filled?.[nameAt.get(index) ?? '']
    return value === undefined ? keepNeutralised(cells[index] ?? '') : neutralise(value)
  }
  return {
    header:
      BYTE_ORDER_MARK +
      csvLine(
        [...own.map((index) => keepNeutralised(header[index] ?? '')), ...added, ...REPORT_HEADERS],
        delimiter,
      ),
    lines: (rows) =>
      csvLines(
        rows.map((row) => [
          ...own.map((index) => cellOf(index, row)),
          ...added.map((name) => neutralise(row.outcome.filled?.[name] ?? '')),
          String(row.outcome.line),
          row.outcome.result,
          row.outcome.codes.join('|'),
          neutralise(row.outcome.message),
          ...row.cells.slice(header.length).map(keepNeutralised),
        ]),
        delimiter,
      ),
  }
}

/**
 * Indexes of the header's cells that aren't from a former report. A file with, say, a `Code` column of its own keeps
 * it.
 */
function ownColumns(header: readonly string[]): number[] {
  const names = header.map(normalizeHeader)
  const reported = REPORT_HEADERS.map((name) => names.lastIndexOf(normalizeHeader(name)))
  const all = header.map((_, index) => index)
  return reported.includes(-1) ? all : all.filter((index) => !reported.includes(index))
}
