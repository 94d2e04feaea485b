import { describe, expect, it } from 'vitest'
import { BusyError, HeldError, InputError } from '../../../../shared/lib/errors.ts'
import type { Reserved } from '../../../../shared/lib/send-rate.ts'
import { plainSender } from '../../../../shared/mail/sender.ts'
import type { MailWrite } from '../../../../shared/storage/stores/mails.ts'
import type { LeasedMail } from '../../../../shared/usecases/mail/mail-leases.ts'
import {
  quotaExhausted,
  sendLeased,
  type SendLeasedPorts,
} from '../../../../shared/usecases/mail/send-leased.ts'

const BY = 'attempt-1'
const START = Date.parse('2026-03-01T09:30:15Z')

const leased = (mailId: string): LeasedMail => ({
  addressed: {
    mailId,
    to: `${mailId}@noordzee.example`,
    mail: () => {
      throw new Error('rendered before')
    },
    locale: 'en',
    sender: plainSender,
    tags: {},
  },
  mail: { to: [mailId], replyTo: undefined, subject: '', html: '', text: '', tags: {} },
  attempt: BY,
  again: false,
})
const mails = (count: number) => Array.from({ length: count }, (_, n) => leased(`m${n}`))

function world(patch: Partial<SendLeasedPorts> = {}, stepMs = 0) {
  const sent: string[] = []
  const marks: (readonly MailWrite[])[] = []
  const stops: number[] = []
  const reserved: number[] = []
  let nowMs = START
  const ports: SendLeasedPorts = {
    accounts: { byRecordIds: async () => new Map() },
    mails: {
      items: async () => new Map(),
      write: async (writes) => {
        marks.push(writes)
        return writes.map(() => ({ outcome: 'written' }))
      },
    },
    send: async ({ to }) => {
      sent.push(...to)
      nowMs += stepMs
      return 'message-1'
    },
    rate: {
      reserve: async (count): Promise<Reserved> => {
        reserved.push(count)
        return { outcome: 'reserved', slots: { startMs: nowMs, intervalMs: 0, count } }
      },
      stopFor: async (ms) => {
        stops.push(ms)
      },
    },
    pause: async () => {},
    now: () => new Date(nowMs),
    ...patch,
  }
  return { ports, sent, marks, stops, reserved }
}
const marked = (marks: readonly (readonly MailWrite[])[]) =>
  marks.flat().map((each) => (each.kind === 'item' ? `${each.mailId} ${String(each.slot)}` : each.kind))

describe('mails that are leased', () => {
  it('C6: are sent in the slots that were reserved before, and marked as sent', async () => {
    const { ports, sent, marks, reserved } = world()
    const first = { startMs: START, intervalMs: 0, count: 2 }
    expect(await sendLeased(ports, mails(3), first)).toEqual(Array(3).fill({ outcome: 'sent' }))
    expect(sent).toEqual(['m0', 'm1', 'm2'])
    expect(reserved).toEqual([1])
    expect(marked(marks)).toEqual(['m0 sent', 'm1 sent', 'm2 sent'])
    expect(await sendLeased(ports, [], undefined)).toEqual([])
  })

  it('C6: are marked at once where the others take a quarter of a second, and together before', async () => {
    const slow = world({}, 125)
    const serially = { startMs: START, intervalMs: 125, count: 5 }
    await sendLeased(slow.ports, mails(5), serially)
    expect(slow.marks.map((each) => each.length)).toEqual([3, 2])
    const fast = world({}, 0)
    await sendLeased(fast.ports, mails(5), serially)
    expect(fast.marks.map((each) => each.length)).toEqual([5])
  })

  const failing = (error: Error) =>
    world({
      send: async ({ to: [to] }) => {
        if (to === 'm0') throw error
        return 'message-1'
      },
    })

  it('C6: are free again where it is certain that SES didn’t take them', async () => {
    for (const error of [new BusyError('busy'), new InputError('invalid_mail', 'refused')]) {
      const { ports, marks, stops } = failing(error)
      expect(await sendLeased(ports, mails(2), undefined)).toEqual([
        { outcome: 'failed', error },
        { outcome: 'sent' },
      ])
      expect(marked(marks).sort()).toEqual(['m0 undefined', 'm1 sent'])
      expect(stops).toEqual([])
    }
  })

  it('C6: stay leased where SES may have taken them', async () => {
    const error = new Error('the connection broke')
    const { ports, marks } = failing(error)
    expect(await sendLeased(ports, mails(2), undefined)).toEqual([
      { outcome: 'failed', error },
      { outcome: 'sent' },
    ])
    expect(marked(marks)).toEqual(['m1 sent'])
  })

  it('stop all workers where SES holds everything, and those that are left come back then', async () => {
    const error = new HeldError('quota', { allForMs: 1_800_500 })
    const { ports, marks, stops } = world({
      send: async () => {
        throw error
      },
    })
    const rate: SendLeasedPorts['rate'] = {
      reserve: async () => ({ outcome: 'reserved', slots: { startMs: START, intervalMs: 0, count: 1 } }),
      stopFor: async (ms) => {
        stops.push(ms)
      },
    }
    const outcomes = await sendLeased({ ...ports, rate }, mails(3), undefined)
    expect(outcomes[0]).toEqual({ outcome: 'failed', error })
    expect(stops.length).toBeGreaterThan(0)
    expect(new Set(stops)).toEqual(new Set([1_800_500]))
    expect(outcomes.at(-1)).toMatchObject({
      outcome: 'failed',
      error: {
        message: 'no mail may be sent now',
        times: { shortestWaitSeconds: 1801, longestWaitSeconds: 1801 },
      },
    })
    expect(marked(marks).sort()).toEqual(['m0 undefined', 'm1 undefined', 'm2 undefined'])
  })

  it('hold nobody up where one alone is held', async () => {
    const { ports, stops } = failing(new HeldError('not verified'))
    expect(await sendLeased(ports, mails(2), undefined)).toMatchObject([
      { outcome: 'failed' },
      { outcome: 'sent' },
    ])
    expect(stops).toEqual([])
  })

  it('come back when a slot is free, where none is now', async () => {
    const { ports, sent, marks } = world({
      rate: { reserve: async () => ({ outcome: 'full', waitMs: 2_001 }), stopFor: async () => {} },
    })
    const outcomes = await sendLeased(ports, mails(2), undefined)
    expect(outcomes).toEqual(Array(2).fill({ outcome: 'failed', error: quotaExhausted(2_001) }))
    expect(quotaExhausted(2_001).times).toEqual({ shortestWaitSeconds: 3, longestWaitSeconds: 3 })
    expect(sent).toEqual([])
    expect(marked(marks)).toEqual(['m0 undefined', 'm1 undefined'])
  })

  it('C6: that were sent and can’t be marked are failed with the mark’s reason', async () => {
    const error = new Error('bad')
    const { ports } = world()
    const items = {
      ...ports.mails,
      write: async (writes: readonly MailWrite[]) =>
        writes.map(() => ({ outcome: 'failed' as const, error })),
    }
    expect(await sendLeased({ ...ports, mails: items }, mails(1), undefined)).toEqual([
      { outcome: 'failed', error },
    ])
    const refused = new InputError('invalid_mail', 'refused')
    const send = async () => {
      throw refused
    }
    expect(await sendLeased({ ...ports, send, mails: items }, mails(1), undefined)).toEqual([
      { outcome: 'failed', error: refused },
    ])
  })
})
