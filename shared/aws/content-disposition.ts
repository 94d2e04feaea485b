/** Characters that a plain `filename` can't have: quotes, line breaks and the like would end it. */
const OUTSIDE_A_FILE_NAME = /[^A-Za-z0-9._ -]/g
/** Characters that `encodeURIComponent` leaves as they are and RFC 8187 doesn't allow. */
const OUTSIDE_AN_EXTENDED_VALUE = /['()*]/g

/** For characters that `encodeURIComponent` leaves and a format doesn't allow. */
export const percentEncoded = (character: string): string =>
  `%${character.charCodeAt(0).toString(16).toUpperCase()}`

/**
 * The `Content-Disposition` that makes a browser save a response under this name (RFC 6266). The plain name, with `_`
 * for anything but plain ASCII, is for old programs; the extended one (RFC 8187) is added where the two differ.
 */
export function attachment(fileName: string): string {
  const name = fileName.toWellFormed()
  const plain = name.replace(OUTSIDE_A_FILE_NAME, '_')
  const extended = encodeURIComponent(name).replace(OUTSIDE_AN_EXTENDED_VALUE, percentEncoded)
  return `attachment; filename="${plain}"${plain === name ? '' : `; filename*=UTF-8''${extended}`}`
}
