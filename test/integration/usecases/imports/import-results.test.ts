import { describe, expect } from 'vitest'
import { sourceOrg } from '../../../support/builders.ts'
import type { TestTable } from '../../../support/dynamo.ts'
import { givenAccounts, givenOrgs } from '../../../support/given.ts'
import { type Importing, startImporting } from '../../../support/importing.ts'
import { it } from '../../../support/fixtures.ts'

describe('what an import says it did', () => {
  let db: TestTable
  let world: Importing

  it.beforeAll(async ({ table }) => {
    db = table
    world = await startImporting(db, { settings: { locale: 'en' } })
    await givenOrgs(world.stores, sourceOrg({ orgId: 'dunes', kind: 'enterprise' }))
  })

  const mailOf = (fileName: string) =>
    world.mailer.sent.findLast(
      ({ tags, subject }) => tags.kind === 'import_finished' && subject.includes(fileName),
    )?.text ?? ''

  it('I10: report, view and mail tell whose content is lost, and why', async () => {
    await givenAccounts(world.stores, { userId: 'd0', email: 'd0@noordzee.example', orgId: 'dunes' })
    const [movable = ''] = await world.newPeople(1)
    const done = await world.imported('losses.csv', world.fileOf(['d0@noordzee.example', movable]))
    expect(done.contentLoss).toEqual({ enterprise_source: 1 })
    expect(await world.reportOf(done)).toMatchObject([
      { 'Claim Type': 'direct', 'Content Loss': 'enterprise_source', Result: 'claimed' },
      { 'Claim Type': 'delayed', 'Content Loss': '', Result: 'claimed' },
    ])
    const text = mailOf('losses.csv')
    expect(text).toContain('1 account was claimed without its content')
    expect(text).toContain('1: the account belonged to another organization')
    expect(text).not.toContain('nothing to correct')
  })

  it('I9: the mail names the columns that weren’t understood', async () => {
    const [email = ''] = await world.newPeople(1)
    await world.imported('columns.csv', `Department,Email,Phone\nSales,${email},1\n`)
    expect(mailOf('columns.csv')).toContain('weren’t read: Department, Phone.')
  })

  it('I9, I10: nothing is said of columns and content where there is nothing to say', async () => {
    await world.imported('plain.csv', world.fileOf(await world.newPeople(1)))
    expect(mailOf('plain.csv')).toContain('nothing to correct')
    expect(mailOf('plain.csv')).not.toMatch(/without its content|weren’t read/)
  })
})
