import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { describe, expect, it } from 'vitest'
import { openTable } from '../../../../shared/storage/client.ts'
import {
  deleting,
  inserting,
  isLeftBy,
  path,
  updating,
  where,
} from '../../../../shared/storage/writes/statements.ts'

const table = openTable('table', new DynamoDBClient({ region: 'us-east-1' }))
const key = { pk: 'U#1', sk: 'U' }

describe('a statement', () => {
  it('has a clause of its own for each path, as it is documented, and a parameter for each value', () => {
    const changes = [
      ['rev', 2],
      ['old', undefined],
      ['mail.told', 'now'],
      [['mail', 'slots', 'a.b"c'], { until: 3 }],
    ] as const
    expect(updating(table, key, changes, where`"rev" = ${1}`)).toMatchObject({
      text:
        'UPDATE "table" SET "rev" = ? SET "mail"."told" = ? SET "mail"."slots"."a.b""c" = ? REMOVE "old" ' +
        'WHERE "pk" = ? AND "sk" = ? AND "rev" = ?',
      parameters: [2, 'now', { until: 3 }, 'U#1', 'U', 1],
    })
  })

  it('takes conditions apart into text and values, with conditions and paths within them', () => {
    const slot = path('mail', 'slots', 'claimed')
    const free = where`${slot} IS MISSING OR ${path('mail', 'slots', 'claimed', 'until')} < ${5}`
    expect(where`"claim"."id" = ${'c'} AND (${free})`).toEqual({
      text: '"claim"."id" = ? AND ("mail"."slots"."claimed" IS MISSING OR "mail"."slots"."claimed"."until" < ?)',
      values: ['c', 5],
    })
  })

  it('inserts the attributes that there are, and deletes', () => {
    expect(inserting(table, { ...key, n: 1, none: undefined })).toMatchObject({
      text: `INSERT INTO "table" VALUE {'pk': ?, 'sk': ?, 'n': ?}`,
      parameters: ['U#1', 'U', 1],
    })
    expect(deleting(table, key, where`"n" = ${1}`)).toMatchObject({
      text: 'DELETE FROM "table" WHERE "pk" = ? AND "sk" = ? AND "n" = ?',
      parameters: ['U#1', 'U', 1],
    })
  })

  it.each([
    [{ rev: 2, mail: { slots: { a: { by: 'me', until: 3 } } } }, true],
    [{ rev: 2, mail: { slots: { a: { until: 3, by: 'me' } } }, other: 1 }, true],
    [{ rev: 2, old: 1, mail: { slots: { a: { by: 'me', until: 3 } } } }, false],
    [{ rev: 2, mail: { slots: { a: { by: 'another', until: 3 } } } }, false],
    [{ rev: 2, mail: {} }, false],
    [undefined, false],
  ])('knows what it left: %j %s', (item, isOwn) => {
    const changes = [
      ['rev', 2],
      ['old', undefined],
      ['mail.slots.a', { until: 3, by: 'me', none: undefined }],
    ] as const
    expect(isLeftBy(updating(table, key, changes), item)).toBe(isOwn)
  })

  it('takes any value but a part for a parameter, maps and nothing at all included', () => {
    expect(where`"a" = ${null} AND "b" = ${{ text: 'x' }} AND "c" = ${undefined}`).toEqual({
      text: '"a" = ? AND "b" = ? AND "c" = ?',
      values: [null, { text: 'x' }, undefined],
    })
  })

  it('without a condition has the key alone, and knows which item it is about', () => {
    const statement = updating(table, key, [['n', 1]])
    expect(statement).toMatchObject({ text: 'UPDATE "table" SET "n" = ? WHERE "pk" = ? AND "sk" = ?', key })
    expect(updating(table, key, [['n', 1]]).text).toBe(statement.text)
    expect(deleting(table, key)).toMatchObject({
      text: 'DELETE FROM "table" WHERE "pk" = ? AND "sk" = ?',
      key,
    })
    expect(inserting(table, { ...key, "it's": 1 })).toMatchObject({
      text: `INSERT INTO "table" VALUE {'pk': ?, 'sk': ?, 'it''s': ?}`,
      key,
    })
  })

  it('knows a deletion of its own by there being nothing, and no deletion by it', () => {
    expect(isLeftBy(deleting(table, key), undefined)).toBe(true)
    expect(isLeftBy(deleting(table, key), { n: 1 })).toBe(false)
    expect(isLeftBy(updating(table, key, [['old', undefined]]), undefined)).toBe(false)
    expect(isLeftBy(updating(table, key, [['a.b', undefined]]), { a: null })).toBe(true)
  })
})
