import { describe, expect, it } from 'vitest'
import { messageFor } from '../../../../shared/messages/messages.ts'
import type { RowOutcome } from '../../../../shared/storage/items/import-item.ts'
import { type ReadRow, reasonsOf } from '../../../../shared/usecases/imports/row-reasons.ts'

const refused = (...codes: string[]): RowOutcome => ({ result: 'refused', codes })
const row = (...cells: string[]): ReadRow => ({ cells })
const claims = reasonsOf({ kind: 'claims', header: ['Email', 'First Name', 'Claim Type'] }, 'en')

const foreign = messageFor(['domain_not_verified'], 'en')

describe('why a row was refused, in words', () => {
  it('I3: are all faults of the row itself, one after the other', () => {
    const both = claims(row('two words', '', 'maybe'), refused('invalid_address', 'invalid_claim_type'))
    const address = claims(row('two words', '', ''), refused('invalid_address'))
    const type = claims(row('ada@noordzee.example', '', 'maybe'), refused('invalid_claim_type'))
    expect(address).toBe('This is neither an email address nor a user ID.')
    expect(both).toBe(`${address} ${type}`)
  })

  it('I3: is the stray quotation mark where there is one, whatever the cells look like', () => {
    const strayed = claims(
      { ...row('ada@noordzee.example'), fault: 'invalid_quote' },
      refused('invalid_quote'),
    )
    expect(strayed).toMatch(/quot/)
    expect(claims(row('ada@noordzee.example'), refused('invalid_quote'))).not.toBe(strayed)
  })

  it('I3: is what the service found, by its codes, also where the row has faults too', () => {
    expect(claims(row('ada@noordzee.example'), refused('own_user', 'claim_open'))).toBe(
      messageFor(['own_user', 'claim_open'], 'en'),
    )
    for (const code of ['cancelled', 'file_replaced'])
      expect(claims(row('two words'), refused(code))).toBe(messageFor([code], 'en'))
  })

  it('E: is one text for every id, so that it doesn’t show which ids exist', () => {
    const unknown = messageFor(['unknown_id'], 'en')
    expect(unknown).not.toBe(foreign)
    expect(claims(row('acc00042'), refused('domain_not_verified'))).toBe(unknown)
    expect(claims(row('ada@noordzee.example'), refused('domain_not_verified'))).toBe(foreign)
    expect(claims(row('acc00042'), refused('own_user'))).toBe(messageFor(['own_user'], 'en'))
  })

  it('is what else there is to say of a row that wasn’t refused', () => {
    expect(claims(row('two words'), { result: 'claimed', codes: [] })).toBe('')
    expect(claims(row('acc00042'), { result: 'unchanged', codes: ['domain_not_verified'] })).toBe(foreign)
  })

  it('I3: reads the rows of a load of accounts by their own columns', () => {
    const accounts = reasonsOf({ kind: 'accounts', header: ['userId', 'email', 'orgId'] }, 'en')
    expect(accounts(row('acc1', 'two words', 'personal'), refused('invalid_address'))).toBe(
      'This is no email address that an account could have.',
    )
    expect(accounts(row('acc1', 'ada@noordzee.example', 'personal'), refused('domain_not_verified'))).toBe(
      foreign,
    )
  })
})
