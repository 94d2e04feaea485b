import { type HttpHandler, httpHandler } from '../../shared/http/api.ts'
import { mediaType } from '../../shared/http/body.ts'
import { prefersJson } from '../../shared/http/format.ts'
import { type HttpEvent, requestIdOf } from '../../shared/http/http.ts'
import { refuse } from '../../shared/http/problems/problem.ts'
import { type HttpResponse, problemResponse } from '../../shared/http/responses.ts'
import { type DecisionOperation, decisionRoutes } from '../../shared/http/routes.ts'
import { unreachable } from '../../shared/lib/errors.ts'
import type { Log } from '../../shared/lib/log.ts'
import type { Clock } from '../../shared/lib/time.ts'
import type { Product } from '../../shared/mail/sender.ts'
import {
  type ConfirmNewAddressPorts,
  confirmEmail,
  showConfirmation,
} from '../../shared/usecases/claims/confirm-new-address.ts'
import { type DecisionPorts, makeDecision, showDecision } from '../../shared/usecases/claims/decide.ts'
import {
  type PageRequest,
  alreadyDecided,
  confirmation,
  confirmationSent,
  decided,
  decisionHeaders,
  goneResponse,
  refused,
  pageResponse,
} from './answers.ts'
import { answerConfirmation, answerConfirmed } from './confirmations.ts'
import { readDecision } from './input.ts'

export interface DecisionsDeps extends DecisionPorts, ConfirmNewAddressPorts {
  readonly claims: DecisionPorts['claims']
  readonly accounts: DecisionPorts['accounts'] & ConfirmNewAddressPorts['accounts']
  /** N5. */
  readonly product: Product
  readonly log: Log
  readonly now: Clock
}

interface LinkRequest {
  readonly event: HttpEvent
  readonly token: string
  readonly now: Date
}

type LinkHandler = (deps: DecisionsDeps, request: LinkRequest) => Promise<HttpResponse>

const pageRequestOf = (
  { product }: DecisionsDeps,
  event: HttpEvent,
  format: PageRequest['format'],
): PageRequest => ({
  format,
  product,
  requestId: requestIdOf(event),
  acceptLanguage: event.headers['accept-language'],
})

/** Shows the page and decides nothing, however often it is opened: mail scanners open links (U6). */
const show: LinkHandler = async (deps, { event, token, now }) => {
  const pageRequest = pageRequestOf(deps, event, prefersJson(event.headers.accept) ? 'json' : 'html')
  const view = await showDecision(deps, token, now)
  return view === undefined ? goneResponse(pageRequest) : pageResponse(view, pageRequest)
}

/** HEAD: like `show` without the page. A scanner that gets a 405 may take the link for a dead one. */
const probe: LinkHandler = async (deps, request) => ({ ...(await show(deps, request)), body: '' })

const decide: LinkHandler = async (deps, { event, token, now }) => {
  const input = readDecision(event, event.headers)
  const { decision, newEmail, confirmed, format } = input
  const pageRequest = pageRequestOf(deps, event, format)
  if (decision === undefined || (decision === 'delete_original' && !confirmed)) {
    const view = await showDecision(deps, token, now)
    if (view === undefined) return goneResponse(pageRequest)
    if (view.decision !== undefined) return alreadyDecided(view, view.decision, pageRequest)
    if (decision === undefined) return refused(view, 'decision_required', input, pageRequest)
    return view.options.includes(decision)
      ? confirmation(view, pageRequest)
      : refused(view, 'decision_not_offered', input, pageRequest)
  }
  const outcome = await makeDecision(deps, token, { kind: decision, newEmail }, now)
  if (outcome.outcome !== 'gone')
    deps.log.info('decision.made', { claimId: outcome.view.claimId, outcome: outcome.outcome, decision })
  switch (outcome.outcome) {
    case 'gone':
      return goneResponse(pageRequest)
    case 'already_decided':
      return alreadyDecided(outcome.view, outcome.decision, pageRequest)
    case 'refused': {
      const { view, code } = outcome
      const wait = code === 'too_many_confirmations' ? outcome.retryAfterSeconds : undefined
      return refused(view, code, input, pageRequest, wait)
    }
    case 'confirmation_sent':
      return confirmationSent(outcome.view, outcome, pageRequest)
    case 'decided':
      return decided(outcome.view, pageRequest)
    default:
      return unreachable(outcome)
  }
}

/** U2: shows what is to be confirmed. Opening the link confirms nothing (U6). */
const showConfirmed: LinkHandler = async (deps, { event, token, now }) => {
  const pageRequest = pageRequestOf(deps, event, prefersJson(event.headers.accept) ? 'json' : 'html')
  return answerConfirmation(await showConfirmation(deps, token, now), pageRequest)
}

const probeConfirmed: LinkHandler = async (deps, request) => ({
  ...(await showConfirmed(deps, request)),
  body: '',
})

/** U2: confirms the address. Any POST does, whatever its body. */
const confirm: LinkHandler = async (deps, { event, token, now }) => {
  const isJson = mediaType(event.headers['content-type']) === 'application/json'
  const pageRequest = pageRequestOf(
    deps,
    event,
    isJson || prefersJson(event.headers.accept) ? 'json' : 'html',
  )
  const outcome = await confirmEmail(deps, token, now)
  if (outcome.outcome !== 'gone')
    deps.log.info('decision.confirmed', { claimId: outcome.view.claimId, outcome: outcome.outcome })
  return answerConfirmed(outcome, pageRequest)
}

const handlers: Readonly<Record<DecisionOperation, LinkHandler>> = {
  showDecision: show,
  probeDecision: probe,
  makeDecision: decide,
  showConfirmation: showConfirmed,
  probeConfirmation: probeConfirmed,
  confirmEmail: confirm,
}

/**
 * Called by API Gateway, once per request, without any token except the link's own. A repeated decision gets the one
 * that was made (U5).
 */
export function createHandler(deps: DecisionsDeps): HttpHandler {
  const table = new Map(
    decisionRoutes.map(({ method, path, operation }) => [`${method} ${path}`, handlers[operation]]),
  )
  return httpHandler(deps.log, async (event) => {
    const handle = table.get(event.routeKey)
    const token = event.pathParameters?.token
    const response =
      handle === undefined || token === undefined
        ? problemResponse(refuse('not_found'), requestIdOf(event))
        : await handle(deps, { event, token, now: deps.now() })
    return { ...response, headers: { ...decisionHeaders(deps.product), ...response.headers } }
  })
}
