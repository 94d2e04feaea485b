import { stringify } from 'csv-stringify/sync'
import type { Delimiter } from './grammar.ts'

/** U+FEFF: without it Excel takes UTF-8 for the machine's old code page. */
export const BYTE_ORDER_MARK = '\ufeff'

/**
 * Rows as CSV lines, each ended by CRLF. Cells go out as they are: what a spreadsheet would run is for the caller to
 * neutralise. Cheaper in batches: a call costs as much as a row.
 */
export function csvLines(rows: readonly (readonly string[])[], delimiter: Delimiter): string {
  return stringify([...rows], {
    delimiter,
    record_delimiter: '\r\n',
    // Off by itself once a record delimiter is named; a bare CR or LF in a cell would then end the row.
    quote_record_delimiter: true,
    // An empty line would be no row at all.
    quoted_empty: rows.some((cells) => cells.length === 1),
  })
}

export const csvLine = (cells: readonly string[], delimiter: Delimiter): string =>
  csvLines([cells], delimiter)
