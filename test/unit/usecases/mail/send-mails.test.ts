import { describe, expect, it } from 'vitest'
import type { MailRequest } from '../../../../shared/contracts/mail-requests.ts'
import type { OutgoingMail } from '../../../../shared/contracts/outgoing-mail.ts'
import { MAX_ROUNDS } from '../../../../shared/lib/optimistic-retry.ts'
import type { Reserved } from '../../../../shared/lib/send-rate.ts'
import { Busy } from '../../../../shared/lib/unavailable.ts'
import { revokeClaim } from '../../../../shared/rules/claims/revocation.ts'
import type { AccountRecord, MailSlot } from '../../../../shared/rules/types.ts'
import type { MailItem, MailWrite, MailWritten } from '../../../../shared/storage/stores/mails.ts'
import type { ReadConsistency } from '../../../../shared/storage/writes/batch.ts'
import { WRITTEN } from '../../../../shared/storage/writes/write.ts'
import { quotaExhausted } from '../../../../shared/usecases/mail/send-leased.ts'
import { type SendMailsPorts, sendMails } from '../../../../shared/usecases/mail/send-mails.ts'
import { withoutBackoff } from '../../../support/backoff.ts'
import {
  ADMIN,
  type ClaimedRecord,
  claimed,
  claimedUnmailed,
  importRecord,
  org,
  plus,
  T0,
  withClaim,
} from '../../../support/builders.ts'
import { never } from '../../../support/fakes.ts'

const LOST: MailWritten = { outcome: 'lost' }
const [IT1, IT2] = ['it1@noordzee.example', 'it2@noordzee.example']

interface Given {
  readonly records?: readonly AccountRecord[]
  /** What a read that may be stale finds; by default what stands. */
  readonly stale?: readonly AccountRecord[]
  readonly suppressed?: readonly string[]
  readonly reserve?: Reserved
  readonly adminEmails?: string[]
  /** What becomes of each write of a mail's state. */
  readonly write?: (each: MailWrite, call: number) => MailWritten
}

function world({
  records = [],
  stale = records,
  suppressed = [],
  reserve,
  adminEmails = [IT1, IT2],
  write = () => WRITTEN,
}: Given = {}) {
  const asked: string[] = []
  const sent: OutgoingMail[] = []
  const items = new Map<string, MailItem>()
  const byId = (all: readonly AccountRecord[]) => new Map(all.map((each) => [each.recordId, each]))
  const standing = byId(records)
  const failures: AccountRecord[] = []
  let writes = 0
  const ports: SendMailsPorts = {
    accounts: {
      byRecordIds: async (ids: readonly string[], consistency: ReadConsistency = 'consistently') => {
        asked.push(`records ${consistency} ${ids.join(' ')}`.trim())
        const from = consistency === 'eventually' ? byId(stale) : standing
        return new Map(ids.flatMap((id) => [...from].filter(([own]) => own === id)))
      },
      byUserIds: never,
      write: async (next) => {
        failures.push(next)
        return WRITTEN
      },
    },
    claims: { byId: never, byIds: async () => new Map() },
    organizations: { get: async () => ({ org: org({ adminEmails }), revision: 1 }) },
    imports: { get: async () => importRecord() },
    reportLink: never,
    syncs: { get: never },
    digests: { close: never, returned: never },
    returnedMailsUrl: '',
    confirmationUrl: (token) => token,
    decisionUrl: (token) => `https://claims.example/d/${token}`,
    product: { productName: 'Claim service' },
    tokens: { put: never },
    suppressions: {
      among: async (emails) => new Set(emails.filter((email) => suppressed.includes(email))),
    },
    mails: {
      items: async (ids) => {
        asked.push(`items ${ids.length}`)
        return new Map(ids.flatMap((id) => [...items].filter(([own]) => own === id)))
      },
      write: async (all) => {
        writes++
        return all.map((each) => {
          const outcome = write(each, writes)
          if (outcome.outcome === 'written' && each.kind === 'item')
            items.set(each.mailId, { slot: each.slot, attempt: 'attempt-1' })
          if (outcome.outcome === 'written' && each.kind === 'claim')
            standing.set(each.record.recordId, { ...each.record, claim: each.claim })
          return outcome
        })
      },
    },
    send: async (mail) => {
      sent.push(mail)
      return `ses-${sent.length}`
    },
    rate: {
      reserve: async (count, aheadMs): Promise<Reserved> => {
        asked.push(`slots ${count} ${aheadMs}`)
        return reserve ?? { outcome: 'reserved', slots: { startMs: T0.getTime(), intervalMs: 0, count } }
      },
      stopFor: never,
    },
    pause: async () => {},
    newAttempt: () => 'attempt-1',
    newToken: () => 'a-token',
    randomBytes: (size) => new Uint8Array(size).fill(7),
    now: () => T0,
  }
  return { ports, asked, sent, items, standing, failures }
}

const orgId = 'noordzee'
const ofClaim = ({ claim: { claimId } }: ClaimedRecord): MailRequest => ({
  kind: 'claimed',
  mailId: `${claimId}/claimed`,
  orgId,
  claimId,
})
const toAdmins: MailRequest = { kind: 'import', mailId: 'import-1/finished', orgId, importId: 'import-1' }
const recipients = (sent: readonly OutgoingMail[]) => sent.flatMap(({ to }) => to)
const told = (...outcomes: string[]) => ({
  outcome: 'handled',
  outcomes: outcomes.map((outcome) => ({ outcome })),
})

withoutBackoff()

describe('a batch of mails', () => {
  it('C6: is read once, by what may be a moment ago, and each mail is sent and marked', async () => {
    const given = claimedUnmailed()
    const { ports, asked, sent, standing } = world({ records: [given] })
    expect(await sendMails(ports, [ofClaim(given), toAdmins])).toEqual([told('sent'), told('sent', 'sent')])
    expect(recipients(sent)).toEqual(['Ada@noordzee.example', IT1, IT2])
    expect(asked).toEqual(['slots 2 50', 'records eventually acc00042', 'slots 1 0'])
    expect(withClaim(standing.get('acc00042') ?? given).claim.notification).toBe('sent')
    expect(Math.random).not.toHaveBeenCalled()
  })

  it('reserves no time where nothing is to be sent', async () => {
    const { ports, asked } = world()
    expect(await sendMails(ports, [])).toEqual([])
    expect(asked).toEqual([])
  })

  it('reads and leases nothing where there is no time to send it: all come back when there is', async () => {
    const given = claimedUnmailed()
    const { ports, asked, sent, items } = world({
      records: [given],
      reserve: { outcome: 'full', waitMs: 4_000 },
    })
    const held = { outcome: 'failed', error: quotaExhausted(4_000) }
    expect(await sendMails(ports, [ofClaim(given), toAdmins])).toEqual([held, held])
    expect(asked).toEqual(['slots 2 50'])
    expect([...items]).toEqual([])
    expect(sent).toEqual([])
  })

  it('C8: a mail that can’t be composed fails with the reason, and the others are sent', async () => {
    const given = claimedUnmailed()
    const { ports, sent } = world({ records: [given] })
    const error = new Error('the report is unreadable')
    const imports = {
      get: async () => {
        throw error
      },
    }
    expect(await sendMails({ ...ports, imports }, [toAdmins, ofClaim(given)])).toEqual([
      { outcome: 'failed', error },
      told('sent'),
    ])
    expect(recipients(sent)).toEqual(['Ada@noordzee.example'])
  })

  it('C8: a mail that fails to be leased, or to be sent, fails its request with the first reason', async () => {
    const given = claimedUnmailed()
    const error = new Error('bad')
    const unleased = world({
      records: [given],
      write: ({ kind }) => (kind === 'claim' ? { outcome: 'failed', error } : WRITTEN),
    })
    expect(await sendMails(unleased.ports, [ofClaim(given), toAdmins])).toEqual([
      { outcome: 'failed', error },
      told('sent', 'sent'),
    ])
    const refused = world()
    let times = 0
    const send = async () => {
      throw new Error(`refused ${++times}`)
    }
    const [failed] = await sendMails({ ...refused.ports, send }, [toAdmins])
    expect(failed).toMatchObject({ outcome: 'failed', error: { message: 'refused 1' } })
    expect(times).toBe(2)
  })
})

describe('a mail that was sent before', () => {
  const { claim } = claimedUnmailed()
  const slotted = (slot: MailSlot) => ({
    ...claimedUnmailed(),
    claim: { ...claim, mail: { ...claim.mail, slots: { claimed: slot } } },
  })

  it('C6: isn’t sent again, and one whose worker died is, as one that may be a repeat', async () => {
    const done = world({ records: [slotted('sent')] })
    expect(await sendMails(done.ports, [ofClaim(slotted('sent'))])).toEqual([told('sent_before')])
    expect(done.sent).toEqual([])
    const died = slotted({ by: 'another', at: plus(-3_600_000).toISOString() })
    const { ports, sent } = world({ records: [died] })
    expect(await sendMails(ports, [ofClaim(died)])).toEqual([told('sent_after_crash')])
    expect(sent).toHaveLength(1)
  })
})

describe('what a first read didn’t find', () => {
  it('N1: is read again consistently, and mailed if it is there then', async () => {
    const given = claimedUnmailed()
    const { ports, asked, sent } = world({ records: [given], stale: [] })
    expect(await sendMails(ports, [ofClaim(given)])).toEqual([told('sent')])
    expect(asked).toEqual([
      'slots 1 50',
      'records eventually acc00042',
      'records consistently acc00042',
      'items 0',
      'slots 1 0',
    ])
    expect(sent).toHaveLength(1)
    expect(Math.random).toHaveBeenCalledTimes(1)
  })

  it('N1: is obsolete if it isn’t there then either, and is read no third time', async () => {
    const given = claimed()
    const { closed, change, record: left } = revokeClaim(given, given.claim, { now: T0, by: ADMIN })
    const { ports, asked, sent } = world({ records: [{ ...left, ended: { claim: closed, change } }] })
    expect(await sendMails(ports, [ofClaim(given)])).toEqual([told('obsolete')])
    expect(asked.filter((what) => what.startsWith('records'))).toEqual([
      'records eventually acc00042',
      'records consistently acc00042',
    ])
    expect(sent).toEqual([])
  })
})

describe('mails that other workers are at', () => {
  it('C6: are looked at again by what is stored of them, and what was sent at first stays sent', async () => {
    let leases = 0
    const { ports, asked, sent } = world({ write: () => (++leases === 1 ? LOST : WRITTEN) })
    expect(await sendMails(ports, [toAdmins])).toEqual([told('sent', 'sent')])
    expect(recipients(sent).toSorted()).toEqual([IT1, IT2])
    expect(asked.filter((what) => what.startsWith('items'))).toEqual(['items 2'])
  })

  it('C6: are busy after some rounds, with the others of the batch sent', async () => {
    const given = claimedUnmailed()
    const { ports, sent } = world({
      records: [given],
      write: ({ kind }) => (kind === 'claim' ? LOST : WRITTEN),
    })
    const [busy, fine] = await sendMails(ports, [ofClaim(given), toAdmins])
    expect(busy).toMatchObject({
      outcome: 'failed',
      error: { message: `others were at a mail ${MAX_ROUNDS} times in a row` },
    })
    expect(busy?.outcome === 'failed' && busy.error).toBeInstanceOf(Busy)
    expect(fine).toEqual(told('sent', 'sent'))
    expect(recipients(sent)).toEqual([IT1, IT2])
  })

  it('C6: one that this attempt gave to SES isn’t given again because another of its request is repeated', async () => {
    const error = new Error('the mark failed')
    let leases = 0
    const { ports, sent } = world({
      write: (each, call) => {
        if (call === 1) return ++leases === 2 ? LOST : WRITTEN
        return each.kind === 'item' && each.slot === 'sent' && call === 2
          ? { outcome: 'failed', error }
          : WRITTEN
      },
    })
    expect(await sendMails(ports, [toAdmins])).toEqual([{ outcome: 'failed', error }])
    expect(recipients(sent)).toEqual([IT1, IT2])
  })
})

describe('a mail to a suppressed address', () => {
  it('N4: isn’t sent, and its claim’s admin sees that it would bounce', async () => {
    const given = claimedUnmailed()
    const { ports, sent, failures } = world({
      records: [given],
      suppressed: ['Ada@noordzee.example', IT1],
    })
    expect(await sendMails(ports, [ofClaim(given), toAdmins])).toEqual([
      told('suppressed'),
      told('suppressed', 'sent'),
    ])
    expect(recipients(sent)).toEqual([IT2])
    expect(failures).toMatchObject([
      { claim: { notification: 'bounced' }, change: { what: 'claim.mail_failed', by: 'mail:suppressed' } },
    ])
  })
})
