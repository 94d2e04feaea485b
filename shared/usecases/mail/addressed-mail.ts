import type { WantedMail } from '../../rules/mail/claim-mail.ts'
import type { AccountRecord, OpenClaim } from '../../rules/types.ts'
import type { Mail } from '../../mail/model.ts'
import type { Sender } from '../../mail/sender.ts'

/** One mail to one address, complete except for the link that it may contain. */
export interface AddressedMail {
  /** Unique among all mails, at any time. */
  readonly mailId: string
  readonly to: string
  readonly mail: (decisionUrl: string) => Mail
  readonly locale: string
  /** N5. */
  readonly sender: Sender
  readonly tags: Readonly<Record<string, string>>
  /** For a mail about an open claim, whose record holds the mail's state. */
  readonly claim?: { readonly record: AccountRecord; readonly claim: OpenClaim; readonly wanted: WantedMail }
}

/** Without the sender, which is the same for all mails of an org. */
export type UnsignedMail = Omit<AddressedMail, 'sender'>
