import { describe, expect, it } from 'vitest'
import { MAIL_RETENTION_MS } from '../../../../shared/contracts/retention.ts'
import { epochSeconds } from '../../../../shared/lib/time.ts'
import { withMail } from '../../../../shared/rules/mail/claim-mail.ts'
import { keys } from '../../../../shared/storage/keys.ts'
import { type MailItem, mailStore } from '../../../../shared/storage/stores/mails.ts'
import { tableAnsweredBy } from '../../../simulation/dynamo/client.ts'
import { claimedUnmailed, plus, T0, withClaim } from '../../../support/builders.ts'
import { memoryStores } from '../../../support/memory-stores.ts'

const lease = (by: string, at = T0) => ({ by, at: at.toISOString() })

describe('C6: the state of a mail that is about no open claim', () => {
  const world = () => {
    const { mails, item } = memoryStores()
    const of = async (mailId = 'm') => (await mails.items([mailId])).get(mailId)
    const write = async (before: MailItem | undefined, slot: MailItem['slot'], now = T0) =>
      (await mails.write([{ kind: 'item', mailId: 'm', before, slot }], now)).map(({ outcome }) => outcome)
    const leased = async () => {
      expect(await write(undefined, lease('a'))).toEqual(['written'])
      const found = await of()
      if (found === undefined) throw new Error('no mail')
      return found
    }
    return { mails, stored: () => item(keys.mail('m')), of, write, leased }
  }

  it('C6: begins with a lease, which only the first of two workers gets, and expires', async () => {
    const { leased, write, of, stored } = world()
    expect(await of()).toBeUndefined()
    expect(await leased()).toEqual({ slot: lease('a'), attempt: 'a' })
    expect(await write(undefined, lease('b'))).toEqual(['lost'])
    expect(stored()).toEqual({
      ...keys.mail('m'),
      type: 'mail',
      v: 1,
      attempt: 'a',
      leasedAt: T0.toISOString(),
      expiresAtEpochSeconds: epochSeconds(plus(MAIL_RETENTION_MS)),
    })
  })

  it('C6: is sent once: nobody leases it again, however it was read', async () => {
    const { leased, write, of, stored } = world()
    const before = await leased()
    expect(await write(before, 'sent', plus(1))).toEqual(['written'])
    expect(await of()).toEqual({ slot: 'sent', attempt: 'a' })
    expect(stored()).toMatchObject({ sentAt: plus(1).toISOString(), attempt: 'a' })
    for (const slot of ['sent', lease('b'), undefined] as const)
      expect(await write(before, slot)).toEqual(['lost'])
  })

  it('C6: that certainly was not sent is leased by the next worker, on the condition of what was read', async () => {
    const { leased, write, of, stored } = world()
    const before = await leased()
    expect(await write(before, undefined, plus(2))).toEqual(['written'])
    expect(stored()).toMatchObject({ notSentAt: plus(2).toISOString() })
    expect(await of()).toEqual({ slot: undefined, attempt: 'a' })
    expect(await write(before, lease('b', plus(3)), plus(3))).toEqual(['written'])
    expect(await of()).toEqual({ slot: lease('b', plus(3)), attempt: 'b' })
    expect(stored()).not.toHaveProperty('notSentAt')
    for (const slot of ['sent', lease('c'), undefined] as const)
      expect(await write(before, slot)).toEqual(['lost'])
  })

  it('C6: can begin with nothing else than a lease', async () => {
    const { mails } = world()
    for (const slot of ['sent', undefined] as const)
      await expect(mails.write([{ kind: 'item', mailId: 'm', before: undefined, slot }], T0)).rejects.toThrow(
        'a mail begins with its lease',
      )
  })

  it('C6: is written beside those about open claims, each by itself, and one that fails is told with its error', async () => {
    const { accounts, mails, table } = memoryStores()
    const given = { ...claimedUnmailed(), revision: 1 }
    await accounts.create([given])
    const [stored] = [...(await accounts.byRecordIds([given.recordId])).values()]
    if (stored === undefined) throw new Error('no record')
    const record = withClaim(stored)
    const claim = withMail(record.claim, { slots: { claimed: lease('a') } })
    const ofClaim = { kind: 'claim', record, claim } as const
    const ofItem = { kind: 'item', mailId: 'm', before: undefined, slot: lease('a') } as const
    expect(await mails.write([ofClaim, ofItem], T0)).toEqual([{ outcome: 'written' }, { outcome: 'written' }])
    expect(await mails.write([ofClaim], T0)).toEqual([{ outcome: 'lost' }])
    const after = (await accounts.byRecordIds([given.recordId])).get(given.recordId)
    expect(after?.claim?.mail.slots).toEqual({ claimed: lease('a') })
    const error = new Error('broken')
    const failing = mailStore(
      tableAnsweredBy(table.name, async () => {
        throw error
      }),
    )
    expect(await failing.write([ofItem], T0)).toEqual([{ outcome: 'failed', error }])
  })

  it('C6: is read and written by its own id, among others', async () => {
    const { mails } = world()
    const writes = ['x', 'y'].map((mailId) => ({
      kind: 'item' as const,
      mailId,
      before: undefined,
      slot: lease(mailId),
    }))
    expect(await mails.write(writes, T0)).toEqual([{ outcome: 'written' }, { outcome: 'written' }])
    expect([...(await mails.items(['x', 'z', 'y']))]).toEqual([
      ['x', { slot: lease('x'), attempt: 'x' }],
      ['y', { slot: lease('y'), attempt: 'y' }],
    ])
  })
})
