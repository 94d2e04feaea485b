/** The studio's JSON API: it shows the inside of the local service in bounded pages, and offers actions. */
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import type { PublishedEvent } from '../aws/eventbridge/event-bus.ts'
import type { Mail, Outbox } from '../aws/ses/outbox.ts'
import type { QueueDepth } from '../aws/sqs/queues.ts'
import type { FunctionReport } from '../functions/functions.ts'
import type { LogLine } from '../instance/log.ts'
import { isOwnHost, isOwnOrigin } from '../http/loopback.ts'
import { sendJson, sendProblem } from '../http/problem.ts'
import type {
  DnsRow,
  EffectsPlayed,
  EventRow,
  FunctionRow,
  GivenUpEffects,
  LogPage,
  LogRow,
  MailBody,
  MailPage,
  MailRow,
  StudioLink,
  QueueRow,
  SchedulePage,
  ScheduleRow,
  StudioAction,
  StudioState,
} from './wire.ts'

/** Rows on a page of mails. */
export const MAILS_SHOWN = 50
/** More schedules than anybody reads. The earliest are shown. */
export const SCHEDULES_SHOWN = 200
/** Maximum of events and of log lines, the latest. */
export const LATEST_SHOWN = 500

export interface RunnableAction extends StudioAction {
  /** Runs the action. Resolves with its result in a sentence. */
  run(): Promise<string>
}

export interface StudioParts {
  readonly now: () => Date
  readonly links: readonly StudioLink[]
  readonly actions: readonly RunnableAction[]
  readonly outbox: Pick<Outbox, 'page' | 'get' | 'count'>
  readonly schedules: () => readonly ScheduleRow[]
  readonly queues: () => Promise<Readonly<Record<string, QueueDepth>>>
  /** The source queue of each dead-letter queue, by name. */
  readonly deadLetterSources: ReadonlyMap<string, string>
  /** Moves all messages. Resolves with their number. */
  readonly redrive: (from: string, to: string) => Promise<number>
  /** Changes whose effects were given up: the number of batches, and how to play them again. */
  readonly effects: { batches(): Promise<number>; playAgain(): Promise<EffectsPlayed> }
  readonly dns: () => readonly DnsRow[]
  readonly functions: () => readonly FunctionReport[]
  readonly events: (limit: number) => readonly PublishedEvent[]
  readonly log: () => readonly LogLine[]
  readonly problems: () => readonly string[]
  /** The control API. The studio passes some calls on to it, so that their rules exist once. */
  readonly control: RequestListener
}

const rowOf = (position: string, mail: Mail): MailRow => ({
  position,
  to: mail.to,
  from: mail.from,
  subject: mail.subject,
  sentAt: mail.sentAt,
  deliveryStatus:
    mail.bounced !== undefined ? 'bounced' : mail.complained !== undefined ? 'complained' : 'sent',
})

function mailsOf({ outbox }: StudioParts, query: URLSearchParams): MailPage {
  const to = query.get('to')?.trim() || undefined
  const before = query.get('before') ?? undefined
  const filter = { ...(to !== undefined && { to }), ...(before !== undefined && { before }) }
  const found = outbox.page({ limit: MAILS_SHOWN + 1, ...filter })
  const next = found.length > MAILS_SHOWN ? found[MAILS_SHOWN - 1]?.position : undefined
  return {
    mails: found.slice(0, MAILS_SHOWN).map(({ position, mail }) => rowOf(position, mail)),
    total: outbox.count(to),
    ...(next !== undefined && { before: next }),
  }
}

function mailOf({ outbox }: StudioParts, position: string): MailBody | undefined {
  const mail = outbox.get(position)
  if (mail === undefined) return undefined
  return { ...rowOf(position, mail), text: mail.text, hasHtml: mail.html !== '' }
}

function schedulesOf(parts: StudioParts): SchedulePage {
  const all = parts.schedules()
  const earliest = [...all].sort((a, b) => a.dueAt.localeCompare(b.dueAt)).slice(0, SCHEDULES_SHOWN)
  return { schedules: earliest, total: all.length }
}

async function queuesOf({ queues, deadLetterSources }: StudioParts): Promise<QueueRow[]> {
  return Object.entries(await queues()).map(([name, { visible, inFlight, delayed }]) => {
    const redriveTo = deadLetterSources.get(name)
    return { name, visible, inFlight, delayed, ...(redriveTo !== undefined && { redriveTo }) }
  })
}

/** Functions log JSON with a level; the service's own lines have none. */
function levelOf(text: string): string {
  const level = /^\{.*?"level":"(\w+)"/.exec(text)?.[1]
  if (level !== undefined) return level
  return /^[\w.]*(?:Error|Exception): /.test(text) ? 'ERROR' : 'INFO'
}

function logOf({ log }: StudioParts, query: URLSearchParams): LogPage {
  const source = query.get('source')
  const level = query.get('level')
  const lines: LogRow[] = log().map((line) => ({ ...line, level: levelOf(line.text) }))
  const isAsked = (line: LogRow) =>
    (source === null || line.source === source) && (level === null || line.level === level)
  return {
    lines: lines.filter(isAsked).slice(-LATEST_SHOWN),
    sources: [...new Set(lines.map((line) => line.source))].sort(),
  }
}

const eventsOf = ({ events }: StudioParts): EventRow[] =>
  events(LATEST_SHOWN).map(({ id, time, source, detailType, detail }) => ({
    id,
    time,
    source,
    detailType,
    detail,
  }))

const givenUpOf = async ({ effects }: StudioParts): Promise<GivenUpEffects> => ({
  batches: await effects.batches(),
})

const functionsOf = ({ functions }: StudioParts): FunctionRow[] =>
  functions().map(({ name, logicalId, invocations, errors, processes }) => ({
    name,
    logicalId,
    invocations,
    errors,
    processes,
  }))

function stateOf({ now, links, actions, problems }: StudioParts): StudioState {
  return {
    now: now().toISOString(),
    links,
    actions: actions.map(({ id, title, about }) => ({ id, title, about })),
    problems: problems(),
  }
}

const notFound = (response: ServerResponse): void =>
  sendProblem(response, { status: 404, code: 'not_found', detail: 'There is nothing here.' })

async function readView(parts: StudioParts, url: URL): Promise<unknown> {
  const mail = /^\/studio\/mails\/(\d+)$/.exec(url.pathname)
  if (mail !== null) return mailOf(parts, mail[1] ?? '')
  switch (url.pathname) {
    case '/studio/state':
      return stateOf(parts)
    case '/studio/mails':
      return mailsOf(parts, url.searchParams)
    case '/studio/schedules':
      return schedulesOf(parts)
    case '/studio/queues':
      return queuesOf(parts)
    case '/studio/effects':
      return givenUpOf(parts)
    case '/studio/dns':
      return parts.dns()
    case '/studio/functions':
      return functionsOf(parts)
    case '/studio/log':
      return logOf(parts, url.searchParams)
    case '/studio/events':
      return eventsOf(parts)
    default:
      return undefined
  }
}

async function runAction(parts: StudioParts, pathname: string): Promise<unknown> {
  const queue = decodeURIComponent(/^\/studio\/queues\/([^/]+)\/redrive$/.exec(pathname)?.[1] ?? '')
  const to = parts.deadLetterSources.get(queue)
  if (to !== undefined) return { moved: await parts.redrive(queue, to) }
  if (pathname === '/studio/effects/redrive') return parts.effects.playAgain()
  const id = /^\/studio\/actions\/([\w-]+)$/.exec(pathname)?.[1]
  const action = parts.actions.find((each) => each.id === id)
  return action === undefined ? undefined : { outcome: await action.run() }
}

/** Calls that the studio passes on to the control API: the same path, without `/studio`. */
const CONTROL_CALL = /^(?:POST \/studio\/(?:clock|dns)|DELETE \/studio\/schedules\/[^/]+\/[^/]+)$/

/** Serves `/studio/…`. Changes are `POST` and `DELETE` requests, accepted only from the studio's own page. */
export function createStudioCalls(parts: StudioParts): RequestListener {
  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://studio')
    const isChange = request.method === 'POST' || request.method === 'DELETE'
    if (!(isChange ? isOwnOrigin(request) : isOwnHost(request))) {
      const detail = 'Only this machine’s own pages and commands may ask for that.'
      return sendProblem(response, { status: 403, code: 'forbidden', detail })
    }
    if (CONTROL_CALL.test(`${request.method} ${url.pathname}`)) {
      request.url = url.pathname.slice('/studio'.length)
      parts.control(request, response)
      return
    }
    if (request.method !== 'POST' && request.method !== 'GET') {
      response.writeHead(405, { allow: 'GET, POST' }).end()
      return
    }
    const answer = isChange ? await runAction(parts, url.pathname) : await readView(parts, url)
    if (answer === undefined) return notFound(response)
    response.setHeader('cache-control', 'no-store')
    sendJson(response, 200, answer)
  }

  return (request, response) => {
    serve(request, response).catch((error: unknown) => {
      const detail = error instanceof Error ? error.message : String(error)
      if (response.headersSent) response.destroy()
      else sendProblem(response, { status: 500, code: 'internal_error', detail })
    })
  }
}
