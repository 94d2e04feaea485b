/** I2: bytes of a row with its line break, in UTF-8 whatever the file's encoding. A row of data has some 100. */
export const MAX_RECORD_BYTES = 64 * 1024
/** Cells of a row. The export has 9 columns; a spreadsheet of people's data seldom has more than 40. */
export const MAX_COLUMNS = 64
/** Bytes from the file's start by which its dialect is detected. Any acceptable header fits, also in UTF-16. */
export const SNIFF_BYTES = 2 * MAX_RECORD_BYTES + 1024
/** Bytes parsed at a time, whatever the size of the source's chunks; bounds the memory used. */
export const PARSE_BYTES = 64 * 1024
