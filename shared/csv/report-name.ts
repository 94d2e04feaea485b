/** A file name's longest in most file systems is 255 bytes; a character may take four of them. */
const MAX_BASE_CHARACTERS = 50
/** What Windows takes in no name, what would be a folder, and what shows nothing or turns what stands around it. */
const NO_PART_OF_A_NAME = /[\\/:*?"<>|\p{Cc}\p{Bidi_Control}\p{Default_Ignorable_Code_Point}]/gu

/** What a report is saved as: the upload's own name with `-report`, without its folders (`2026/people.CSV` → `people-report.csv`). */
export function reportFileName(upload: string): string {
  const [last = ''] = upload.toWellFormed().split(/[\\/]/).slice(-1)
  const base = last
    .replace(/\.csv$/i, '')
    .replace(NO_PART_OF_A_NAME, '_')
    // A name that begins so is hidden, or none.
    .replace(/^[\s.]+/, '')
    .trim()
  const short = [...base].slice(0, MAX_BASE_CHARACTERS).join('').trim()
  return short === '' ? 'report.csv' : `${short}-report.csv`
}
