import { backoff } from '../../lib/backoff.ts'
import type { Clock } from '../../lib/time.ts'
import { Busy, unavailableBy } from '../../lib/unavailable.ts'
import { mailSent, releaseMail } from '../../rules/mail/claim-mail.ts'
import type { AccountRecord, OpenClaim } from '../../rules/types.ts'
import type { AccountStore } from '../../storage/stores/accounts.ts'
import type { MailItem, MailStore, MailWrite } from '../../storage/stores/mails.ts'
import type { LeasedMail } from './mail-leases.ts'

export interface MarkPorts {
  readonly accounts: Pick<AccountStore, 'byRecordIds'>
  readonly mails: MailStore
  readonly now: Clock
}

/** `sent`: SES accepted it. `free`: it certainly wasn't sent, and the next worker may send it at once. */
export interface Mark {
  readonly leased: LeasedMail
  readonly as: 'sent' | 'free'
}

/** What is known of a mail, by where its state is stored. */
type Known =
  | { readonly kind: 'claim'; readonly record: AccountRecord; readonly claim: OpenClaim }
  | { readonly kind: 'item'; readonly item: MailItem }
  /** The claim has ended: its mails' state isn't recorded any more. */
  | undefined

/**
 * More than any other write is tried, since a mail without its mark is sent a second time. In addition to the retries of
 * store and SDK; the pauses add up to two seconds of a worker's minute.
 */
const MARK_TRIES = 8

/**
 * Marks mails as sent, or frees them, by one write each, in one batch. Changes that others made meanwhile are kept.
 * @throws the failure of the last try
 */
export async function markAll(ports: MarkPorts, marks: readonly Mark[]): Promise<void> {
  let left = marks
  let known: readonly Known[] = marks.map(({ leased }) => asLeased(leased))
  for (let tried = 1; ; tried++) {
    const writes = left.flatMap((mark, n) => {
      const write = writeOf(mark, known[n], ports.now())
      return write === undefined ? [] : [{ mark, write }]
    })
    if (writes.length === 0) return
    const outcomes = await ports.mails.write(
      writes.map(({ write }) => write),
      ports.now(),
    )
    left = writes.filter((_, n) => outcomes[n]?.outcome !== 'written').map(({ mark }) => mark)
    if (left.length === 0) return
    const errors = outcomes.flatMap((outcome) => (outcome.outcome === 'failed' ? [outcome.error] : []))
    const lasting = errors.find((error) => unavailableBy(error) === undefined)
    if (lasting !== undefined) throw lasting
    if (tried === MARK_TRIES) throw errors[0] ?? new Busy('others changed what is known of a mail')
    await backoff(tried)
    known = await reread(ports, left)
  }
}

function asLeased({ addressed, claim, attempt }: LeasedMail): Known {
  if (addressed.claim === undefined || claim === undefined)
    return { kind: 'item', item: { slot: { by: attempt, at: '' }, attempt } }
  return { kind: 'claim', record: { ...addressed.claim.record, claim }, claim }
}

async function reread(ports: MarkPorts, marks: readonly Mark[]): Promise<Known[]> {
  const addressed = marks.map(({ leased }) => leased.addressed)
  const [records, items] = await Promise.all([
    ports.accounts.byRecordIds(addressed.flatMap(({ claim }) => claim?.record.recordId ?? [])),
    ports.mails.items(addressed.flatMap(({ claim, mailId }) => (claim === undefined ? [mailId] : []))),
  ])
  return addressed.map((addressed): Known => {
    if (addressed.claim === undefined) {
      const item = items.get(addressed.mailId)
      return item && { kind: 'item', item }
    }
    const record = records.get(addressed.claim.record.recordId)
    const claim = record?.claim
    return record !== undefined && claim?.claimId === addressed.claim.claim.claimId
      ? { kind: 'claim', record, claim }
      : undefined
  })
}

function writeOf({ leased, as }: Mark, known: Known, now: Date): MailWrite | undefined {
  const { addressed, attempt, link } = leased
  if (known === undefined) return undefined
  if (known.kind === 'item') {
    const { slot } = known.item
    const isDone = slot === 'sent' || (as === 'free' && (slot === undefined || slot.by !== attempt))
    if (isDone) return undefined
    return {
      kind: 'item',
      mailId: addressed.mailId,
      before: known.item,
      slot: as === 'sent' ? 'sent' : undefined,
    }
  }
  if (addressed.claim === undefined) return undefined
  const { wanted } = addressed.claim
  const { record, claim } = known
  const next = as === 'sent' ? mailSent(claim, wanted, now) : releaseMail(claim, wanted, attempt, link)
  return next && { kind: 'claim', record, claim: next }
}
