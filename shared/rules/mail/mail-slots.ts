import { MAIL_LEASE_MS } from '../limits.ts'
import type { MailLease, MailSlot } from '../types.ts'

/** C6: whether a mail may be sent now. */
export type SlotState =
  /** `again`: a worker that held the lease died, so the mail may have been sent already. */
  | { readonly outcome: 'free'; readonly again: boolean }
  | { readonly outcome: 'sent' }
  /** Another worker holds the lease and may yet fail: try again later. */
  | { readonly outcome: 'wait' }

/** Whether a lease has expired. Only time ends one: nothing deletes leases. */
export const isLeaseExpired = ({ at }: MailLease, now: Date): boolean =>
  now.getTime() - new Date(at).getTime() > MAIL_LEASE_MS

/**
 * Decides whether an attempt may send a mail, by the state of the mail's slot.
 * @param by the attempt's id, by which a repeated write recognizes its own lease
 */
export function slotState(slot: MailSlot | undefined, by: string, now: Date): SlotState {
  if (slot === undefined) return { outcome: 'free', again: false }
  if (slot === 'sent') return { outcome: 'sent' }
  if (slot.by === by) return { outcome: 'free', again: false }
  return isLeaseExpired(slot, now) ? { outcome: 'free', again: true } : { outcome: 'wait' }
}
