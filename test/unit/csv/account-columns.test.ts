import { describe, expect, it } from 'vitest'
import { mapAccountHeader, parseAccountRow } from '../../../shared/csv/account-columns.ts'

const HEADER = ['userId', 'email', 'firstName', 'lastName', 'orgId', 'status', 'paid', 'locale']
const COLUMNS = mapAccountHeader(HEADER)

const refused = (cells: string[]): [code: string, column: number][] => {
  const parsed = parseAccountRow(cells, COLUMNS)
  return parsed.outcome === 'parsed' ? [] : parsed.issues.map(({ code, column }) => [code, column])
}

describe('mapAccountHeader', () => {
  it('E: finds the columns in any order and case', () => {
    expect(mapAccountHeader(['ORGID', ' Email', 'x', 'userid'])).toEqual({
      width: 4,
      at: { orgId: 0, email: 1, userId: 3 },
    })
  })

  it('I2: refuses a file that lacks a column it needs, or has one twice', () => {
    expect(() => mapAccountHeader(['userId', 'orgId'])).toThrow(
      expect.objectContaining({ code: 'no_address_column', line: 1 }),
    )
    expect(() => mapAccountHeader(['email', 'orgId'], 2)).toThrow(
      expect.objectContaining({ code: 'missing_column', line: 2 }),
    )
    expect(() => mapAccountHeader(['email', 'userId'])).toThrow('no column “orgId”')
    expect(() => mapAccountHeader([...HEADER, 'Email'])).toThrow(
      expect.objectContaining({ code: 'duplicate_column', column: 9 }),
    )
  })
})

describe('parseAccountRow', () => {
  it('E: reads an account', () => {
    const cells = ['acc1', 'Zoe@Noordzee.example', 'Zoë', "'-", 'personal', 'Not_Verified', 'TRUE', 'nl-BE']
    expect(parseAccountRow(cells, COLUMNS)).toEqual({
      outcome: 'parsed',
      row: {
        userId: 'acc1',
        email: 'Zoe@Noordzee.example',
        firstName: 'Zoë',
        lastName: '-',
        orgId: 'personal',
        status: 'not_verified',
        paid: true,
        locale: 'nl-BE',
      },
    })
  })

  it('E: takes the defaults where cells are empty or missing', () => {
    expect(parseAccountRow(['acc1', 'a@noordzee.example', '', '', 'personal'], COLUMNS)).toMatchObject({
      outcome: 'parsed',
      row: { firstName: '', lastName: '', status: 'active', paid: false, locale: 'en' },
    })
  })

  it('I3: refuses a row with its codes and columns', () => {
    const cells = (at: number, cell: string) =>
      ['acc1', 'a@noordzee.example', '', '', 'personal'].with(at, cell)
    expect(refused(cells(0, ''))).toEqual([['missing_user_id', 1]])
    expect(refused(cells(0, 'acc1/2'))).toEqual([['invalid_user_id', 1]])
    expect(refused(cells(1, ''))).toEqual([['missing_address', 2]])
    expect(refused(cells(1, 'acc1'))).toEqual([['invalid_address', 2]])
    expect(refused(cells(2, '\0'))).toEqual([['invalid_first_name', 3]])
    expect(refused(cells(3, 'x'.repeat(257)))).toEqual([['invalid_last_name', 4]])
    expect(refused(cells(4, ''))).toEqual([['missing_org_id', 5]])
    expect(refused(cells(4, 'a/b'))).toEqual([['invalid_org_id', 5]])
    expect(refused([...cells(0, 'acc1'), 'delayed_claim'])).toEqual([['invalid_status', 6]])
    expect(refused([...cells(0, 'acc1'), '', 'perhaps'])).toEqual([['invalid_paid', 7]])
    expect(refused([...cells(0, 'acc1'), '', '', 'n'])).toEqual([['invalid_locale', 8]])
    expect(refused([...cells(0, 'acc1'), '', '', '', 'x'])).toEqual([['too_many_cells', 9]])
  })

  it.each(['nl_BE', 'pt_BR', 'fr-CA-x-private', 'zh-Hans', '\u200bnl-BE\u00a0'])(
    'I: takes the locale %s, as the platform’s calls do',
    (locale) => {
      const [userId = '', email = '', orgId = ''] = ['acc1', 'ada@acme.example', 'personal']
      const parsed = parseAccountRow([userId, email, '', '', orgId, '', '', locale], mapAccountHeader(HEADER))
      expect(parsed).toMatchObject({
        outcome: 'parsed',
        row: { locale: locale.replace(/[\u200b\u00a0]/g, '') },
      })
    },
  )
})
