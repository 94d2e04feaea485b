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
import type { ConfirmationFacts, ConfirmOutcome } from '../../shared/usecases/claims/confirm-new-address.ts'
import type { MadeDecision } from '../../shared/usecases/claims/decision-facts.ts'
import { type PageRequest, page } from './answers.ts'

const commonFacts = (facts: ConfirmationFacts, { acceptLanguage, product }: PageRequest) => ({
  organizationName: facts.organizationName,
  address: facts.email,
  locale: facts.locale ?? preferredLanguage(acceptLanguage),
  sender: senderOf(product, facts.settings),
})

const viewOf = ({ organizationName, pending, decision }: ConfirmationFacts) => ({
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
  facts: ConfirmationFacts,
  pageRequest: PageRequest,
  problem?: ConfirmationPageModel['problem'],
): string {
  const { pending } = facts
  if (pending === undefined) throw new Error('what is to be confirmed is pending')
  return renderConfirmationPage({ ...commonFacts(facts, pageRequest), ...pending, problem })
}

function decisionMadePage(
  facts: ConfirmationFacts,
  decision: MadeDecision,
  pageRequest: PageRequest,
): string {
  return renderAlreadyDecidedPage({ ...commonFacts(facts, pageRequest), decision })
}

/** Shows the address to confirm, or that it is confirmed (U7). */
export function answerConfirmation(
  facts: ConfirmationFacts | undefined,
  pageRequest: PageRequest,
): HttpResponse {
  if (facts === undefined) return gone(pageRequest)
  if (pageRequest.format === 'json') return jsonResponse(200, viewOf(facts))
  const { decision } = facts
  return page(
    200,
    decision === undefined
      ? confirmationPage(facts, pageRequest)
      : decisionMadePage(facts, decision, pageRequest),
  )
}

export function answerConfirmed(outcome: ConfirmOutcome, pageRequest: PageRequest): HttpResponse {
  const isJson = pageRequest.format === 'json'
  switch (outcome.outcome) {
    case 'gone':
      return gone(pageRequest)
    case 'already_decided': {
      const { facts, decision } = outcome
      return isJson
        ? problemResponse(refuse('already_decided', { decision }), pageRequest.requestId)
        : page(409, decisionMadePage(facts, decision, pageRequest))
    }
    case 'refused': {
      const { facts, code } = outcome
      return isJson
        ? problemResponse(refuse(code), pageRequest.requestId)
        : page(problems[code].status, confirmationPage(facts, pageRequest, code))
    }
    case 'decided': {
      const { facts, newEmail } = outcome
      if (isJson) return jsonResponse(200, viewOf(facts))
      const decision = 'change_email'
      return page(200, renderDecidedPage({ ...commonFacts(facts, pageRequest), decision, newEmail }))
    }
    default:
      return unreachable(outcome)
  }
}
