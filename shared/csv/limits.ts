/** I2: UTF-8 bytes of one row with its line break, whatever the file's own encoding. A row of data is some 100 bytes. */
export const MAX_RECORD_BYTES = 64 * 1024
/** Cells of one row. The export has 9 columns; a spreadsheet of people's data seldom has more than 40. */
export const MAX_COLUMNS = 64
/** Bytes of the file's beginning that decide its dialect: any header that a reader would take fits, in UTF-16 too. */
export const SNIFF_BYTES = 2 * MAX_RECORD_BYTES + 1024
/** Bytes parsed at a time, however large the source's chunks are: what is held in memory at once follows from it. */
export const PARSE_BYTES = 64 * 1024
