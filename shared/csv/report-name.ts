/** Characters of the base name. Most file systems allow 255 bytes, and a character may take four. */
const MAX_BASE_CHARACTERS = 50
/** Characters that Windows doesn't allow in a name, path separators, and invisible or bidirectional characters. */
const NO_PART_OF_A_NAME = /[\\/:*?"<>|\p{Cc}\p{Bidi_Control}\p{Default_Ignorable_Code_Point}]/gu

/**
 * The file name of a report: the upload's name without its folders, with `-report` (`2026/people.CSV` →
 * `people-report.csv`).
 */
export function reportFileName(upload: string): string {
  const [last = ''] = upload.toWellFormed().split(/[\\/]/).slice(-1)
  const base = last
    .replace(/\.csv$/i, '')
    .replace(NO_PART_OF_A_NAME, '_')
    // A leading dot would hide the file.
    .replace(/^[\s.]+/, '')
    .trim()
  const short = [...base].slice(0, MAX_BASE_CHARACTERS).join('').trim()
  return short === '' ? 'report.csv' : `${short}-report.csv`
}
