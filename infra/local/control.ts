/**
 * The local service's control API: it moves the clock, waits until everything is handled, and shows the service's
 * inside.
 */
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import * as z from 'zod'
import type { VirtualClock } from './clock/clock.ts'
import { type MailboxAnswer, mailboxAnswer } from './aws/ses/mailboxes.ts'
import { type SesLimits, sesLimits } from './aws/ses/ses-limits.ts'
import { addDuration } from './clock/duration.ts'
import type { InvocationOutcome } from './functions/functions.ts'
import { isOwnOrigin } from './http/loopback.ts'
import { type Problem, sendJson, sendProblem } from './http/problem.ts'
import { readBody } from './http/read-body.ts'
import type { Settled } from './clock/settle.ts'
import type { Timeline } from './clock/timeline.ts'

/** Lambda's limit for an event. */
const maximumBodyBytes = 6 * 1024 * 1024

/** Clients give up if an answer sends nothing for some minutes. Spaces before the JSON keep them waiting. */
const heartbeatMs = 15_000

export interface ControlParts {
  readonly clock: VirtualClock
  readonly timeline: Timeline
  readonly settle: (limitMs?: number) => Promise<Settled>
  readonly schedules: () => unknown
  /** @throws NotFoundError if there is no such schedule */
  readonly deleteSchedule: (group: string, name: string) => void
  readonly setTxt: (name: string, txt: readonly string[]) => void
  readonly setMailbox: (address: string, answers: MailboxAnswer) => void
  readonly setMailLimits: (limits: SesLimits) => void
  readonly functions: () => unknown
  /** Invokes a function by its logical id; undefined if there is none. */
  readonly invoke: (logicalId: string, event: unknown) => Promise<InvocationOutcome | undefined>
  readonly queues: () => Promise<unknown>
  readonly events: () => unknown
  readonly problems: () => readonly string[]
}

export class NotFoundError extends Error {
  override name = 'NotFoundError'
}

class BadRequest extends Error {
  override name = 'BadRequest'
}

const move = z.union([
  z.strictObject({ advance: z.string() }),
  z.strictObject({ to: z.iso.datetime({ offset: true }) }),
])
const txtRecord = z.strictObject({ name: z.string().min(1), txt: z.array(z.string()) })
const mailbox = z.strictObject({ address: z.email(), answers: mailboxAnswer })
const settleRequest = z.strictObject({ limitSeconds: z.number().positive().optional() })

async function readJson<T>(request: IncomingMessage, schema: z.ZodType<T>): Promise<T> {
  const body = await readBody(request, maximumBodyBytes)
  if (body === undefined) throw new BadRequest('The body is too large.')
  const text = body.toString()
  let value: unknown = {}
  try {
    if (text !== '') value = JSON.parse(text)
  } catch {
    throw new BadRequest('The body is not JSON.')
  }
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  throw new BadRequest(z.prettifyError(parsed.error))
}

function targetOf(request: z.infer<typeof move>): (now: Date) => Date {
  if ('to' in request) return () => new Date(request.to)
  return (now) => {
    const target = addDuration(now, request.advance)
    if (target === undefined) throw new BadRequest(`${request.advance} is not an ISO 8601 duration.`)
    return target
  }
}

async function answerWhenDone(response: ServerResponse, work: Promise<unknown>): Promise<void> {
  const timer = setInterval(() => {
    if (!response.headersSent) response.writeHead(200, { 'content-type': 'application/json' })
    response.write(' ')
  }, heartbeatMs)
  try {
    const answer = await work
    if (response.headersSent) response.end(JSON.stringify(answer))
    else sendJson(response, 200, answer)
  } finally {
    clearInterval(timer)
  }
}

function problemOf(error: unknown): Problem {
  if (error instanceof BadRequest || error instanceof RangeError) {
    return { status: 400, code: 'invalid_request', detail: error.message }
  }
  if (error instanceof NotFoundError) return { status: 404, code: 'not_found', detail: error.message }
  return {
    status: 500,
    code: 'internal_error',
    detail: error instanceof Error ? error.message : String(error),
  }
}

export function createControl(parts: ControlParts): RequestListener {
  const now = () => ({ now: parts.clock.now().toISOString() })

  const calls: Readonly<
    Record<string, (request: IncomingMessage, response: ServerResponse) => Promise<unknown>>
  > = {
    'GET /clock': async () => now(),
    'POST /clock': async (request, response) => {
      const target = targetOf(await readJson(request, move))
      const jump = parts.timeline.jumpTo(target)
      await answerWhenDone(
        response,
        jump.then(({ fired, settled }) => ({ ...now(), fired, ...settled })),
      )
      return undefined
    },
    'POST /settle': async (request, response) => {
      const { limitSeconds } = await readJson(request, settleRequest)
      const limitMs = limitSeconds === undefined ? undefined : limitSeconds * 1000
      await answerWhenDone(
        response,
        parts.timeline.playDue().then(() => parts.settle(limitMs)),
      )
      return undefined
    },
    'GET /schedules': async () => ({ schedules: parts.schedules() }),
    'POST /dns': async (request) => {
      const { name, txt } = await readJson(request, txtRecord)
      parts.setTxt(name, txt)
      return { name, txt }
    },
    'POST /mailboxes': async (request) => {
      const { address, answers } = await readJson(request, mailbox)
      parts.setMailbox(address, answers)
      return { address, answers }
    },
    'POST /mail-limits': async (request) => {
      const limits = await readJson(request, sesLimits)
      parts.setMailLimits(limits)
      return limits
    },
    'GET /functions': async () => ({ functions: parts.functions() }),
    'GET /queues': async () => ({ queues: await parts.queues() }),
    'GET /events': async () => ({ events: parts.events() }),
    'GET /problems': async () => ({ problems: parts.problems() }),
  }

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname } = new URL(request.url ?? '/', 'http://control')
    const schedule = /^\/schedules\/([^/]+)\/([^/]+)$/.exec(pathname)
    if (request.method === 'DELETE' && schedule !== null) {
      parts.deleteSchedule(decodeURIComponent(schedule[1] ?? ''), decodeURIComponent(schedule[2] ?? ''))
      response.writeHead(204).end()
      return
    }
    const invocation = /^\/functions\/([^/]+)\/invocations$/.exec(pathname)
    if (request.method === 'POST' && invocation !== null) {
      const outcome = await parts.invoke(invocation[1] ?? '', await readJson(request, z.unknown()))
      if (outcome === undefined) throw new NotFoundError(`There is no function ${invocation[1]}.`)
      sendJson(
        response,
        200,
        outcome.ok
          ? { ok: true, payload: JSON.parse(outcome.payload) }
          : { ok: false, error: `${outcome.error.errorType}: ${outcome.error.errorMessage}` },
      )
      return
    }
    const call = calls[`${request.method} ${pathname}`]
    if (call === undefined) throw new NotFoundError(`There is no ${request.method} ${pathname} here.`)
    const answer = await call(request, response)
    if (!response.headersSent) sendJson(response, 200, answer)
  }

  return (request, response) => {
    // Without this check a page of another site could move the clock, since its requests need no preflight.
    if (request.method !== 'GET' && !isOwnOrigin(request)) {
      sendProblem(response, {
        status: 403,
        code: 'forbidden',
        detail: 'Only this machine’s own pages and commands may ask for that.',
      })
      return
    }
    serve(request, response).catch((error: unknown) => {
      const problem = problemOf(error)
      if (!response.headersSent) sendProblem(response, problem)
      else response.end(JSON.stringify({ error: problem.detail }))
    })
  }
}
