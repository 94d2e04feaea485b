import type { SendSlots } from '../../lib/send-rate.ts'
import { Busy } from '../../lib/unavailable.ts'
import type { SuppressionStore } from '../../storage/stores/suppressions.ts'
import { type FailurePorts, recordFailure } from './bounces-and-complaints.ts'
import { type LeasePorts, leaseAll } from './mail-leases.ts'
import type { AddressedMail } from './addressed-mail.ts'
import { type ComposeMailPorts, composeMails } from './compose-mails.ts'
import { readMailSources } from './mail-sources.ts'
import type { MailOutcome, MailRequest } from '../../contracts/mail-requests.ts'
import { type SendLeasedPorts, sendLeased, quotaExhausted } from './send-leased.ts'
import { LOST, retryOrElse } from '../../lib/optimistic-retry.ts'

export interface SendMailsPorts extends ComposeMailPorts, LeasePorts, SendLeasedPorts, FailurePorts {
  readonly suppressions: Pick<SuppressionStore, 'among'>
  /** Unique; short, since it is stored in the claims' records. */
  readonly newAttempt: () => string
  readonly accounts: ComposeMailPorts['accounts'] & FailurePorts['accounts']
  readonly claims: ComposeMailPorts['claims'] & FailurePorts['claims']
}

/** The outcome of a request: of each of its mails, or why it has to be repeated. */
export type MailResult =
  | { readonly outcome: 'handled'; readonly outcomes: readonly MailOutcome[] }
  | { readonly outcome: 'failed'; readonly error: unknown }

/** A request's mails by their ids: a mail to the admins is one for each admin. */
class MailProgress {
  readonly #outcomes = new Map<string, MailOutcome>()
  #error: { readonly error: unknown } | undefined

  /** The first outcome is kept: a mail sent in one round is found as sent in the next. */
  is(mailId: string, outcome: MailOutcome): void {
    if (!this.#outcomes.has(mailId)) this.#outcomes.set(mailId, outcome)
  }

  failed(error: unknown): void {
    this.#error ??= { error }
  }

  get result(): MailResult {
    if (this.#error !== undefined) return { outcome: 'failed', ...this.#error }
    const outcomes = [...this.#outcomes.values()]
    return { outcome: 'handled', outcomes: outcomes.length === 0 ? [{ outcome: 'obsolete' }] : outcomes }
  }
}

/** Two reads and a write come between reserving slots and sending; slots that pass in that time are lost. */
const PREPARING_MS = 50

interface RequestedMail {
  readonly request: MailRequest
  readonly progress: MailProgress
}

/**
 * Sends a batch of mails, each once (C6) as far as that is possible: see `mailStore`. Reads and writes are batched: two
 * writes a mail. A failure of one mail doesn't stop the others.
 */
export async function sendMails(
  ports: SendMailsPorts,
  requests: readonly MailRequest[],
): Promise<MailResult[]> {
  const requested = requests.map((request): RequestedMail => ({ request, progress: new MailProgress() }))
  if (requested.length === 0) return []
  // Nothing is read or leased if there is no time to send it.
  const granted = await ports.rate.reserve(requested.length, PREPARING_MS)
  if (granted.outcome === 'full')
    return requested.map(() => ({ outcome: 'failed', error: quotaExhausted(granted.waitMs) }))
  let left: readonly RequestedMail[] = requested
  const attempt = { attempt: ports.newAttempt(), tried: new Set<string>() }
  await retryOrElse(
    async (round) => {
      left = await sendRound(ports, left, attempt, round === 0 ? granted.slots : undefined)
      return left.length > 0 ? LOST : undefined
    },
    (rounds) => {
      for (const { progress } of left)
        progress.failed(new Busy(`others were at a mail ${rounds} times in a row`))
    },
  )
  return requested.map(({ progress }) => progress.result)
}

interface Attempt {
  readonly attempt: string
  readonly tried: Set<string>
}

interface Draft {
  readonly requested: RequestedMail
  readonly addressed: AddressedMail
}

/** @returns the requests to repeat: another worker was at their mails, or the read may have been stale */
async function sendRound(
  ports: SendMailsPorts,
  all: readonly RequestedMail[],
  { attempt, tried }: Attempt,
  slots: SendSlots | undefined,
): Promise<RequestedMail[]> {
  const isFirst = slots !== undefined
  const again = new Set<RequestedMail>()
  const drafts = await unsuppressed(ports, await draft(ports, all, isFirst, again))
  const known = isFirst
    ? undefined
    : await ports.mails.items(
        drafts.flatMap(({ addressed }) => (addressed.claim === undefined ? [addressed.mailId] : [])),
      )
  const leases = await leaseAll(
    ports,
    drafts.map(({ addressed }) => addressed),
    { attempt, tried, known },
  )
  const taken = drafts.flatMap(({ requested, addressed }, n) => {
    const lease = leases[n]
    switch (lease?.outcome) {
      case 'leased':
        return [{ asked: requested, leased: lease.leased }]
      case 'over':
        requested.progress.is(addressed.mailId, lease.mailOutcome)
        return []
      case 'failed':
        requested.progress.failed(lease.error)
        return []
      default:
        again.add(requested)
        return []
    }
  })
  for (const { leased } of taken) tried.add(leased.addressed.mailId)
  const sent = await sendLeased(
    ports,
    taken.map(({ leased }) => leased),
    slots,
  )
  for (const [n, { asked: requested, leased }] of taken.entries()) {
    const outcome = sent[n]
    if (outcome?.outcome === 'failed') requested.progress.failed(outcome.error)
    else
      requested.progress.is(leased.addressed.mailId, { outcome: leased.again ? 'sent_after_crash' : 'sent' })
  }
  return [...again]
}

/** @param again collects requests for which a possibly stale read found nothing */
async function draft(
  ports: SendMailsPorts,
  all: readonly RequestedMail[],
  isFirst: boolean,
  again: Set<RequestedMail>,
): Promise<Draft[]> {
  const sources = await readMailSources(
    ports,
    all.map(({ request }) => request),
    isFirst ? 'eventually' : 'consistently',
  )
  const drafts = await Promise.all(
    all.map(async (requested): Promise<Draft[]> => {
      try {
        const all = await composeMails(ports, requested.request, sources)
        if (all.length === 0 && isFirst) again.add(requested)
        return all.map((addressed) => ({ requested, addressed }))
      } catch (error) {
        requested.progress.failed(error)
        return []
      }
    }),
  )
  return drafts.flat()
}

/** N4 */
async function unsuppressed(ports: SendMailsPorts, drafts: readonly Draft[]): Promise<Draft[]> {
  const suppressed = await ports.suppressions.among(drafts.map(({ addressed }) => addressed.to))
  const left: Draft[] = []
  for (const one of drafts) {
    const { requested, addressed } = one
    if (!suppressed.has(addressed.to)) {
      left.push(one)
      continue
    }
    // The address bounced in another claim, or in another org: this claim's admin should see it, too.
    if (addressed.claim !== undefined) {
      const { record, claim } = addressed.claim
      const failure = { failure: 'bounced', recipients: [addressed.to], by: 'mail:suppressed' } as const
      await recordFailure(ports, claim.claimId, failure, record)
    }
    requested.progress.is(addressed.mailId, { outcome: 'suppressed' })
  }
  return left
}
