import { type ProblemCode, problems, refuse } from '../../shared/api/problem.ts'
import { type HttpResponse, jsonResponse, problemResponse } from '../../shared/api/responses.ts'
import type { DecisionKind } from '../../shared/claims/types.ts'
import { preferredLanguage } from '../../shared/mail/language.ts'
import {
  decisionPageCsp,
  renderAlreadyDecidedPage,
  renderDecidedPage,
  renderDecisionPage,
  renderGonePage,
} from '../../shared/pages/decision-page.ts'
import type { DecisionFacts, StandingDecision } from '../../shared/service/deciding.ts'

/** How the asker wants to be answered. */
export interface Asker {
  readonly format: 'json' | 'html'
  readonly requestId: string
  readonly acceptLanguage: string | undefined
}

const page = (statusCode: number, body: string): HttpResponse => ({
  statusCode,
  headers: { 'content-type': 'text/html; charset=utf-8' },
  body,
})

/**
 * On every answer: the address holds the token, so it must not be passed on to where links lead, kept, or found; and a
 * page may do no more than its own policy lets it.
 */
export const decisionHeaders = {
  'referrer-policy': 'no-referrer',
  'x-robots-tag': 'noindex, nofollow',
  'content-security-policy': decisionPageCsp,
  vary: 'accept, accept-language',
} as const

function viewDecision(facts: DecisionFacts) {
  const { organizationName, email, type, createdAt, endsAt, options, contentLoss, decision } = facts
  return {
    organizationName,
    email,
    type,
    createdAt,
    endsAt,
    options,
    ...(contentLoss === undefined ? {} : { contentLoss: { reason: contentLoss } }),
    ...(decision === undefined ? {} : { decision }),
  }
}

const commonFacts = (facts: DecisionFacts, asker: Asker) => ({
  organizationName: facts.organizationName,
  address: facts.email,
  locale: facts.locale ?? preferredLanguage(asker.acceptLanguage),
})

/** What was posted, to be shown again. */
interface Posted {
  readonly decision?: DecisionKind | undefined
  readonly newEmail?: string | undefined
}

function choicePage(
  facts: DecisionFacts,
  asker: Asker,
  more: Posted & { problem?: { code: string; message: string }; confirmDelete?: boolean } = {},
): string {
  const { type: claimType, createdAt, endsAt, options, contentLoss } = facts
  return renderDecisionPage({
    ...commonFacts(facts, asker),
    claimType,
    createdAt,
    endsAt,
    options,
    contentLoss,
    ...more,
  })
}

/** Ended and unknown tokens are alike (U6). */
export function gone({ format, requestId, acceptLanguage }: Asker): HttpResponse {
  return format === 'json'
    ? problemResponse(refuse('not_found'), requestId)
    : page(404, renderGonePage(preferredLanguage(acceptLanguage)))
}

/** The options, or the decision that stands. */
export function shown(facts: DecisionFacts, asker: Asker): HttpResponse {
  if (asker.format === 'json') return jsonResponse(200, viewDecision(facts))
  const { decision } = facts
  return page(200, decision === undefined ? choicePage(facts, asker) : standingPage(facts, decision, asker))
}

function standingPage(facts: DecisionFacts, decision: StandingDecision, asker: Asker): string {
  return renderAlreadyDecidedPage({ ...commonFacts(facts, asker), claimType: facts.type, decision })
}

/** U5. */
export function alreadyDecided(facts: DecisionFacts, decision: StandingDecision, asker: Asker): HttpResponse {
  return asker.format === 'json'
    ? problemResponse(refuse('already_decided', { decision }), asker.requestId)
    : page(409, standingPage(facts, decision, asker))
}

export function decided(facts: DecisionFacts, posted: Posted, asker: Asker): HttpResponse {
  if (asker.format === 'json') return jsonResponse(200, viewDecision(facts))
  const { decision } = facts
  if (decision === undefined) throw new Error('what was decided has a decision')
  const newEmail = decision.kind === 'change_email' ? posted.newEmail?.trim() : undefined
  return page(200, renderDecidedPage({ ...commonFacts(facts, asker), decision: decision.kind, newEmail }))
}

/** What was posted couldn't be done: the page again, with what is wrong and what was filled in. */
export function refused(facts: DecisionFacts, code: ProblemCode, posted: Posted, asker: Asker): HttpResponse {
  if (asker.format === 'json') return problemResponse(refuse(code), asker.requestId)
  const { status, detail } = problems[code]
  const problem = { code, message: detail }
  return page(status, choicePage(facts, asker, { ...posted, problem }))
}

/** U4: a deletion is asked for once more, since nothing brings the account back. */
export function confirmation(facts: DecisionFacts, asker: Asker): HttpResponse {
  return page(200, choicePage(facts, asker, { confirmDelete: true }))
}
