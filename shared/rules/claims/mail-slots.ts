import { MAIL_LEASE_MS } from '../limits.ts'
import type { MailLease, MailSlot } from '../types.ts'

/** C6: whether a mail may be sent, by what is known of it. */
export type SlotState =
  /** `again`: somebody had the lease and died; the mail may have gone out already. */
  | { readonly state: 'free'; readonly again: boolean }
  | { readonly state: 'sent' }
  /** Somebody is at it, and may fail: whoever asks must ask again. */
  | { readonly state: 'wait' }

/** Who had it is silent for so long that it can't be at it any more. By the time alone: nothing deletes a lease. */
export const isOver = ({ at }: MailLease, now: Date): boolean =>
  now.getTime() - new Date(at).getTime() > MAIL_LEASE_MS

/** @param by who asks: a write that is told once more knows its own lease */
export function slotState(slot: MailSlot | undefined, by: string, now: Date): SlotState {
  if (slot === undefined) return { state: 'free', again: false }
  if (slot === 'sent') return { state: 'sent' }
  if (slot.by === by) return { state: 'free', again: false }
  return isOver(slot, now) ? { state: 'free', again: true } : { state: 'wait' }
}
