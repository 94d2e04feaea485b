import type { SendSlots } from '../../lib/send-rate.ts'
import { Busy } from '../../lib/unavailable.ts'
import type { SuppressionStore } from '../../storage/stores/suppressions.ts'
import { type FailurePorts, recordFailure } from './bounces-and-complaints.ts'
import { type LeasePorts, leaseAll } from './mail-leases.ts'
import { type AddressedMail, type ComposeMailPorts, composeMails, readMailFacts } from './compose-mails.ts'
import type { MailOutcome, MailRequest } from '../../contracts/mail-requests.ts'
import { type SendLeasedPorts, sendLeased, quotaExhausted } from './send-leased.ts'
import { LOST, retryOrElse } from '../../lib/optimistic-retry.ts'

export interface SendMailsPorts extends ComposeMailPorts, LeasePorts, SendLeasedPorts, FailurePorts {
  readonly suppressions: Pick<SuppressionStore, 'among'>
  /** Unique; short, since it stands in the claims' records. */
  readonly newAttempt: () => string
  readonly accounts: ComposeMailPorts['accounts'] & FailurePorts['accounts']
  readonly claims: ComposeMailPorts['claims'] & FailurePorts['claims']
}

/** What became of a request: of each of its mails, or why it has to come again. */
export type MailResult =
  | { readonly outcome: 'handled'; readonly outcomes: readonly MailOutcome[] }
  | { readonly outcome: 'failed'; readonly error: unknown }

/** A request's mails, each by its id: an admin's mail is one for each admin. */
class Told {
  readonly #outcomes = new Map<string, MailOutcome>()
  #error: { readonly error: unknown } | undefined

  /** The first word stands: what was sent in one round is found to be sent in the next. */
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

/** Between taking a stretch of the rate and sending are two reads and a write: instants that are over by then are lost. */
const PREPARING_MS = 50

interface Asked {
  readonly request: MailRequest
  readonly told: Told
}

/**
 * Sends a batch of mails, each once (C6), as far as that can be known: see `mailStore`. What all of them need is read together,
 * and what is known of each is written together: two writes a mail. One that fails takes no other with it.
 */
export async function sendMails(
  ports: SendMailsPorts,
  requests: readonly MailRequest[],
): Promise<MailResult[]> {
  const asked = requests.map((request): Asked => ({ request, told: new Told() }))
  if (asked.length === 0) return []
  // Nothing is read, and nothing taken, that there is no time to send.
  const granted = await ports.rate.reserve(asked.length, PREPARING_MS)
  if (granted.outcome === 'full')
    return asked.map(() => ({ outcome: 'failed', error: quotaExhausted(granted.waitMs) }))
  let left: readonly Asked[] = asked
  const attempt = { attempt: ports.newAttempt(), tried: new Set<string>() }
  await retryOrElse(
    async (round) => {
      left = await sendRound(ports, left, attempt, round === 0 ? granted.stretch : undefined)
      return left.length > 0 ? LOST : undefined
    },
    (rounds) => {
      for (const { told } of left) told.failed(new Busy(`others were at a mail ${rounds} times in a row`))
    },
  )
  return asked.map(({ told }) => told.result)
}

interface Attempt {
  readonly attempt: string
  readonly tried: Set<string>
}

interface Draft {
  readonly asked: Asked
  readonly letter: AddressedMail
}

/** @returns what is to be looked at again: others were at its mails, or what was read may have been old */
async function sendRound(
  ports: SendMailsPorts,
  all: readonly Asked[],
  { attempt, tried }: Attempt,
  stretch: SendSlots | undefined,
): Promise<Asked[]> {
  const isFirst = stretch !== undefined
  const again = new Set<Asked>()
  const drafts = await unsuppressed(ports, await draft(ports, all, isFirst, again))
  const known = isFirst
    ? undefined
    : await ports.mails.items(
        drafts.flatMap(({ letter: addressed }) => (addressed.claim === undefined ? [addressed.mailId] : [])),
      )
  const leases = await leaseAll(
    ports,
    drafts.map(({ letter: addressed }) => addressed),
    { attempt, tried, known },
  )
  const taken = drafts.flatMap(({ asked, letter: addressed }, n) => {
    const lease = leases[n]
    switch (lease?.outcome) {
      case 'leased':
        return [{ asked, leased: lease.leased }]
      case 'over':
        asked.told.is(addressed.mailId, lease.mailOutcome)
        return []
      case 'failed':
        asked.told.failed(lease.error)
        return []
      default:
        again.add(asked)
        return []
    }
  })
  for (const { leased } of taken) tried.add(leased.addressed.mailId)
  const sent = await sendLeased(
    ports,
    taken.map(({ leased }) => leased),
    stretch,
  )
  for (const [n, { asked, leased }] of taken.entries()) {
    const outcome = sent[n]
    if (outcome?.outcome === 'failed') asked.told.failed(outcome.error)
    else asked.told.is(leased.addressed.mailId, { outcome: leased.again ? 'sent_after_crash' : 'sent' })
  }
  return [...again]
}

/** @param again takes those for which nothing was found by a look that may have been old */
async function draft(
  ports: SendMailsPorts,
  all: readonly Asked[],
  isFirst: boolean,
  again: Set<Asked>,
): Promise<Draft[]> {
  const facts = await readMailFacts(
    ports,
    all.map(({ request }) => request),
    isFirst ? 'eventually' : 'consistently',
  )
  const drafts = await Promise.all(
    all.map(async (asked): Promise<Draft[]> => {
      try {
        const addressed = await composeMails(ports, asked.request, facts)
        if (addressed.length === 0 && isFirst) again.add(asked)
        return addressed.map((addressed) => ({ asked, letter: addressed }))
      } catch (error) {
        asked.told.failed(error)
        return []
      }
    }),
  )
  return drafts.flat()
}

/** N4 */
async function unsuppressed(ports: SendMailsPorts, drafts: readonly Draft[]): Promise<Draft[]> {
  const suppressed = await ports.suppressions.among(drafts.map(({ letter: addressed }) => addressed.to))
  const left: Draft[] = []
  for (const one of drafts) {
    const { asked, letter: addressed } = one
    if (!suppressed.has(addressed.to)) {
      left.push(one)
      continue
    }
    // The address failed in another claim, or under another org: this claim's admin is to see it too.
    if (addressed.claim !== undefined) {
      const { record, claim } = addressed.claim
      const failure = { failure: 'bounced', recipients: [addressed.to], by: 'mail:suppressed' } as const
      await recordFailure(ports, claim.claimId, failure, record)
    }
    asked.told.is(addressed.mailId, { outcome: 'suppressed' })
  }
  return left
}
