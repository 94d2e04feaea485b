import { stringify } from 'csv-stringify/sync'
import type { Delimiter } from './grammar.ts'

/** Without it, Excel reads UTF-8 as the machine's legacy code page. */
export const BYTE_ORDER_MARK = '\ufeff'

/**
 * Rows as CSV lines, each ended by CRLF. Cells are written as they are: the caller neutralises formulas. Pass batches:
 * a call costs as much as a row.
 */
export function csvLines(rows: readonly (readonly string[])[], delimiter: Delimiter): string {
  return stringify([...rows], {
    delimiter,
    record_delimiter: '\r\n',
    // csv-stringify stops quoting bare CR and LF once a record delimiter is named; one in a cell would then end the
    // row.
    quote_record_delimiter: true,
    // An empty line would be no row.
    quoted_empty: rows.some((cells) => cells.length === 1),
  })
}

export const csvLine = (cells: readonly string[], delimiter: Delimiter): string =>
  csvLines([cells], delimiter)
