import type { Mailer } from '../../contracts/outgoing-mail.ts'
import { BusyError, HeldError, InputError } from '../../lib/errors.ts'
import { type Reserved, type SendSlots, sendPaced } from '../../lib/send-rate.ts'
import { SECOND_MS } from '../../lib/time.ts'
import type { LeasedMail } from './mail-leases.ts'
import { type Mark, type MarkPorts, markAll } from './mail-marks.ts'

export interface SendLeasedPorts extends MarkPorts {
  readonly send: Mailer
  readonly rate: {
    /** A stretch for up to so many mails, so much later than now; or how long it is until there may be one. */
    readonly reserve: (count: number, aheadMs: number) => Promise<Reserved>
    /** Nobody sends anything for so long. */
    readonly stopFor: (ms: number) => Promise<void>
  }
  readonly pause: (ms: number) => Promise<void>
}

/** Mails of a batch that SES is asked to take at once: it takes one in some 50 ms. */
const MAILS_AT_ONCE = 25

/** A mail that SES took is marked within so long, while others of its batch wait for their instant. */
const MARKED_WITHIN_MS = 250

export type SendOutcome =
  | { readonly outcome: 'sent' }
  | { readonly outcome: 'failed'; readonly error: unknown }

/**
 * Sends mails that this worker has the right to, at the rate that all workers keep together, and marks each as sent or, where
 * it certainly didn't go out, as free.
 * @param first taken before the leases were, so that nothing is leased that there is no time for
 */
export async function sendLeased(
  ports: SendLeasedPorts,
  mails: readonly LeasedMail[],
  first: SendSlots | undefined,
): Promise<SendOutcome[]> {
  const outcomes = new Map<LeasedMail, SendOutcome>()
  const marking = new Marking(ports, outcomes)
  let stretch = first
  const pacing = {
    reserve: async (count: number, aheadMs: number) => {
      const taken: Reserved | undefined = stretch && { outcome: 'reserved', stretch }
      stretch = undefined
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
      // Anything else may have gone out all the same: its lease runs out, and the next try says so.
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

/** Until when is known: nobody has to wait any longer. */
export function quotaExhausted(waitMs: number): HeldError {
  const seconds = Math.ceil(waitMs / SECOND_MS)
  return new HeldError('no mail may be sent now', {
    shortestWaitSeconds: seconds,
    longestWaitSeconds: seconds,
  })
}

/** Marks what has come together, in one batch, while the rest is being sent. */
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
    if (marks.length > 0) this.#underWay.push(this.#mark(marks))
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
