import { decodeWords } from './encoded-words.ts'
import type { Mail } from './outbox.ts'
import { ServiceError } from '../emulated-service.ts'

const MAX_RECIPIENTS = 50
const MAX_MESSAGE_BYTES = 10 * 1024 * 1024
/** An address as far as SES checks it: ASCII only, something before the @, and a domain after it. */
const ADDRESS = /^(?:(?![<>,;@])[!-~])+@(?:(?![<>,;@.])[!-~])+(?:\.(?:(?![<>,;@.])[!-~])+)+$/

/** Name or value of a message tag. */
const TAG_TEXT = /^[\w-]{1,256}$/

export type MailToSend = Omit<Mail, 'messageId' | 'sentAt' | 'bounced' | 'complained'>

/** Reads a list of the query protocol: `name.member.1`, `name.member.2`, … */
function members(form: URLSearchParams, name: string): string[] {
  const found: string[] = []
  for (let n = 1; ; n++) {
    const value = form.get(`${name}.member.${n}`)
    if (value === null) return found
    found.push(value)
  }
}

function tags(form: URLSearchParams, name: string): Record<string, string> {
  const found: Record<string, string> = {}
  for (let n = 1; ; n++) {
    const key = form.get(`${name}.member.${n}.Name`)
    if (key === null) return found
    found[key] = form.get(`${name}.member.${n}.Value`) ?? ''
  }
}

function check(mail: MailToSend): void {
  const recipients = [...mail.to, ...mail.cc, ...mail.bcc]
  if (recipients.length === 0) throw new ServiceError('InvalidParameterValue', 'Missing destination.')
  if (recipients.length > MAX_RECIPIENTS) {
    throw new ServiceError('InvalidParameterValue', `Recipient count exceeds ${MAX_RECIPIENTS}.`)
  }
  for (const mailbox of [mail.from, ...recipients]) {
    const address = /<([^<>]*)>\s*$/.exec(mailbox)?.[1] ?? mailbox
    if (!ADDRESS.test(address)) throw new ServiceError('InvalidParameterValue', "Missing final '@domain'")
  }
  for (const text of Object.entries(mail.tags).flat()) {
    if (!TAG_TEXT.test(text)) throw new ServiceError('InvalidParameterValue', `Invalid tag: ${text}`)
  }
  if (Buffer.byteLength(mail.text) + Buffer.byteLength(mail.html) > MAX_MESSAGE_BYTES) {
    throw new ServiceError('InvalidParameterValue', 'Message length is more than 10485760 bytes long.')
  }
}

/** @throws ServiceError as SES answers a SendEmail call that it can't read */
export function readSendEmail(form: URLSearchParams): MailToSend {
  const subject = form.get('Message.Subject.Data')
  const text = form.get('Message.Body.Text.Data')
  const html = form.get('Message.Body.Html.Data')
  if (subject === null || (text === null && html === null)) {
    throw new ServiceError('ValidationError', 'A message needs a subject and a body.')
  }
  const set = form.get('ConfigurationSetName')
  const mail: MailToSend = {
    from: decodeWords(form.get('Source') ?? ''),
    to: members(form, 'Destination.ToAddresses'),
    cc: members(form, 'Destination.CcAddresses'),
    bcc: members(form, 'Destination.BccAddresses'),
    replyTo: members(form, 'ReplyToAddresses'),
    tags: tags(form, 'Tags'),
    ...(set === null ? {} : { configurationSet: set }),
    subject,
    text: text ?? '',
    html: html ?? '',
  }
  check(mail)
  return mail
}
