import type { Mailer } from '../../contracts/outgoing-mail.ts'
import { BusyError, HeldError, InputError } from '../../lib/errors.ts'
import { type Reserved, type SendSlots, sendPaced } from '../../lib/send-rate.ts'
import { SECOND_MS } from '../../lib/time.ts'
import type { LeasedMail } from './mail-leases.ts'
import { type Mark, type MarkPorts, markAll } from './mail-marks.ts'

export interface SendLeasedPorts extends MarkPorts {
  readonly send: Mailer
  readonly rate: {
    /**
     * Reserves send slots for up to `count` mails, no earlier than `aheadMs` from now; or says how long none will be
     * free.
     */
    readonly reserve: (count: number, aheadMs: number) => Promise<Reserved>
    /** Stops all workers for that long. */
    readonly stopFor: (ms: number) => Promise<void>
  }
  readonly pause: (ms: number) => Promise<void>
}

/** Mails of a batch that are sent to SES at once: each takes some 50 ms. */
const MAILS_AT_ONCE = 25

/** The longest time between SES accepting a mail and its mark, while others of the batch wait for their slot. */
const MARKED_WITHIN_MS = 250

export type SendOutcome =
  | { readonly outcome: 'sent' }
  | { readonly outcome: 'failed'; readonly error: unknown }

/**
 * Sends leased mails at the rate that all workers share, and marks each as sent, or as free if it certainly wasn't.
 * @param first slots reserved before the leases, so that nothing is leased that there is no time to send
 */
export async function sendLeased(
  ports: SendLeasedPorts,
  mails: readonly LeasedMail[],
  first: SendSlots | undefined,
): Promise<SendOutcome[]> {
  const outcomes = new Map<LeasedMail, SendOutcome>()
  const marking = new Marking(ports, outcomes)
  let slots = first
  const pacing = {
    reserve: async (count: number, aheadMs: number) => {
      const taken: Reserved | undefined = slots && { outcome: 'reserved', slots }
      slots = undefined
      return taken ?? ports.rate.reserve(count, aheadMs)
    },
    nowMs: () => ports.now().getTime(),
    pause: ports.pause,
  }
  const { unsent, waitMs } = await sendPaced(mails, MAILS_AT_ONCE, pacing, async (leased) => {
    try {
      await ports.send(leased.mail)
      marking.add({ leased, as: 'sent' })
      return undefined
    } catch (error) {
      outcomes.set(leased, { outcome: 'failed', error })
      // Any other failure may have happened after SES accepted the mail: the lease expires, and the next attempt says
      // that it may be a repeat.
      if (error instanceof BusyError || error instanceof InputError) marking.add({ leased, as: 'free' })
      if (!(error instanceof HeldError) || error.allForMs === undefined) return undefined
      await ports.rate.stopFor(error.allForMs)
      return error.allForMs
    }
  })
  for (const leased of unsent) {
    outcomes.set(leased, { outcome: 'failed', error: quotaExhausted(waitMs) })
    marking.add({ leased, as: 'free' })
  }
  await marking.end()
  return mails.map((leased) => outcomes.get(leased) ?? { outcome: 'failed', error: new Error('not sent') })
}

/** A failure that is known to last `waitMs`: the message returns then. */
export function quotaExhausted(waitMs: number): HeldError {
  const seconds = Math.ceil(waitMs / SECOND_MS)
  return new HeldError('no mail may be sent now', {
    shortestWaitSeconds: seconds,
    longestWaitSeconds: seconds,
  })
}

/** Collects marks and writes them in batches while the rest is being sent. */
class Marking {
  readonly #ports: SendLeasedPorts
  readonly #outcomes: Map<LeasedMail, SendOutcome>
  #waiting: Mark[] = []
  #sinceMs = 0
  readonly #underWay: Promise<void>[] = []

  constructor(ports: SendLeasedPorts, outcomes: Map<LeasedMail, SendOutcome>) {
    this.#ports = ports
    this.#outcomes = outcomes
  }

  add(mark: Mark): void {
    const nowMs = this.#ports.now().getTime()
    if (this.#waiting.length === 0) this.#sinceMs = nowMs
    this.#waiting.push(mark)
    if (nowMs - this.#sinceMs >= MARKED_WITHIN_MS) this.#begin()
  }

  async end(): Promise<void> {
    this.#begin()
    await Promise.all(this.#underWay)
  }

  #begin(): void {
    const marks = this.#waiting
    this.#waiting = []
    this.#underWay.push(this.#mark(marks))
  }

  async #mark(marks: readonly Mark[]): Promise<void> {
    try {
      await markAll(this.#ports, marks)
      for (const { leased, as } of marks) if (as === 'sent') this.#outcomes.set(leased, { outcome: 'sent' })
    } catch (error) {
      for (const { leased } of marks)
        if (!this.#outcomes.has(leased)) this.#outcomes.set(leased, { outcome: 'failed', error })
    }
  }
}
