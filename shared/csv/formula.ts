/**
 * What a spreadsheet would run, or split at, when the file is opened: OWASP's list, the full-width signs that Excel and
 * Numbers take for the ASCII ones, and both behind blanks. Behind apostrophes too, so that escaping can be undone.
 */
const RUNNABLE = /^'*(?:[\t\r\n]|\s*[=+\-@\uff1d\uff0b\uff0d\uff20])/
const NEUTRALISED = /^'+(?:[\t\r\n]|\s*[=+\-@\uff1d\uff0b\uff0d\uff20])/

/** I7: a leading apostrophe before what a spreadsheet would run. Every other cell, `'t Hooft` too, stays as it is. */
export const neutralise = (cell: string): string => (RUNNABLE.test(cell) ? `'${cell}` : cell)

/** I7: the inverse of `neutralise`, for every cell. */
export const deneutralise = (cell: string): string => (NEUTRALISED.test(cell) ? cell.slice(1) : cell)

/**
 * A cell that someone else wrote, safe to hand on: it means what it meant (`restore` gives the same), and one that is
 * neutralised already isn't so twice, however often the file goes round.
 */
export const keepNeutralised = (cell: string): string => neutralise(deneutralise(cell))
