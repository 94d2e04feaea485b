import { describe, expect, it } from 'vitest'
import { mapDirectoryHeader, parseDirectoryRow } from '../../../shared/csv/directory-columns.ts'

const columns = mapDirectoryHeader(['Name', ' E-MAIL ', 'Phone'])
const parse = (...cells: string[]) => parseDirectoryRow({ cells }, columns)

describe('a row of a directory', () => {
  it.each([
    ['an address', ['Ada', ' Ada@Acme.example ', ''], 'ada@acme.example', 'Ada@Acme.example'],
    [
      'one that was kept from being run as a formula',
      ['', "'+1@acme.example"],
      '+1@acme.example',
      '+1@acme.example',
    ],
    ['an internationalised domain', ['', 'ada@bücher.example'], 'ada@xn--bcher-kva.example', undefined],
  ])('Y3: %s is read', (_what, cells, normalized, email) => {
    expect(parse(...cells)).toMatchObject({
      outcome: 'address',
      address: { normalized, ...(email !== undefined && { email }) },
    })
  })

  it.each([
    [['Ada', 'ada(at)acme.example'], 'invalid_address'],
    [['Ada', 'acc00042'], 'invalid_address'],
    [['Ada', 'ada@acme.example.convert-user.local'], 'invalid_address'],
    [['Ada', 'ada@acme.example', '', 'x'], 'too_many_cells'],
  ])('Y4: %j is refused: whoever it stands for can’t be told', (cells, code) => {
    expect(parse(...cells)).toEqual({ outcome: 'refused', code })
  })

  it('Y8: a row without an address, as of a service account, stands for nobody', () => {
    expect(parse('Ada', '', '')).toEqual({ outcome: 'without_address' })
    expect(parse('backup service', ' \u200b')).toEqual({ outcome: 'without_address' })
  })

  it('Y4, I3: a row that a stray quotation mark has spoiled is refused', () => {
    const row = { cells: ['Ada', 'ada@acme.example'], fault: 'invalid_quote' as const }
    expect(parseDirectoryRow(row, columns)).toEqual({ outcome: 'refused', code: 'invalid_quote' })
  })
})

describe('a directory’s header', () => {
  it('Y3: takes the names of the claim CSV’s address column, in any place, and ignores all others', () => {
    for (const name of ['User ID/Email (Required)', 'email', 'E-mailadres'])
      expect(mapDirectoryHeader(['x', name]).at).toEqual({ address: 1 })
    expect(mapDirectoryHeader(['First Name', 'First Name', 'Email']).at).toEqual({ address: 2 })
  })

  it.each([
    [['Name', 'Phone'], 'no_address_column', 1],
    [['Email', 'Name', 'E-mail'], 'duplicate_column', 3],
  ])('Y3: %j is refused with its place', (cells, code, column) => {
    expect(() => mapDirectoryHeader(cells, 7)).toThrow(expect.objectContaining({ code, line: 7, column }))
  })
})
