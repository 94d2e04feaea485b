import { describe, expect, it } from 'vitest'
import { bareText, holdsControl, isBlank, isStorable } from '../../../shared/rules/text.ts'

/** By its code, since none of them can be seen: zero-width space, soft hyphen, right-to-left mark, byte order mark. */
const invisible = [0x200b, 0xad, 0x200f, 0xfeff, 0x2800, 0xfffc].map((code) => String.fromCodePoint(code))

describe('text as people paste it', () => {
  it('I1: an address or a keyword is without what shows nothing, wherever it stands, and without blanks around it', () => {
    for (const char of invisible) expect(bareText(`${char}a${char}b${char}`)).toBe('ab')
    expect(bareText(' \t\u00a0a b\u001a\n')).toBe('a b')
  })

  it('I3: a cell is blank where nothing shows in it', () => {
    for (const text of ['', ' ', '\t', '\u00a0', '\u001a', ...invisible, `${invisible.join('')} `])
      expect(isBlank(text), JSON.stringify(text)).toBe(true)
  })

  it('I3: a cell is not blank by what it begins with: the first and last visible character, or another alphabet’s', () => {
    for (const text of ['!', '~', 'a', 'é', 'я', '0', ` x`, `${invisible[0]}x`, '\u007fx'])
      expect(isBlank(text), JSON.stringify(text)).toBe(false)
  })

  it('C8: text can be stored that is whole characters, and no control characters but a tab and line breaks', () => {
    for (const text of ['', 'Ada', 'é', '👩‍🚀', 'a\tb\r\nc'])
      expect(isStorable(text), JSON.stringify(text)).toBe(true)
    for (const text of ['\ud800', 'a\udc00b', '\u0000', 'a\u001bb', '\u007f', '\u0085'])
      expect(isStorable(text), JSON.stringify(text)).toBe(false)
    expect(holdsControl('\u0007')).toBe(true)
    expect(holdsControl('\ud800')).toBe(false)
  })
})
