import { problems, refuse } from '../../shared/http/problems/problem.ts'
import { type HttpResponse, jsonResponse, problemResponse } from '../../shared/http/responses.ts'
import { unreachable } from '../../shared/lib/errors.ts'
import { preferredLanguage } from '../../shared/mail/language.ts'
import { senderOf } from '../../shared/mail/sender.ts'
import {
  type ConfirmationPageModel,
  renderConfirmationGonePage,
  renderConfirmationPage,
} from '../../shared/decision-page/confirmation-pages.ts'
import { renderAlreadyDecidedPage, renderDecidedPage } from '../../shared/decision-page/decided-pages.ts'
import type { ConfirmationView, ConfirmOutcome } from '../../shared/usecases/claims/confirm-new-address.ts'
import type { MadeDecision } from '../../shared/usecases/claims/decision-view.ts'
import { type PageRequest, page } from './answers.ts'

const commonModel = (view: ConfirmationView, { acceptLanguage, product }: PageRequest) => ({
  organizationName: view.organizationName,
  address: view.email,
  locale: view.locale ?? preferredLanguage(acceptLanguage),
  sender: senderOf(product, view.settings),
})

const viewOf = ({ organizationName, pending, decision }: ConfirmationView) => ({
  organizationName,
  ...pending,
  ...(decision === undefined ? {} : { decision }),
})

function gone({ format, requestId, acceptLanguage, product }: PageRequest): HttpResponse {
  return format === 'json'
    ? problemResponse(refuse('not_found'), requestId)
    : page(404, renderConfirmationGonePage(preferredLanguage(acceptLanguage), senderOf(product, {})))
}

function confirmationPage(
  view: ConfirmationView,
  pageRequest: PageRequest,
  problem?: ConfirmationPageModel['problem'],
): string {
  const { pending } = view
  if (pending === undefined) throw new Error('what is to be confirmed is pending')
  return renderConfirmationPage({ ...commonModel(view, pageRequest), ...pending, problem })
}

function decisionMadePage(view: ConfirmationView, decision: MadeDecision, pageRequest: PageRequest): string {
  return renderAlreadyDecidedPage({ ...commonModel(view, pageRequest), decision })
}

/** Shows the address to confirm, or that it is confirmed (U7). */
export function answerConfirmation(
  view: ConfirmationView | undefined,
  pageRequest: PageRequest,
): HttpResponse {
  if (view === undefined) return gone(pageRequest)
  if (pageRequest.format === 'json') return jsonResponse(200, viewOf(view))
  const { decision } = view
  return page(
    200,
    decision === undefined
      ? confirmationPage(view, pageRequest)
      : decisionMadePage(view, decision, pageRequest),
  )
}

export function answerConfirmed(outcome: ConfirmOutcome, pageRequest: PageRequest): HttpResponse {
  const isJson = pageRequest.format === 'json'
  switch (outcome.outcome) {
    case 'gone':
      return gone(pageRequest)
    case 'already_decided': {
      const { view, decision } = outcome
      return isJson
        ? problemResponse(refuse('already_decided', { decision }), pageRequest.requestId)
        : page(409, decisionMadePage(view, decision, pageRequest))
    }
    case 'refused': {
      const { view, code } = outcome
      return isJson
        ? problemResponse(refuse(code), pageRequest.requestId)
        : page(problems[code].status, confirmationPage(view, pageRequest, code))
    }
    case 'decided': {
      const { view, newEmail } = outcome
      if (isJson) return jsonResponse(200, viewOf(view))
      const decision = 'change_email'
      return page(200, renderDecidedPage({ ...commonModel(view, pageRequest), decision, newEmail }))
    }
    default:
      return unreachable(outcome)
  }
}
