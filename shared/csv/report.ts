import { keepNeutralised, neutralise } from './formula.ts'
import type { Delimiter } from './grammar.ts'
import { normalizeHeader, REPORT_HEADERS } from './header-names.ts'
import { BYTE_ORDER_MARK, csvLine, csvLines } from './writer.ts'

export interface ReportedOutcome {
  readonly line: number
  readonly result: 'claimed' | 'claimable' | 'refused' | 'unchanged'
  readonly codes: readonly string[]
  /** For people. */
  readonly message: string
  /** I10: by the report's columns, what became of the row, or would (P1). */
  readonly told?: Readonly<Record<string, string>>
}

/** A column in which the report tells of a row's claim: the file's own, or one that the file lacks. */
export interface ToldColumn {
  readonly name: string
  /** The file's column, from 0. */
  readonly at: number | undefined
}

export interface ReportedRow {
  /** As they were read. */
  readonly cells: readonly string[]
  readonly outcome: ReportedOutcome
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
 * I10: in the columns that are `told`, a row has what it tells there instead of its own cell; one that the file lacks comes
 * before `Line`.
 *
 * @param header the file's header row, as it was read
 */
export function reportWriter(
  header: readonly string[],
  delimiter: Delimiter,
  told: readonly ToldColumn[] = [],
): ReportWriter {
  const own = ownColumns(header)
  const nameAt = new Map(
    told.flatMap(({ name, at }): [number, string][] => (at === undefined ? [] : [[at, name]])),
  )
  const added = told.filter(({ at }) => at === undefined).map(({ name }) => name)
  const cellOf = (index: number, { cells, outcome }: ReportedRow): string => {
    const said = outcome.told?.[nameAt.get(index) ?? '']
    return said === undefined ? keepNeutralised(cells[index] ?? '') : neutralise(said)
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
          ...added.map((name) => neutralise(row.outcome.told?.[name] ?? '')),
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

/** Places of the header's cells that aren't a former report's. A file with, say, a `Code` of its own keeps it. */
function ownColumns(header: readonly string[]): number[] {
  const names = header.map(normalizeHeader)
  const reported = REPORT_HEADERS.map((name) => names.lastIndexOf(normalizeHeader(name)))
  const all = header.map((_, index) => index)
  return reported.includes(-1) ? all : all.filter((index) => !reported.includes(index))
}
