import { describe, expect, it } from 'vitest'
import { Busy, Unavailable } from '../../../../shared/lib/unavailable.ts'
import { plainSender } from '../../../../shared/mail/sender.ts'
import { takeMail } from '../../../../shared/rules/mail/claim-mail.ts'
import type { AccountRecord, OpenClaim } from '../../../../shared/rules/types.ts'
import type { MailItem, MailWrite, MailWritten } from '../../../../shared/storage/stores/mails.ts'
import type { LeasedMail } from '../../../../shared/usecases/mail/mail-leases.ts'
import { markAll, type MarkPorts } from '../../../../shared/usecases/mail/mail-marks.ts'
import { withoutBackoff } from '../../../support/backoff.ts'
import { type ClaimedRecord, claimedUnmailed, T0 } from '../../../support/builders.ts'

const MARK_TRIES = 8
const LINK = Uint8Array.of(1, 2, 3)
const CLAIMED = { kind: 'claimed' } as const
const BY = 'attempt-1'

withoutBackoff()

const LETTER = {
  to: 'ada@noordzee.example',
  mail: () => {
    throw new Error('rendered before')
  },
  locale: 'en',
  sender: plainSender,
  tags: {},
}
const MAIL = { to: [], replyTo: undefined, subject: '', html: '', text: '', tags: {} }

/** A claim's mail that this worker holds, and the record as its lease left it. */
function leasedOfClaim(given: ClaimedRecord = claimedUnmailed()): {
  leased: LeasedMail
  record: ClaimedRecord
} {
  const taken = takeMail(given.claim, CLAIMED, BY, LINK, T0)
  if (taken.outcome !== 'taken') throw new Error(taken.outcome)
  const claim = { record: given, claim: given.claim, wanted: CLAIMED }
  return {
    leased: {
      addressed: { ...LETTER, mailId: 'mail-1', claim },
      mail: MAIL,
      attempt: BY,
      again: false,
      claim: taken.claim,
      link: LINK,
    },
    record: { ...given, claim: taken.claim },
  }
}
const leasedItem = (mailId: string): LeasedMail => ({
  addressed: { ...LETTER, mailId },
  mail: MAIL,
  attempt: BY,
  again: false,
})

interface Given {
  readonly records?: readonly AccountRecord[]
  readonly items?: ReadonlyMap<string, MailItem>
  readonly write?: (each: MailWrite, round: number) => MailWritten
}

function world({ records = [], items = new Map(), write = () => ({ outcome: 'written' }) }: Given = {}) {
  const rounds: MailWrite[][] = []
  const read: string[] = []
  const ports: MarkPorts = {
    accounts: {
      byRecordIds: async (ids) => {
        read.push(...ids)
        return new Map(
          records.filter(({ recordId }) => ids.includes(recordId)).map((one) => [one.recordId, one]),
        )
      },
    },
    mails: {
      items: async (ids) => {
        read.push(...ids)
        return new Map([...items].filter(([id]) => ids.includes(id)))
      },
      write: async (writes) => {
        rounds.push([...writes])
        return writes.map((each) => write(each, rounds.length))
      },
    },
    now: () => T0,
  }
  return { ports, rounds, read }
}
const claimIn = (each: MailWrite | undefined): OpenClaim => {
  if (each?.kind !== 'claim') throw new Error('no claim is written')
  return each.claim
}

describe('the mark of a mail that was sent', () => {
  it('C6: is one write of what the lease left, with nothing read, and tells that the user was told', async () => {
    const { leased } = leasedOfClaim()
    const { ports, rounds, read } = world()
    await markAll(ports, [
      { leased, as: 'sent' },
      { leased: leasedItem('mail-2'), as: 'sent' },
    ])
    expect(read).toEqual([])
    expect(rounds).toHaveLength(1)
    const claim = claimIn(rounds[0]?.[0])
    expect(claim.mail.slots.claimed).toBe('sent')
    expect(claim).toMatchObject({ notification: 'sent', mail: { revision: 3, links: [LINK] } })
    expect(rounds[0]?.[1]).toEqual({
      kind: 'item',
      mailId: 'mail-2',
      before: { slot: { by: BY, at: '' }, attempt: BY },
      slot: 'sent',
    })
  })

  it('C6: keeps what others have written of the claim meanwhile, and is tried for that mail alone', async () => {
    const { leased, record } = leasedOfClaim()
    const bounced: AccountRecord = {
      ...record,
      revision: 9,
      claim: { ...record.claim, signedInAt: T0.toISOString() },
    }
    const { ports, rounds, read } = world({
      records: [bounced],
      write: (each, round) =>
        round === 1 && each.kind === 'claim' ? { outcome: 'lost' } : { outcome: 'written' },
    })
    await markAll(ports, [
      { leased: leasedItem('mail-2'), as: 'sent' },
      { leased, as: 'sent' },
    ])
    expect(read).toEqual([record.recordId])
    expect(rounds.map((each) => each.length)).toEqual([2, 1])
    expect(rounds[1]?.[0]).toMatchObject({ record: { revision: 9 }, claim: { signedInAt: T0.toISOString() } })
    expect(claimIn(rounds[1]?.[0]).mail.slots.claimed).toBe('sent')
  })

  it('C6: is over where the claim has ended, or another is open, and where another worker has marked it', async () => {
    const { leased, record } = leasedOfClaim()
    const { claim: _claim, ...ended } = record
    const another = claimedUnmailed({ ulid: '01KAPEG9Q0ZZZZZZZZZZZZZZZZ' })
    for (const records of [[ended], [another], []]) {
      const { ports, rounds } = world({ records, write: () => ({ outcome: 'lost' }) })
      await markAll(ports, [{ leased, as: 'sent' }])
      expect(rounds).toHaveLength(1)
    }
    for (const items of [new Map(), new Map([['mail-2', { slot: 'sent', attempt: 'other' } as const]])]) {
      const { ports, rounds, read } = world({ items, write: () => ({ outcome: 'lost' }) })
      await markAll(ports, [{ leased: leasedItem('mail-2'), as: 'sent' }])
      expect(rounds).toHaveLength(1)
      expect(read).toEqual(['mail-2'])
    }
  })

  it('C6: is made also where another worker has taken the lease or freed the mail meanwhile', async () => {
    for (const slot of [{ by: 'attempt-2', at: T0.toISOString() }, undefined]) {
      const before = { slot, attempt: 'attempt-2' }
      const { ports, rounds } = world({
        items: new Map([['mail-2', before]]),
        write: (_each, round) => ({ outcome: round === 1 ? 'lost' : 'written' }),
      })
      await markAll(ports, [{ leased: leasedItem('mail-2'), as: 'sent' }])
      expect(rounds[1]).toEqual([{ kind: 'item', mailId: 'mail-2', before, slot: 'sent' }])
    }
  })

  it('C6: is tried eight times, and is busy or that failure then', async () => {
    const { leased, record } = leasedOfClaim()
    const losing = world({ records: [record], write: () => ({ outcome: 'lost' }) })
    const failed = await markAll(losing.ports, [{ leased, as: 'sent' }]).catch((error: unknown) => error)
    expect(failed).toBeInstanceOf(Busy)
    expect(failed).toMatchObject({ message: 'others changed what is known of a mail' })
    expect(losing.rounds).toHaveLength(MARK_TRIES)
    expect(Math.random).toHaveBeenCalledTimes(MARK_TRIES - 1)
    const gone = new Unavailable('throttled')
    const failing = world({ records: [record], write: () => ({ outcome: 'failed', error: gone }) })
    await expect(markAll(failing.ports, [{ leased, as: 'sent' }])).rejects.toBe(gone)
    expect(failing.rounds).toHaveLength(MARK_TRIES)
  })

  it('is tried no more after a failure that lasts', async () => {
    const { leased, record } = leasedOfClaim()
    const bad = new Error('bad')
    const { ports, rounds } = world({ records: [record], write: () => ({ outcome: 'failed', error: bad }) })
    await expect(markAll(ports, [{ leased, as: 'sent' }])).rejects.toBe(bad)
    expect(rounds).toHaveLength(1)
  })

  it('of none writes nothing', async () => {
    const { ports, rounds } = world()
    await markAll(ports, [])
    expect(rounds).toEqual([])
  })
})

describe('a mail that certainly wasn’t sent', () => {
  it('C6: is free at once, without its link', async () => {
    const { leased } = leasedOfClaim()
    const { ports, rounds } = world()
    await markAll(ports, [
      { leased, as: 'free' },
      { leased: leasedItem('mail-2'), as: 'free' },
    ])
    const claim = claimIn(rounds[0]?.[0])
    expect(claim.mail).toMatchObject({ slots: { claimed: undefined }, links: [] })
    expect(claim.notification).toBe('pending')
    expect(rounds[0]?.[1]).toMatchObject({ kind: 'item', slot: undefined })
  })

  it('C6: is left alone where another worker holds it by now, has sent it, or has freed it', async () => {
    const other = { by: 'attempt-2', at: T0.toISOString() }
    for (const slot of [other, 'sent', undefined] as const) {
      const { ports, rounds } = world({
        items: new Map([['mail-2', { slot, attempt: 'attempt-2' }]]),
        write: () => ({ outcome: 'lost' }),
      })
      await markAll(ports, [{ leased: leasedItem('mail-2'), as: 'free' }])
      expect(rounds).toHaveLength(1)
    }
    const own = new Map([['mail-2', { slot: { by: BY, at: T0.toISOString() }, attempt: BY }]])
    const again = world({
      items: own,
      write: (_each, round) => (round === 1 ? { outcome: 'lost' } : { outcome: 'written' }),
    })
    await markAll(again.ports, [{ leased: leasedItem('mail-2'), as: 'free' }])
    expect(again.rounds[1]).toEqual([
      { kind: 'item', mailId: 'mail-2', before: own.get('mail-2'), slot: undefined },
    ])
    const { leased, record } = leasedOfClaim()
    const taken: AccountRecord = {
      ...record,
      claim: { ...record.claim, mail: { ...record.claim.mail, slots: { claimed: other } } },
    }
    const { ports, rounds } = world({ records: [taken], write: () => ({ outcome: 'lost' }) })
    await markAll(ports, [{ leased, as: 'free' }])
    expect(rounds).toHaveLength(1)
  })
})
