import { randomUUID } from 'node:crypto'
import type { VirtualClock } from '../../clock/clock.ts'
import type { EventBus } from '../eventbridge/event-bus.ts'
import { addressOf } from './addresses.ts'
import { createMailboxes, feedbackOf, type MailboxAnswer } from './mailboxes.ts'
import { configurationSetArn, identityArn } from '../names.ts'
import { createOutbox, type Mail, type Outbox } from './outbox.ts'
import { createSesLimits, type SesLimits } from './ses-limits.ts'
import { type MailToSend, readSendEmail } from './ses-requests.ts'
import {
  escapeXml,
  type Permission,
  ServiceError,
  type EmulatedService,
  type ServiceRequest,
  type ServiceResponse,
} from '../emulated-service.ts'
import type { LocalState } from '../state.ts'

const NAMESPACE = 'http://ses.amazonaws.com/doc/2010-12-01/'
/** The only action that the service calls. */
const SEND = 'SendEmail'

export interface Ses extends EmulatedService {
  /** Adds a verified address or domain. As long as there is none, every sender counts as verified. */
  addIdentity(name: string): void
  addConfigurationSet(name: string): void
  /** Publishes events for mails of this configuration set. Of SES's types, `bounce` and `complaint` occur here. */
  publishEvents(configurationSet: string, types: readonly string[]): void
  /** Sets how the address's mailbox answers mails from now on. */
  setMailbox(address: string, answers: MailboxAnswer): void
  /** Sets the limits that apply from now on. Initially there are none. */
  setLimits(limits: SesLimits): void
  outbox: Outbox
}

const domainOf = (address: string) => address.slice(address.lastIndexOf('@') + 1)

export function sesRefusal({ code, message, status }: ServiceError): ServiceResponse {
  return {
    status,
    headers: { 'content-type': 'text/xml' },
    body:
      `<ErrorResponse xmlns="${NAMESPACE}"><Error><Type>Sender</Type><Code>${escapeXml(code)}</Code>` +
      `<Message>${escapeXml(message)}</Message></Error><RequestId>${randomUUID()}</RequestId></ErrorResponse>`,
  }
}

function answer(action: string, result: string): ServiceResponse {
  return {
    status: 200,
    headers: { 'content-type': 'text/xml' },
    body:
      `<${action}Response xmlns="${NAMESPACE}"><${action}Result>${result}</${action}Result>` +
      `<ResponseMetadata><RequestId>${randomUUID()}</RequestId></ResponseMetadata></${action}Response>`,
  }
}

/** Amazon SES's first API, with its query protocol. Sent mails are kept in the outbox. */
export function createSes({
  state,
  clock,
  events,
}: {
  state: LocalState
  clock: VirtualClock
  /** Publishes bounces and complaints. */
  events?: Pick<EventBus, 'publish'>
}): Ses {
  const outbox = createOutbox(state)
  const mailboxes = createMailboxes(state)
  const limits = createSesLimits({ state, now: clock.now })
  const published = new Map<string, ReadonlySet<string>>()
  const identities = new Set<string>()
  const configurationSets = new Set<string>()

  /** The verified identity that the sender uses: its address if that is one, otherwise its domain. */
  const identityFor = (mailbox: string): string => {
    const address = addressOf(mailbox)
    return identities.has(address) ? address : domainOf(address)
  }

  const answersOf = ({ to, cc, bcc }: MailToSend) =>
    [...to, ...cc, ...bcc].flatMap((recipient) => {
      const answer = mailboxes.answerOf(recipient)
      return answer === 'ok' ? [] : [{ recipient, answer }]
    })

  const send = (mailToSend: MailToSend): string => {
    const identity = identityFor(mailToSend.from)
    if (identities.size > 0 && !identities.has(identity)) {
      throw new ServiceError(
        'MessageRejected',
        `Email address is not verified. The following identities failed the check in region US-EAST-1: ${mailToSend.from}`,
      )
    }
    const set = mailToSend.configurationSet
    if (set !== undefined && !configurationSets.has(set)) {
      throw new ServiceError('ConfigurationSetDoesNotExist', `Configuration set <${set}> does not exist.`)
    }
    const recipients = [...mailToSend.to, ...mailToSend.cc, ...mailToSend.bcc]
    limits.take({ recipients, configurationSet: set }, identities)
    const now = clock.now()
    const messageId = `${now.getTime().toString(16).padStart(16, '0')}-${randomUUID()}-000000`
    const answers = answersOf(mailToSend)
    const whoAnswered = (answer: MailboxAnswer) =>
      answers.flatMap((each) => (each.answer === answer ? [addressOf(each.recipient)] : []))
    const [bounced, complained] = [whoAnswered('bounce'), whoAnswered('complaint')]
    const mail: Mail = {
      ...mailToSend,
      messageId,
      sentAt: now.toISOString(),
      ...(bounced.length > 0 && { bounced }),
      ...(complained.length > 0 && { complained }),
    }
    outbox.add(mail)
    for (const { recipient, answer } of answers)
      if (published.get(set ?? '')?.has(answer))
        events?.publish(feedbackOf(mail, identity, recipient, answer))
    return messageId
  }

  /** Forms parsed for authorization and reused for the call, since the form of a mail is some 30 KB. */
  const forms = new WeakMap<ServiceRequest, URLSearchParams>()
  const formOf = (request: ServiceRequest): URLSearchParams => {
    const form = forms.get(request) ?? new URLSearchParams(request.body.toString())
    forms.set(request, form)
    return form
  }

  const perform = (form: URLSearchParams): ServiceResponse => {
    const action = form.get('Action') ?? ''
    if (action !== SEND) throw new ServiceError('InvalidAction', `The local SES does not know ${action}.`)
    return answer(action, `<MessageId>${send(readSendEmail(form))}</MessageId>`)
  }

  return {
    addIdentity: (name) => void identities.add(name.toLowerCase()),
    addConfigurationSet: (name) => void configurationSets.add(name),
    publishEvents: (set, types) =>
      void published.set(set, new Set([...(published.get(set) ?? []), ...types])),
    setMailbox: mailboxes.set,
    setLimits: limits.set,
    outbox,
    permissions(request: ServiceRequest): Permission[] {
      const form = formOf(request)
      const action = `ses:${form.get('Action') ?? ''}`
      if (action !== `ses:${SEND}`) return [{ action, resource: '*' }]
      const from = form.get('Source') ?? ''
      const set = form.get('ConfigurationSetName')
      const context = { 'ses:FromAddress': addressOf(from) }
      return [identityArn(identityFor(from)), ...(set === null ? [] : [configurationSetArn(set)])].map(
        (resource) => ({ action, resource, context }),
      )
    },
    handle: (request) => perform(formOf(request)),
  }
}
