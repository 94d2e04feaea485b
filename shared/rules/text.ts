/**
 * Invisible characters that are copied along with text from a web page, directory or mail: zero-width characters,
 * direction marks, soft hyphens, byte order marks, fillers. Unicode calls most of them default-ignorable; the rest are
 * annotation anchors, the object replacement character and Braille's blank.
 */
const INVISIBLE = /[\p{Default_Ignorable_Code_Point}\u2800\ufff9-\ufffc]/gu

/** Blanks and control characters, which old tools write at the end of a line or file. */
const BLANK_ENDS = /^[\s\p{Cc}]+|[\s\p{Cc}]+$/gu

/** Text that `bareText` leaves as it is: nearly every address, and at a fraction of the cost of looking for the above. */
const VISIBLE_ASCII = /^[\x21-\x7e]+$/

/**
 * Cleans an address or keyword of invisible characters and surrounding blanks. Not for names, in which some of these
 * have a meaning (joiners in Persian, Indic scripts and emoji).
 */
export const bareText = (text: string): string =>
  VISIBLE_ASCII.test(text) ? text : text.replace(INVISIBLE, '').replace(BLANK_ENDS, '')

const FIRST_VISIBLE_ASCII = 0x21
const LAST_VISIBLE_ASCII = 0x7e

/**
 * Whether a text has no visible character. Called for every cell of a file, so most are decided by their first
 * character.
 */
export function isBlank(text: string): boolean {
  const first = text.charCodeAt(0)
  // Stryker disable next-line all: a short cut that changes no result
  const isVisible = first >= FIRST_VISIBLE_ASCII && first <= LAST_VISIBLE_ASCII
  return !isVisible && bareText(text) === ''
}

/** Control characters other than tab and line breaks, which names in spreadsheets contain. */
const CONTROL = /[^\P{Cc}\t\r\n]/u

export const holdsControl = (text: string): boolean => CONTROL.test(text)

/** Whether text can be stored unchanged: it has no unpaired surrogate and no control character. */
export const isStorable = (text: string): boolean => text.isWellFormed() && !holdsControl(text)
