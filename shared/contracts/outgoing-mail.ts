export interface OutgoingMail {
  readonly to: readonly string[]
  /** N5: who receives a reply; without it, nobody does. */
  readonly replyTo?: string | undefined
  readonly subject: string
  readonly html: string
  readonly text: string
  /** SES message tags, by which a bounce finds its claim again. ASCII letters, digits, `-` and `_`. */
  readonly tags: Readonly<Record<string, string>>
}

/**
 * Hands a mail to the mail service.
 * @returns the service's message id
 * @throws BusyError where the mail is to be sent later, InputError `mail_refused` where it never can be: in both cases it
 * certainly wasn't sent
 */
export type Mailer = (mail: OutgoingMail) => Promise<string>
