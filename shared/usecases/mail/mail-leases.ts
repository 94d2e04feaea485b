import type { OutgoingMail } from '../../contracts/outgoing-mail.ts'
import { parseAddress } from '../../rules/accounts/address.ts'
import { MAX_LINKS, takeMail } from '../../rules/mail/claim-mail.ts'
import { LINK_SECRET_BYTES, linkHash, linkText } from '../../rules/claims/decision-link.ts'
import { slotState } from '../../rules/mail/mail-slots.ts'
import type { OpenClaim } from '../../rules/types.ts'
import { BusyError } from '../../lib/errors.ts'
import type { Clock } from '../../lib/time.ts'
import { renderMail } from '../../mail/render.ts'
import type { Sender } from '../../mail/sender.ts'
import type { MailItem, MailStore, MailWrite } from '../../storage/stores/mails.ts'
import type { TokenStore } from '../../storage/stores/tokens.ts'
import type { AddressedMail } from './addressed-mail.ts'
import type { MailOutcome } from '../../contracts/mail-requests.ts'

export interface LeasePorts {
  readonly mails: MailStore
  readonly tokens: Pick<TokenStore, 'put'>
  readonly decisionUrl: (token: string) => string
  readonly randomBytes: (size: number) => Uint8Array
  /** 32 random bytes, base64url. */
  readonly newToken: () => string
  readonly now: Clock
}

/** A mail that only this worker may send. */
export interface LeasedMail {
  readonly addressed: AddressedMail
  readonly mail: OutgoingMail
  readonly attempt: string
  /** Another worker held the lease and died: the mail may have been sent already. */
  readonly again: boolean
  /** The claim as written with the lease. */
  readonly claim?: OpenClaim
  readonly link?: Uint8Array
}

export type LeaseOutcome =
  | { readonly outcome: 'leased'; readonly leased: LeasedMail }
  | { readonly outcome: 'over'; readonly mailOutcome: MailOutcome }
  | { readonly outcome: 'failed'; readonly error: unknown }
  /** Another worker was faster: the mail has to be checked again. */
  | { readonly outcome: 'again' }

/** Another worker has sent the mail, or its lease is over, within little more than a minute. */
const LOOK_AGAIN_SECONDS = 10

const AGAIN: LeaseOutcome = { outcome: 'again' }
const over = (mailOutcome: MailOutcome): LeaseOutcome => ({ outcome: 'over', mailOutcome })

interface Prepared {
  readonly outcome: 'prepared'
  readonly leased: LeasedMail
  readonly write: MailWrite
}

export interface LeaseOptions {
  /** Unique: by it a worker recognizes a lease that it wrote itself, where DynamoDB's answer was lost. */
  readonly attempt: string
  /** Mails that this attempt gave to SES: one that isn't marked as sent may have been sent anyway. */
  readonly tried: ReadonlySet<string>
  /** Mails that have items of their own; `undefined`: not read, so the first write finds out. */
  readonly known: ReadonlyMap<string, MailItem> | undefined
}

/**
 * Leases mails, by one write each, in one batch. A batch writes an item once: of two mails about one claim, the second
 * is leased in the next round.
 */
export async function leaseAll(
  ports: LeasePorts,
  mails: readonly AddressedMail[],
  { attempt, tried, known }: LeaseOptions,
): Promise<LeaseOutcome[]> {
  const outcomes: LeaseOutcome[] = mails.map(() => AGAIN)
  const prepared: { readonly n: number; readonly mail: Prepared }[] = []
  const items = new Set<string>()
  for (const [n, addressed] of mails.entries()) {
    const item = addressed.claim?.record.recordId ?? addressed.mailId
    if (items.has(item)) continue
    items.add(item)
    try {
      const by = tried.has(addressed.mailId) ? `${attempt}/again` : attempt
      const mail = await prepare(ports, addressed, by, known?.get(addressed.mailId))
      if (mail.outcome === 'prepared') prepared.push({ n, mail })
      else outcomes[n] = mail
    } catch (error) {
      outcomes[n] = { outcome: 'failed', error }
    }
  }
  const written = await ports.mails.write(
    prepared.map(({ mail }) => mail.write),
    ports.now(),
  )
  for (const [place, { n, mail }] of prepared.entries()) {
    const answer = written[place]
    if (answer?.outcome === 'written') outcomes[n] = { outcome: 'leased', leased: mail.leased }
    else if (answer?.outcome === 'failed') outcomes[n] = answer
  }
  return outcomes
}

const wait = (): LeaseOutcome => ({
  outcome: 'failed',
  error: new BusyError('another delivery of the message is at its mail', {
    longestWaitSeconds: LOOK_AGAIN_SECONDS,
  }),
})

/** Rendered before it is leased: a mail that can't be rendered isn't begun. */
async function prepare(
  ports: LeasePorts,
  addressed: AddressedMail,
  attempt: string,
  item: MailItem | undefined,
): Promise<Prepared | LeaseOutcome> {
  const now = ports.now()
  if (addressed.claim === undefined) {
    const seen = slotState(item?.slot, attempt, now)
    if (seen.outcome === 'sent') return over({ outcome: 'sent_before' })
    if (seen.outcome === 'wait') return wait()
    return {
      outcome: 'prepared',
      leased: { addressed, attempt, again: seen.again, mail: written(addressed, '') },
      write: {
        kind: 'item',
        mailId: addressed.mailId,
        before: item,
        slot: { by: attempt, at: now.toISOString() },
      },
    }
  }
  const { record, claim, wanted } = addressed.claim
  const secret = ports.randomBytes(LINK_SECRET_BYTES)
  const link = claim.mail.links.length < MAX_LINKS ? linkHash(secret) : undefined
  const taken = takeMail(claim, wanted, attempt, link, now)
  switch (taken.outcome) {
    case 'sent':
      return over({ outcome: 'sent_before' })
    case 'overtaken':
      return over({ outcome: 'obsolete' })
    case 'wait':
      return wait()
    case 'taken': {
      const token = link === undefined ? ports.newToken() : linkText({ claimId: claim.claimId, secret })
      if (link === undefined) await ports.tokens.put(token, claim.claimId, now)
      const leased = { addressed, attempt, again: taken.again, claim: taken.claim }
      return {
        outcome: 'prepared',
        leased: {
          ...leased,
          mail: written(addressed, ports.decisionUrl(token)),
          ...(link === undefined ? {} : { link }),
        },
        write: { kind: 'claim', record, claim: taken.claim },
      }
    }
  }
}

function written({ mail, to, locale, sender, tags }: AddressedMail, decisionUrl: string): OutgoingMail {
  const { subject, html, text } = renderMail(mail(decisionUrl), locale, sender)
  return { to: [to], replyTo: replyTo(sender), subject, html, text, tags }
}

/** N5: the org's contact, if it is a mail address. */
function replyTo({ contact }: Sender): string | undefined {
  const parsed = contact === undefined ? undefined : parseAddress(contact)
  return parsed?.outcome === 'parsed' ? parsed.address.email : undefined
}
