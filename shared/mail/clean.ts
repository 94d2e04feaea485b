import { InputError } from '../lib/errors.ts'

let segmenter: Intl.Segmenter | undefined

/** Made when it is first needed: that takes 6 ms, and most texts are short enough. */
function graphemesOf(text: string): Intl.Segments {
  segmenter ??= new Intl.Segmenter('und', { granularity: 'grapheme' })
  return segmenter.segment(text)
}

/**
 * Cuts a text to `maxLength` UTF-16 units between graphemes, so that no letter loses its accent and no emoji its half.
 */
export function truncate(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text
  let shortened = ''
  for (const { segment } of graphemesOf(text)) {
    if (shortened.length + segment.length >= maxLength) break
    shortened += segment
  }
  return `${shortened.trimEnd()}…`
}

/**
 * Format characters to drop: all but ZWNJ and ZWJ, which join Persian letters and emoji, and U+2065, which is
 * unassigned among the bidi controls.
 */
const INVISIBLE = /[^\P{Cf}\u200c\u200d]|\u2065|\p{Noncharacter_Code_Point}/gu
const BLANK = /[\p{Cc}\p{Z}]+/gu

/**
 * Makes text from outside one line that shows what it contains: without line breaks and other control characters
 * (header injection, N2), bidi overrides and other invisible characters that disguise a name, and unpaired surrogates.
 * Markup is left as it is; the renderer escapes it.
 */
export function clean(text: string, maxLength: number): string {
  return truncate(text.toWellFormed().replace(INVISIBLE, '').replace(BLANK, ' ').trim(), maxLength)
}

/** Dots of other scripts, which IDNA and programs that look for host names treat as dots. */
const DOT_IN_A_NAME = /(?<=\S)[.\u3002\uff0e\uff61](?=[^\s.]{2})/gu
const COLON_IN_A_URL = /(?<=[\p{L}\p{N}]):(?=\S)/gu
const SERVER_IN_A_PATH = /\\{2,}/g

/**
 * N2: changes text so that mail programs don't turn parts of it into links: an org that calls itself `evil.example` or
 * `https://evil.example/log-in` would otherwise get its link under our name. Dots and colons inside a word become
 * look-alikes that belong to no domain or URL; invisible characters beside a dot wouldn't do, since some programs take
 * them for letters of a domain. `S.A.`, `St. John` and `Dept: Sales` contain no host names, and stay.
 */
export function unlinked(text: string): string {
  return text
    .replace(DOT_IN_A_NAME, '\u2024')
    .replace(COLON_IN_A_URL, '\ua789')
    .replace(SERVER_IN_A_PATH, '\\')
}

/**
 * The serialized URL, which is ASCII without blanks or quotes.
 * @throws InputError `invalid_url` if it isn't an absolute http(s) URL: nothing else may become a link
 */
export function httpUrl(url: string): string {
  const parsed = URL.parse(url)
  if (parsed === null || (parsed.protocol !== 'https:' && parsed.protocol !== 'http:')) {
    throw new InputError('invalid_url', 'A link must be an absolute http or https URL.')
  }
  return parsed.href
}
