import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseAddress } from '../../../shared/rules/accounts/address.ts'
import { messageTexts } from '../../../shared/messages/messages.ts'
import { type ClaimColumns, mapClaimHeader, parseClaimRow } from '../../../shared/csv/claim-columns.ts'
import { mapDirectoryHeader, parseDirectoryRow } from '../../../shared/csv/directory-columns.ts'
import { CLAIM_HEADERS } from '../../../shared/csv/header-names.ts'
import { languages } from '../../../shared/mail/language.ts'
import { readFile, utf16 } from '../../support/csv.ts'

/** I1: every character of Unicode that shows nothing, line breaks aside. */
const all = Array.from({ length: 0x110000 }, (_, code) => code)
  .filter((code) => code < 0xd800 || code > 0xdfff)
  .map((code) => String.fromCodePoint(code))
const invisible = all.filter((char) => /\p{Default_Ignorable_Code_Point}/u.test(char))
const blank = all.filter((char) => /[^\S\r\n\v\f\u0085\u2028\u2029]/u.test(char))
const lineBreaks = ['\r', '\n', '\r\n', '\v', '\f', '\u0085', '\u2028', '\u2029']

const run = (from: readonly string[], maxLength: number) =>
  fc.array(fc.constantFrom(...from), { maxLength }).map((chars) => chars.join(''))
const about = run([...invisible, ...blank], 4)
/** Some of it, between the characters of a text. */
const within = (text: string) =>
  fc
    .array(run(invisible, 2), { minLength: text.length, maxLength: text.length })
    .map((between) => [...text].map((char, index) => char + between[index]).join(''))
const quoted = (cell: string) => `"${cell.replaceAll('"', '""')}"`

const ADDRESS = 'ada@acme.example'
const pasted = fc.tuple(about, within(ADDRESS), about).map((parts) => parts.join(''))

const encoded = fc.constantFrom(
  (text: string) => Buffer.from(text),
  (text: string) => Buffer.from(`\ufeff${text}`),
  (text: string) => utf16(text, 'le'),
  (text: string) => utf16(text, 'be'),
)

async function refsOf(file: Uint8Array) {
  const [header, ...rows] = await readFile(file)
  const columns = mapClaimHeader(header?.cells ?? [])
  return rows.map(({ cells }) => {
    const parsed = parseClaimRow(cells, columns)
    return parsed.outcome === 'parsed' ? parsed.row.ref : parsed.issues.map(({ code }) => code)
  })
}

describe('what copying brings along', () => {
  it('I1: knows all that Unicode calls white space or default-ignorable', () => {
    expect(invisible.length).toBeGreaterThan(4_100)
    expect(blank.length + lineBreaks.length).toBeGreaterThan(24)
  })

  it('I1: each such character about an address is nothing: in a file, a request and a directory', () => {
    const columns = mapClaimHeader(['Email'])
    const directory = mapDirectoryHeader(['Email'])
    const failing = [...invisible, ...blank, ...lineBreaks].filter((char) => {
      const text = `${char}${ADDRESS}${char}`
      const row = parseClaimRow([text], columns)
      const entry = parseDirectoryRow({ cells: [text] }, directory)
      const typed = parseAddress(text)
      return !(
        row.outcome === 'parsed' &&
        'email' in row.row.ref &&
        row.row.ref.email === ADDRESS &&
        entry.outcome === 'address' &&
        entry.address.email === ADDRESS &&
        typed.outcome === 'parsed' &&
        typed.address.email === ADDRESS
      )
    })
    expect(failing.map((char) => char.codePointAt(0)?.toString(16))).toEqual([])
  })

  it('I1: nor do many, about it and within it, whatever the encoding, quoted or not', async () => {
    await fc.assert(
      fc.asyncProperty(pasted, encoded, fc.boolean(), async (cell, encode, isQuoted) => {
        const file = encode(`Email,First Name\r\n${isQuoted ? quoted(cell) : cell},x\r\n`)
        expect(await refsOf(file)).toEqual([{ email: ADDRESS }])
      }),
      { numRuns: 200 },
    )
  })

  it('I1: nor about a claim type', () => {
    const columns = mapClaimHeader(['Email', 'Claim Type'])
    fc.assert(
      fc.property(about, about, fc.constantFrom('direct', 'Direct', 'DELAYED'), (before, after, type) => {
        const parsed = parseClaimRow([ADDRESS, `${before}${type}${after}`], columns)
        expect(parsed).toMatchObject({ outcome: 'parsed', row: { type: type.toLowerCase() } })
      }),
    )
  })
})

const names = Object.entries(CLAIM_HEADERS).flatMap(([field, spellings]) =>
  spellings.map((name) => ({ field, name })),
)
const separators = [' ', '  ', '_', '-', '', '\u00a0', '\u2011', '\u3000']
const decorations = ['', '*', ' *', '"', '“', '”', '„', '‘', '’', '«', '»', '\u200b', '\ufeff', '\t']
const withCase = (text: string, upper: readonly boolean[]) =>
  [...text]
    .map((char, index) => (upper[index % upper.length] ? char.toUpperCase() : char.toLowerCase()))
    .join('')

describe('a header as people write it', () => {
  it('I1: any case, separator, decoration and missing accent is the same column', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...names),
        fc.constantFrom(...separators),
        fc.constantFrom(...decorations),
        fc.constantFrom(...decorations),
        fc.array(fc.boolean(), { minLength: 1, maxLength: 7 }),
        fc.boolean(),
        ({ field, name }, separator, before, after, upper, isPlain) => {
          const spaced = name.replaceAll(' ', separator)
          const accented = isPlain ? spaced.normalize('NFD').replace(/\p{M}/gu, '') : spaced
          const header = `${before}${withCase(accented, upper)}${after}`
          const cells = field === 'address' ? [header] : ['Email', header]
          expect(mapClaimHeader(cells).at, header).toHaveProperty(field)
        },
      ),
      { numRuns: 1_000 },
    )
  })
})

describe('cells of any kind', () => {
  const columns: ClaimColumns = mapClaimHeader([
    'Email',
    'First Name',
    'Claim Type',
    'Licenses',
    'Content Loss',
  ])
  const cell = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 12 }),
    fc.constantFrom(
      'NULL',
      'a@b',
      'a@b.example c@d.example',
      'Ada <a@b.example>',
      'Email',
      '=1+1',
      '\u0000',
      '\ud800',
      '@',
    ),
    pasted,
  )

  it('I3: a row is taken, or refused with codes and a message of its own in every language', () => {
    fc.assert(
      fc.property(fc.array(cell, { maxLength: 7 }), (cells) => {
        const parsed = parseClaimRow(cells, columns)
        if (parsed.outcome === 'parsed') {
          const { ref } = parsed.row
          expect('userId' in ref ? ref.userId !== '' : parseAddress(ref.email).outcome === 'parsed').toBe(
            true,
          )
          return
        }
        expect(parsed.issues.length).toBeGreaterThan(0)
        for (const { code, say } of parsed.issues)
          for (const language of languages) {
            const message = say(messageTexts[language])
            expect(message.length).toBeGreaterThan(10)
            expect(message).not.toContain(code)
          }
      }),
      { numRuns: 500 },
    )
  })
})

describe('padding', () => {
  const nothing = fc
    .tuple(run([...blank, ...invisible.slice(0, 50)], 2), fc.nat({ max: 6 }))
    .map(([text, columns]) => text + ','.repeat(columns))

  it('I1, I3: rows in which nothing stands and empty columns, wherever and however many, change no row', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(nothing, { maxLength: 3 }),
        fc.array(nothing, { maxLength: 3 }),
        fc.nat({ max: 5 }),
        async (above, below, columns) => {
          const pad = ','.repeat(columns)
          const lines = [
            `Email,Licenses${pad}`,
            ...above,
            `a@acme.example,pro${pad}`,
            ...below,
            `b@acme.example,${pad}`,
          ]
          expect(await refsOf(Buffer.from(`${lines.join('\n')}\n`))).toEqual([
            { email: 'a@acme.example' },
            { email: 'b@acme.example' },
          ])
        },
      ),
      { numRuns: 200 },
    )
  })
})
