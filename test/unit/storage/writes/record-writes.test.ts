import { ConditionalCheckFailedException, TransactionCanceledException } from '@aws-sdk/client-dynamodb'
import { TransactWriteCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb'
import { beforeEach, describe, expect, it } from 'vitest'
import { completeClaim } from '../../../../shared/rules/claims/ending.ts'
import type { AccountRecord } from '../../../../shared/rules/types.ts'
import {
  accountAttributes,
  accountFromItem,
  accountToItem,
} from '../../../../shared/storage/items/account-item.ts'
import { itemOfEndedClaim } from '../../../../shared/storage/items/closed-claim-item.ts'
import { keys } from '../../../../shared/storage/keys.ts'
import {
  leavingClaim,
  mailStatement,
  recordStatement,
  transactWith,
  writeRecord,
} from '../../../../shared/storage/writes/record-writes.ts'
import { put } from '../../../../shared/storage/writes/requests.ts'
import { tableAnsweredBy } from '../../../simulation/dynamo/client.ts'
import {
  ADMIN,
  type ClaimedRecord,
  claimed,
  claimedUnmailed,
  record,
  T0,
  withClaim,
} from '../../../support/builders.ts'

let sent: object[] = []
let answer: () => object = () => ({})
const table = tableAnsweredBy('table', async (command) => {
  sent.push(command)
  return answer()
})

/** As it is read from the table. */
const stored = (given: AccountRecord): AccountRecord => accountFromItem(accountToItem(given))
const storedClaim = (given: ClaimedRecord): ClaimedRecord => withClaim(stored(given))

/** The attributes that an update sets, and those that it removes. */
function update(command: object | undefined) {
  if (!(command instanceof UpdateCommand)) throw new Error('no update')
  const { UpdateExpression = '', ConditionExpression, ExpressionAttributeValues: values = {} } = command.input
  const [sets = '', removals = ''] = UpdateExpression.split(/REMOVE /)
  const names = (text: string): string[] => [...text.matchAll(/#(\w+)/g)].map(([, name]) => name ?? '')
  return {
    key: command.input.Key,
    set: Object.fromEntries(names(sets).map((name) => [name, values[`:${name}`]])),
    removed: names(removals).sort(),
    condition: ConditionExpression,
    names: command.input.ExpressionAttributeNames,
    values,
  }
}

const refused = (): never => {
  throw new ConditionalCheckFailedException({ $metadata: {}, message: 'condition' })
}

beforeEach(() => {
  sent = []
  answer = () => ({})
})

describe('the write of a record that was read', () => {
  it('sets what differs, on the condition of the revision that was read, and has its effects', async () => {
    const read = stored(record())
    const change = { what: 'user.updated', at: T0.toISOString(), by: ADMIN, n: 4 } as const
    const next = { ...read, revision: 4, change, account: { ...read.account, firstName: 'Eva' } }
    expect(await writeRecord(table, next)).toEqual({ outcome: 'written' })
    const { key, set, removed, condition, values } = update(sent[0])
    expect(key).toEqual(keys.account('acc00042'))
    expect(set).toEqual({ firstName: 'Eva', rev: 4, change: expect.objectContaining({ n: 4 }) })
    expect(removed).toEqual(['quiet'])
    expect(condition).toBe('#rev = :revBefore')
    expect(values[':revBefore']).toBe(3)
  })

  it('sets all that is known of one that wasn’t read, and removes what isn’t there', async () => {
    const next = { ...record(), revision: 4 }
    await writeRecord(table, next)
    const { set, removed } = update(sent[0])
    const { pk: _pk, sk: _sk, ...item } = accountToItem(next)
    const present = Object.entries(item).filter(([, value]) => value !== undefined)
    expect(set).toEqual(Object.fromEntries(present))
    const absent = accountAttributes.filter((name) => !present.some(([own]) => own === name))
    expect(removed).toEqual(absent.sort())
    expect(removed).toContain('claim')
  })

  it('sets all of one that others have written since, as far as this process knows', async () => {
    const read = stored(record())
    await writeRecord(table, { ...read, revision: 9 })
    expect(update(sent[0])).toMatchObject({
      set: { email: read.account.email, rev: 9 },
      values: { ':revBefore': 8 },
    })
  })

  it('of a chain of writes sets what the last one left different', async () => {
    const read = stored(record())
    const first = { ...read, revision: 4, account: { ...read.account, firstName: 'Eva' } }
    await writeRecord(table, first)
    await writeRecord(table, { ...first, revision: 5, account: { ...first.account, lastName: 'Bos' } })
    expect(update(sent[1]).set).toEqual({ lastName: 'Bos', rev: 5, quiet: 'y' })
  })

  it('that was lost has left nothing, so the next one sets it as well', async () => {
    const read = stored(record())
    const first = { ...read, revision: 4, account: { ...read.account, firstName: 'Eva' } }
    answer = refused
    expect(await writeRecord(table, first)).toEqual({ outcome: 'lost' })
    answer = () => ({})
    await writeRecord(table, { ...first, account: { ...first.account, lastName: 'Bos' } })
    expect(update(sent[1]).set).toEqual({ firstName: 'Eva', lastName: 'Bos', rev: 4, quiet: 'y' })
  })
})

describe('M5: a write that depends on the mails of an open claim', () => {
  const read = storedClaim(claimed())
  const unmailed = storedClaim(claimedUnmailed())
  const held = (given: ClaimedRecord): AccountRecord => ({
    ...given,
    revision: given.revision + 1,
    claim: { ...given.claim, held: true },
  })

  it('is on the condition that no mail has left since it was read, also where it changes no mail', async () => {
    await writeRecord(table, held(unmailed))
    const { condition, names, values, removed } = update(sent[0])
    expect(removed).toContain('dueAt')
    expect(condition).toBe('#rev = :revBefore AND #mail.#n = :mailBefore')
    expect(names).toMatchObject({ '#mail': 'mail', '#n': 'n', '#rev': 'rev' })
    expect(values).toMatchObject({ ':revBefore': unmailed.revision, ':mailBefore': 1 })
  })

  const mailed = (given: ClaimedRecord, revision: number): ClaimedRecord =>
    storedClaim({ ...given, claim: { ...given.claim, mail: { ...given.claim.mail, revision } } })

  it('is on the condition of the mails’ revision that was read, where there was one', async () => {
    const later = mailed(read, 5)
    const next = {
      ...later,
      revision: later.revision + 1,
      claim: { ...later.claim, mail: { ...later.claim.mail, revision: 6 } },
    }
    const { statement } = recordStatement(table, next)
    await writeRecord(table, next)
    const { condition, names, values } = update(sent[0])
    expect(condition).toBe('#rev = :revBefore AND #mail.#n = :mailBefore')
    expect(names).toMatchObject({ '#rev': 'rev', '#mail': 'mail', '#n': 'n' })
    expect(values).toMatchObject({ ':revBefore': later.revision, ':mailBefore': 5 })
    expect(statement.text).toMatch(/ WHERE "pk" = \? AND "sk" = \? AND "rev" = \? AND "mail"\."n" = \?$/)
    expect(statement.parameters.slice(-2)).toEqual([later.revision, 5])
  })

  it('leaves the mails out of its condition where it has nothing to do with them', async () => {
    const later = mailed(read, 5)
    const next = { ...later, revision: later.revision + 1, account: { ...later.account, paid: true } }
    const { statement } = recordStatement(table, next)
    await writeRecord(table, next)
    expect(update(sent[0]).condition).toBe('#rev = :revBefore')
    expect(statement.text).toMatch(/ WHERE "pk" = \? AND "sk" = \? AND "rev" = \?$/)
    expect(statement.parameters.at(-1)).toBe(later.revision)
    expect(statement.key).toEqual(keys.account(later.recordId))
  })

  it('is on that condition too where it ends the claim, and its mails with it', async () => {
    const later = mailed(read, 5)
    const { record: left } = completeClaim(later, later.claim, { now: T0, by: ADMIN })
    await writeRecord(table, left)
    expect(update(sent[0])).toMatchObject({
      condition: '#rev = :revBefore AND #mail.#n = :mailBefore',
      values: { ':mailBefore': 5 },
    })
  })
})

describe('the statement of one record', () => {
  it('sets what differs, and what it wrote counts once it is said to be written', () => {
    const read = stored(record())
    const first = { ...read, revision: 4, account: { ...read.account, firstName: 'Eva' } }
    const { statement, written } = recordStatement(table, first)
    expect(statement.text).toContain('SET "firstName" = ?')
    expect(statement.parameters).toContain('Eva')
    const before = recordStatement(table, {
      ...first,
      account: { ...first.account, lastName: 'Bos' },
    }).statement
    expect(before.text).toContain('"firstName"')
    written()
    const after = recordStatement(table, {
      ...first,
      revision: 5,
      account: { ...first.account, lastName: 'Bos' },
    }).statement
    expect(after.text).not.toContain('"firstName"')
    expect(after.text).toContain('"lastName"')
  })
})

describe('an ended claim that leaves its record because another is made there', () => {
  const open = claimed()
  const { closed, change } = completeClaim(open, open.claim, { now: T0, by: ADMIN })
  const ended = { claim: closed, change }
  const standing = stored({ ...record(), ended })
  const again: AccountRecord = {
    ...standing,
    revision: 4,
    claim: claimed({ ulid: '01KAPEG9Q0ZZZZZZZZZZZZZZZZ' }).claim,
  }

  it('is written as an item of its own, in one transaction with the record', async () => {
    expect(leavingClaim(again)).toMatchObject({ claim: closed })
    expect(await writeRecord(table, again)).toEqual({ outcome: 'written' })
    const [command] = sent
    if (!(command instanceof TransactWriteCommand)) throw new Error('no transaction')
    const [first, second, ...more] = command.input.TransactItems ?? []
    expect(more).toEqual([])
    expect(first?.Update).toMatchObject({
      Key: keys.account('acc00042'),
      ConditionExpression: '#rev = :revBefore',
    })
    expect(second).toEqual(put(table, itemOfEndedClaim(leavingClaim(again) ?? ended)))
  })

  it('stays where no claim is open, where none has ended, and where it has left before', () => {
    expect(leavingClaim(standing)).toBeUndefined()
    expect(leavingClaim({ ...record(), claim: open.claim })).toBeUndefined()
    const { ended: _none, ...without } = standing
    expect(leavingClaim({ ...stored(without), claim: open.claim, ended })).toBeUndefined()
    expect(leavingClaim({ ...record(), claim: open.claim, ended })).toBe(ended)
    expect(leavingClaim({ ...record(), ended })).toBeUndefined()
  })
})

describe('a transaction with a record', () => {
  const read = () => stored(record())
  const others = [put(table, { pk: 'P', sk: 'S' })]

  it('remembers what it wrote, and not what it didn’t', async () => {
    for (const [fails, outcome] of [
      [true, 'lost'],
      [false, 'written'],
    ] as const) {
      sent = []
      const first = { ...read(), revision: 4 }
      const changed = { ...first, account: { ...first.account, firstName: 'Eva' } }
      answer = () => {
        if (!fails) return {}
        throw new TransactionCanceledException({
          $metadata: {},
          message: 'cancelled',
          CancellationReasons: [{ Code: 'ConditionalCheckFailed' }, { Code: 'None' }],
        })
      }
      expect(await transactWith(table, changed, others)).toEqual({ outcome })
      answer = () => ({})
      const next = { ...changed, revision: fails ? 4 : 5 }
      await writeRecord(table, { ...next, account: { ...next.account, lastName: 'Bos' } })
      const { set } = update(sent[1])
      expect('firstName' in set).toBe(fails)
      expect(set).not.toHaveProperty('email')
    }
  })

  it('answers for another item by what its condition means', async () => {
    answer = () => {
      throw new TransactionCanceledException({
        $metadata: {},
        message: 'cancelled',
        CancellationReasons: [{ Code: 'None' }, { Code: 'ConditionalCheckFailed' }],
      })
    }
    expect(await transactWith(table, { ...read(), revision: 4 }, others, { 1: 'taken' })).toEqual({
      outcome: 'taken',
    })
  })
})

describe('the next state of an open claim’s mails', () => {
  const before = storedClaim(claimedUnmailed())
  const next = (given: ClaimedRecord, revision: number) => ({
    ...given.claim,
    notification: 'sent' as const,
    mail: { ...given.claim.mail, revision },
  })

  it('C6: is written on the condition of the claim and of its mails, and nothing follows from it', () => {
    const first = mailStatement(table, before, next(before, 2))
    expect(first.key).toEqual(keys.account(before.recordId))
    expect(first.text).toMatch(
      /^UPDATE "table" SET "mail" = \? SET "quiet" = \? WHERE "pk" = \? AND "sk" = \? AND "claim"\."id" = \? AND "mail"\."n" = \?$/,
    )
    expect(first.parameters[1]).toBe('y')
    expect(first.parameters.slice(-2)).toEqual([before.claim.claimId.split('~').at(-1), 1])
  })

  it('M5: that puts the migration off is on the condition of the record too, and has effects', () => {
    const held = storedClaim({ ...before, claim: { ...before.claim, held: true } })
    const late = { ...next(held, 2), notifiedAt: '2026-03-20T00:00:00Z', held: false }
    const statement = mailStatement(table, held, late)
    expect(statement.text).toContain('SET "dueShard" = ?')
    expect(statement.text).toContain('SET "dueAt" = ?')
    expect(statement.text).toContain('REMOVE "quiet"')
    expect(statement.text).toMatch(/ AND "rev" = \?$/)
    expect(statement.parameters.at(-1)).toBe(held.revision)
  })
})
