import { MAIL_LEASE_MS } from '../limits.ts'
import type { MailLease, MailSlot } from '../types.ts'

/** C6: whether a mail may be sent now. */
export type SlotState =
  /** `again`: a worker that held the lease died, so the mail may have been sent already. */
  | { readonly state: 'free'; readonly again: boolean }
  | { readonly state: 'sent' }
  /** Another worker holds the lease and may yet fail: try again later. */
  | { readonly state: 'wait' }

/** Whether a lease has expired. Only time ends one: nothing deletes leases. */
export const isOver = ({ at }: MailLease, now: Date): boolean =>
  now.getTime() - new Date(at).getTime() > MAIL_LEASE_MS

/**
 * Judges a mail's slot for an attempt.
 * @param by the attempt's id, by which a repeated write recognizes its own lease
 */
export function slotState(slot: MailSlot | undefined, by: string, now: Date): SlotState {
  if (slot === undefined) return { state: 'free', again: false }
  if (slot === 'sent') return { state: 'sent' }
  if (slot.by === by) return { state: 'free', again: false }
  return isOver(slot, now) ? { state: 'free', again: true } : { state: 'wait' }
}
