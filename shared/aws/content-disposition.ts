/** All that a file's name keeps in a plain header: quotes, line breaks and the like would end it. */
const OUTSIDE_A_FILE_NAME = /[^A-Za-z0-9._ -]/g
/** What `encodeURIComponent` leaves as it is and RFC 8187 takes in no value. */
const OUTSIDE_AN_EXTENDED_VALUE = /['()*]/g

const percentEncoded = (character: string): string => `%${character.charCodeAt(0).toString(16).toUpperCase()}`

/**
 * RFC 6266: what a browser is to save an answer as. The plain name, in which whatever isn't plain ASCII becomes `_`, is for
 * old programs; where that isn't the name itself, the extended one (RFC 8187) comes with it.
 */
export function attachment(fileName: string): string {
  const name = fileName.toWellFormed()
  const plain = name.replace(OUTSIDE_A_FILE_NAME, '_')
  const extended = encodeURIComponent(name).replace(OUTSIDE_AN_EXTENDED_VALUE, percentEncoded)
  return `attachment; filename="${plain}"${plain === name ? '' : `; filename*=UTF-8''${extended}`}`
}
