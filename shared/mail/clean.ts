import { InputError } from '../lib/errors.ts'

const graphemes = new Intl.Segmenter('und', { granularity: 'grapheme' })

/** At most `maxLength` UTF-16 units; cut between graphemes, so that no letter loses its accent and no emoji its half. */
export function clip(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text
  let kept = ''
  for (const { segment } of graphemes.segment(text)) {
    if (kept.length + segment.length >= maxLength) break
    kept += segment
  }
  return `${kept.trimEnd()}…`
}

/**
 * ZWNJ and ZWJ join Persian letters and emoji; every other format character is left out, and U+2065, which is kept free
 * among the bidi controls for one more.
 */
const INVISIBLE = /[^\P{Cf}\u200c\u200d]|\u2065|\p{Noncharacter_Code_Point}/gu
const BLANK = /[\p{Cc}\p{Z}]+/gu

/**
 * Text that came from outside as one line that shows what it holds: no line break or other control character (headers,
 * N2), no bidi override or other invisible character that makes a name read as another one, no unpaired surrogate.
 * Markup is left as it is: escaping is the renderer's.
 */
export function clean(text: string, maxLength: number): string {
  return clip(text.toWellFormed().replace(INVISIBLE, '').replace(BLANK, ' ').trim(), maxLength)
}

/** IDNA has a dot of its own for three scripts; programs that look for names take them for one. */
const DOT_IN_A_NAME = /(?<=\S)[.\u3002\uff0e\uff61](?=[^\s.]{2})/gu
const COLON_IN_A_URL = /(?<=[\p{L}\p{N}]):(?=\S)/gu
const SERVER_IN_A_PATH = /\\{2,}/g

/**
 * N2: the text with nothing in it that mail programs make a link of by themselves. An org that calls itself `evil.example`
 * or `https://evil.example/log-in` would otherwise have its link under our letterhead. Dots and colons inside of a word
 * become signs that look the same and belong to no domain or URL, since the invisible ones that some put beside a dot
 * are letters of a domain to others. `S.A.`, `St. John` and `Dept: Sales` are no names of hosts, and stay.
 */
export function unlinked(text: string): string {
  return text
    .replace(DOT_IN_A_NAME, '\u2024')
    .replace(COLON_IN_A_URL, '\ua789')
    .replace(SERVER_IN_A_PATH, '\\')
}

/**
 * The URL in its serialized form, which is ASCII without blanks or quotes.
 * @throws InputError `invalid_url` where it isn't an absolute http(s) URL: nothing else may become a link
 */
export function httpUrl(url: string): string {
  const parsed = URL.parse(url)
  if (parsed === null || (parsed.protocol !== 'https:' && parsed.protocol !== 'http:')) {
    throw new InputError('invalid_url', 'A link must be an absolute http or https URL.')
  }
  return parsed.href
}
