import type { AnswerFormat } from '../../shared/http/format.ts'
import { type ProblemCode, problems, refuse } from '../../shared/http/problems/problem.ts'
import { type HttpResponse, jsonResponse, problemResponse } from '../../shared/http/responses.ts'
import type { DecisionKind } from '../../shared/rules/types.ts'
import { preferredLanguage } from '../../shared/mail/language.ts'
import { type Product, senderOf } from '../../shared/mail/sender.ts'
import { renderConfirmationSentPage } from '../../shared/decision-page/confirmation-pages.ts'
import {
  renderAlreadyDecidedPage,
  renderDecidedPage,
  renderGonePage,
} from '../../shared/decision-page/decided-pages.ts'
import { renderDecisionPage } from '../../shared/decision-page/decision-page.ts'
import { policyWith } from '../../shared/decision-page/page.ts'
import type { DecisionView, MadeDecision } from '../../shared/usecases/claims/decision-view.ts'

/** What the form of an answer depends on. */
export interface PageRequest {
  readonly format: AnswerFormat
  readonly requestId: string
  readonly acceptLanguage: string | undefined
  /** N5. */
  readonly product: Product
}

export const page = (statusCode: number, body: string): HttpResponse => ({
  statusCode,
  headers: { 'content-type': 'text/html; charset=utf-8' },
  body,
})

/**
 * Headers of every answer. The URL contains the token, so it must not be sent as a referrer, stored or indexed; and a
 * page may load and do only what its own policy allows.
 */
export const decisionHeaders = ({ logoUrl }: Product) => ({
  'referrer-policy': 'no-referrer',
  'x-robots-tag': 'noindex, nofollow',
  'content-security-policy': policyWith(logoUrl),
  vary: 'accept, accept-language',
})

function viewDecision(view: DecisionView) {
  const { organizationName, email, type, createdAt, endsAt, options, contentLoss } = view
  const { pendingEmail, decision } = view
  return {
    organizationName,
    email,
    type,
    createdAt,
    endsAt,
    options,
    ...(contentLoss === undefined ? {} : { contentLoss: { reason: contentLoss } }),
    ...(pendingEmail === undefined ? {} : { pendingEmail }),
    ...(decision === undefined ? {} : { decision }),
  }
}

const commonModel = (view: DecisionView, pageRequest: PageRequest) => ({
  organizationName: view.organizationName,
  address: view.email,
  locale: view.locale ?? preferredLanguage(pageRequest.acceptLanguage),
  sender: senderOf(pageRequest.product, view.settings),
})

/** The posted form, to be shown again. */
interface Posted {
  readonly decision?: DecisionKind | undefined
  readonly newEmail?: string | undefined
}

function choicePage(
  view: DecisionView,
  pageRequest: PageRequest,
  more: Posted & { problem?: { code: string; message: string }; confirmDelete?: boolean } = {},
): string {
  const { type: claimType, createdAt, endsAt, options, contentLoss, pendingEmail } = view
  return renderDecisionPage({
    ...commonModel(view, pageRequest),
    claimType,
    createdAt,
    endsAt,
    options,
    contentLoss,
    pendingEmail,
    ...more,
  })
}

/** 404, the same for ended and unknown tokens (U6). */
export function goneResponse({ format, requestId, acceptLanguage, product }: PageRequest): HttpResponse {
  return format === 'json'
    ? problemResponse(refuse('not_found'), requestId)
    : page(404, renderGonePage(preferredLanguage(acceptLanguage), senderOf(product, {})))
}

/** Shows the options, or the decision that was made. */
export function pageResponse(view: DecisionView, pageRequest: PageRequest): HttpResponse {
  if (pageRequest.format === 'json') return jsonResponse(200, viewDecision(view))
  const { decision } = view
  return page(
    200,
    decision === undefined ? choicePage(view, pageRequest) : decisionMadePage(view, decision, pageRequest),
  )
}

function decisionMadePage(view: DecisionView, decision: MadeDecision, pageRequest: PageRequest): string {
  return renderAlreadyDecidedPage({
    ...commonModel(view, pageRequest),
    contentLoss: view.contentLoss,
    decision,
  })
}

/** U5: 409, with the decision that was made. */
export function alreadyDecided(
  view: DecisionView,
  decision: MadeDecision,
  pageRequest: PageRequest,
): HttpResponse {
  return pageRequest.format === 'json'
    ? problemResponse(refuse('already_decided', { decision }), pageRequest.requestId)
    : page(409, decisionMadePage(view, decision, pageRequest))
}

export function decided(view: DecisionView, pageRequest: PageRequest): HttpResponse {
  if (pageRequest.format === 'json') return jsonResponse(200, viewDecision(view))
  const { decision } = view
  if (decision === undefined) throw new Error('what was decided has a decision')
  return page(200, renderDecidedPage({ ...commonModel(view, pageRequest), decision: decision.kind }))
}

/** U2: 202, nothing is decided yet. */
export function confirmationSent(
  view: DecisionView,
  { newEmail, expiresAt }: { readonly newEmail: string; readonly expiresAt: string },
  pageRequest: PageRequest,
): HttpResponse {
  if (pageRequest.format === 'json')
    return jsonResponse(202, { status: 'confirmation_sent', newEmail, expiresAt })
  return page(202, renderConfirmationSentPage({ ...commonModel(view, pageRequest), newEmail, expiresAt }))
}

/** Shows the page again with the error and the values that were filled in. */
export function refused(
  view: DecisionView,
  code: ProblemCode,
  posted: Posted,
  pageRequest: PageRequest,
  retryAfterSeconds?: number,
): HttpResponse {
  const refusal = problemResponse({ ...refuse(code), retryAfterSeconds }, pageRequest.requestId)
  if (pageRequest.format === 'json') return refusal
  const { status, detail } = problems[code]
  const problem = { code, message: detail }
  const shown = page(status, choicePage(view, pageRequest, { ...posted, problem }))
  const retryAfter = refusal.headers['retry-after']
  return retryAfter === undefined
    ? shown
    : { ...shown, headers: { ...shown.headers, 'retry-after': retryAfter } }
}

/** U4: asks again before a deletion, which can't be undone. */
export function confirmation(view: DecisionView, pageRequest: PageRequest): HttpResponse {
  return page(200, choicePage(view, pageRequest, { confirmDelete: true }))
}
