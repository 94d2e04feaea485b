import type { ClaimCore, Notification } from './types.ts'

/** N4: what a bounce or a complaint makes of a claim's notification. */
export type MailFailure = Extract<Notification, 'bounced' | 'complained'>

/** N4: nothing more is sent about the claim while it is open. */
export function isUndeliverable({ notification }: Pick<ClaimCore, 'notification'>): boolean {
  return notification === 'bounced' || notification === 'complained'
}
