/**
 * Cells that a spreadsheet would run or split when it opens the file: OWASP's list, the full-width signs that Excel and
 * Numbers treat as the ASCII ones, and either after blanks. Also after apostrophes, so that escaping can be undone.
 */
const RUNNABLE = /^'*(?:[\t\r\n]|\s*[=+\-@\uff1d\uff0b\uff0d\uff20])/
const NEUTRALISED = /^'+(?:[\t\r\n]|\s*[=+\-@\uff1d\uff0b\uff0d\uff20])/

/**
 * I7: prefixes an apostrophe to a cell that a spreadsheet would run. Other cells, `'t Hooft` included, are unchanged.
 */
export const neutralise = (cell: string): string => (RUNNABLE.test(cell) ? `'${cell}` : cell)

/** I7: the inverse of `neutralise`, for every cell. */
export const deneutralise = (cell: string): string => (NEUTRALISED.test(cell) ? cell.slice(1) : cell)

/**
 * Neutralises a cell from a file that may have been neutralised before. Idempotent, and `deneutralise` gives the same
 * value before and after.
 */
export const keepNeutralised = (cell: string): string => neutralise(deneutralise(cell))
