/**
 * What shows nothing and comes along when text is copied from a web page, a directory or a mail: zero-width characters, marks
 * of direction, soft hyphens, byte order marks, fillers. Unicode calls most of them default-ignorable; the rest are the
 * anchors of annotations, the place of an embedded object, and Braille's empty cell.
 */
const INVISIBLE = /[\p{Default_Ignorable_Code_Point}\u2800\ufff9-\ufffc]/gu

/** Blanks of every alphabet, and control characters, which old tools put at the end of a line or of a file. */
const BLANK_ENDS = /^[\s\p{Cc}]+|[\s\p{Cc}]+$/gu

/**
 * An address or a keyword as it was meant: without invisible characters, and without blanks around it. Not for names, in
 * which some of them have a meaning (the joiners of Persian, of Indic scripts and of emoji).
 */
export const bareText = (text: string): string => text.replace(INVISIBLE, '').replace(BLANK_ENDS, '')

const FIRST_VISIBLE_ASCII = 0x21
const LAST_VISIBLE_ASCII = 0x7e

/** Whether there is nothing to be seen in it. Asked of every cell of a file, so most are told by their first character. */
export function isBlank(text: string): boolean {
  const first = text.charCodeAt(0)
  const isVisible = first >= FIRST_VISIBLE_ASCII && first <= LAST_VISIBLE_ASCII
  return !isVisible && (text === '' || bareText(text) === '')
}

/** Control characters other than a tab and line breaks, which people's names have in spreadsheets. */
const CONTROL = /[^\P{Cc}\t\r\n]/u

export const holdsControl = (text: string): boolean => CONTROL.test(text)

/** Whether text can be kept as it is: half a pair of surrogates is no character, and control characters are no text. */
export const isStorable = (text: string): boolean => text.isWellFormed() && !holdsControl(text)
