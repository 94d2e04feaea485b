import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTable, type TestTable } from '../../../support/dynamo.ts'
import { type Importing, startImporting } from '../../../support/importing.ts'

describe.each([
  ['en', 'There is no account with this address.', 'Line 1, column 1: '],
  ['nl-BE', 'Er is geen account met dit adres.', 'Regel 1, kolom 1: '],
  ['de', 'Es gibt kein Konto mit dieser Adresse.', 'Zeile 1, Spalte 1: '],
  ['fr', 'Aucun compte n’a cette adresse.', 'Ligne 1, colonne 1\u00a0: '],
  ['es', 'No hay ninguna cuenta con esta dirección.', 'Línea 1, columna 1: '],
])('an org whose language is %s', (locale, unknownUser, atTheStart) => {
  let db: TestTable
  let world: Importing

  beforeAll(async () => {
    db = await startTable()
    world = await startImporting(db, { settings: { locale } })
  })
  afterAll(() => db.stop())

  it('I3: its report says in that language what became of a row, beside the code', async () => {
    const done = await world.imported('people.csv', world.fileOf(['nobody@noordzee.example']))
    expect(await world.reportOf(done)).toMatchObject([{ Code: 'unknown_user', Message: unknownUser }])
  })

  it('I2: a file that is refused as a whole says so in that language, in the import and in the mail', async () => {
    const { error } = await world.imported('people.csv', 'Name\nAda\n')
    expect(error).toMatchObject({ code: 'no_address_column', line: 1, column: 1 })
    expect(error?.message.slice(0, atTheStart.length)).toBe(atTheStart)
    expect(error?.message).toContain('Name')
    expect(world.mailer.sent.at(-1)?.text).toContain(atTheStart.trimEnd().replace('\u00a0', ' '))
  })
})
