import { decodeWords, parseMail } from './mime.ts'
import type { Mail } from './outbox.ts'
import { ServiceError } from './stand-in.ts'

const MAX_RECIPIENTS = 50
const MAX_MESSAGE_BYTES = 10 * 1024 * 1024
/** Something before an @ and a domain after it, which is as far as SES looks; and it takes ASCII characters only. */
const ADDRESS = /^(?:(?![<>,;@])[!-~])+@(?:(?![<>,;@.])[!-~])+(?:\.(?:(?![<>,;@.])[!-~])+)+$/

/** Of a message tag's name and value. */
const TAG_TEXT = /^[\w-]{1,256}$/

export type Outgoing = Omit<Mail, 'messageId' | 'sentAt' | 'bounced' | 'complained'>
export interface SesTemplate {
  subject: string
  text: string
  html: string
}

/** `name.member.1`, `name.member.2`, …  of the query protocol. */
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

function checked(mail: Outgoing): Outgoing {
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
  return mail
}

const destination = (form: URLSearchParams, prefix: string) => ({
  to: members(form, `${prefix}.ToAddresses`),
  cc: members(form, `${prefix}.CcAddresses`),
  bcc: members(form, `${prefix}.BccAddresses`),
})

function envelope(form: URLSearchParams, tagsName: string) {
  const set = form.get('ConfigurationSetName')
  return {
    from: decodeWords(form.get('Source') ?? ''),
    replyTo: members(form, 'ReplyToAddresses'),
    tags: tags(form, tagsName),
    ...(set === null ? {} : { configurationSet: set }),
  }
}

function simpleMail(form: URLSearchParams): Outgoing {
  const subject = form.get('Message.Subject.Data')
  const text = form.get('Message.Body.Text.Data')
  const html = form.get('Message.Body.Html.Data')
  if (subject === null || (text === null && html === null)) {
    throw new ServiceError('ValidationError', 'A message needs a subject and a body.')
  }
  return {
    ...envelope(form, 'Tags'),
    ...destination(form, 'Destination'),
    subject,
    text: text ?? '',
    html: html ?? '',
  }
}

const mailboxes = (header: string | undefined) =>
  (header ?? '')
    .split(',')
    .map((m) => m.trim())
    .filter(Boolean)

function rawMail(form: URLSearchParams): Outgoing {
  const mail = parseMail(Buffer.from(form.get('RawMessage.Data') ?? '', 'base64'))
  const header = (name: string) => mail.headers.get(name)
  const given = members(form, 'Destinations')
  const shown = { to: mailboxes(header('to')), cc: mailboxes(header('cc')), bcc: mailboxes(header('bcc')) }
  return {
    ...envelope(form, 'Tags'),
    from: form.get('Source') ?? header('from') ?? '',
    // The envelope's recipients get it, whatever the headers say.
    ...(given.length > 0 ? { to: given, cc: [], bcc: [] } : shown),
    replyTo: mailboxes(header('reply-to')),
    subject: header('subject') ?? '',
    text: mail.text,
    html: mail.html,
  }
}

/** `{{name}}` of the data, and nothing else of the template language; a name without a value refuses the mail. */
function render(template: SesTemplate, data: unknown): SesTemplate {
  const values = new Map<string, unknown>(
    typeof data === 'object' && data !== null ? Object.entries(data) : [],
  )
  const fill = (part: string) =>
    part.replace(/\{\{\s*([\w-]+)\s*\}\}/g, (_, name: string) => {
      if (!values.has(name))
        throw new ServiceError(
          'MissingRenderingAttribute',
          `Attribute '${name}' is not present in the rendering data.`,
        )
      return String(values.get(name))
    })
  return { subject: fill(template.subject), text: fill(template.text), html: fill(template.html) }
}

function templateData(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new ServiceError('InvalidTemplateData', 'The template data is not JSON.')
  }
}

function templateNamed(form: URLSearchParams, templates: ReadonlyMap<string, SesTemplate>): SesTemplate {
  const name = form.get('Template') ?? ''
  const template = templates.get(name)
  if (template === undefined)
    throw new ServiceError('TemplateDoesNotExist', `Template ${name} does not exist.`)
  return template
}

function bulkMails(form: URLSearchParams, templates: ReadonlyMap<string, SesTemplate>) {
  const template = templateNamed(form, templates)
  const defaults = templateData(form.get('DefaultTemplateData') ?? '{}')
  const mails: (Outgoing | { refused: ServiceError })[] = []
  for (let n = 1; form.has(`Destinations.member.${n}.Destination.ToAddresses.member.1`); n++) {
    const prefix = `Destinations.member.${n}`
    try {
      const own = templateData(form.get(`${prefix}.ReplacementTemplateData`) ?? '{}')
      const data = Object.assign({}, defaults, own)
      const common = envelope(form, 'DefaultTags')
      mails.push(
        checked({
          ...common,
          tags: { ...common.tags, ...tags(form, `${prefix}.ReplacementTags`) },
          ...destination(form, `${prefix}.Destination`),
          ...render(template, data),
        }),
      )
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error
      mails.push({ refused: error })
    }
  }
  if (mails.length > MAX_RECIPIENTS)
    throw new ServiceError('InvalidParameterValue', `Recipient count exceeds ${MAX_RECIPIENTS}.`)
  return mails
}

/** The mails that a request of this action asks for; in a bulk call each may be refused for itself. */
export function outgoingMails(
  action: string,
  form: URLSearchParams,
  templates: ReadonlyMap<string, SesTemplate>,
): (Outgoing | { refused: ServiceError })[] {
  if (action === 'SendEmail') return [checked(simpleMail(form))]
  if (action === 'SendRawEmail') return [checked(rawMail(form))]
  if (action === 'SendBulkTemplatedEmail') return bulkMails(form, templates)
  const rendered = render(templateNamed(form, templates), templateData(form.get('TemplateData') ?? '{}'))
  return [checked({ ...envelope(form, 'Tags'), ...destination(form, 'Destination'), ...rendered })]
}
