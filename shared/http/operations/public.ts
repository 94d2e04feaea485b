import * as z from 'zod'
import { type AnyOperation, operation } from '../operation.ts'
import type { PublicOperation } from '../routes.ts'
import { idInPath } from '../schemas/common.ts'
import { confirmationSent, confirmationView, decisionInput, decisionView } from '../schemas/decision.ts'
import { explanation, explanationList } from '../schemas/problem.ts'

const tokenInPath = z.object({ token: idInPath })

const showDecision = operation('showDecision', {
  summary: 'Get the page of a mailed link: who claims, what happens when, and the options',
  description:
    'HTML, or JSON if the request accepts application/json. Opening it decides nothing (U6). Once decided, it shows the decision, until 30 days after the claim has ended (U7).',
  path: tokenInPath,
  responses: { 200: decisionView },
  errors: ['not_found'],
})

const probeDecision = operation('probeDecision', {
  summary: 'Check whether a mailed link works, as mail scanners do',
  path: tokenInPath,
  responses: { 200: null },
  errors: ['not_found'],
})

const makeDecision = operation('makeDecision', {
  summary: "Make the user's decision",
  description:
    "Takes the page's form, or JSON. A decision is made once (U5). `change_email` decides nothing yet: a link to confirm the new address is mailed to it, and the user may choose again meanwhile (U2).",
  path: tokenInPath,
  body: decisionInput,
  responses: { 200: decisionView, 202: confirmationSent },
  errors: [
    'decision_required',
    'new_email_required',
    'invalid_address',
    'unmailable_address',
    'not_found',
    'already_decided',
    'decision_not_offered',
    'email_taken',
    'email_on_claimed_domain',
    'mail_bounced',
    'too_many_confirmations',
    'busy',
  ],
})

const showConfirmation = operation('showConfirmation', {
  summary: 'Get the page of a confirmation link: which new address, and until when',
  description: 'HTML, or JSON if the request accepts application/json. Opening it decides nothing (U6).',
  path: tokenInPath,
  responses: { 200: confirmationView },
  errors: ['not_found'],
})

const probeConfirmation = operation('probeConfirmation', {
  summary: 'Check whether a confirmation link works, as mail scanners do',
  path: tokenInPath,
  responses: { 200: null },
  errors: ['not_found'],
})

const confirmEmail = operation('confirmEmail', {
  summary: 'Confirm the new address and thereby decide `change_email`',
  description:
    'Takes the page’s form, or an empty JSON object. The address is not reserved: it is refused if another account has it by now (U2).',
  path: tokenInPath,
  responses: { 200: confirmationView },
  errors: ['not_found', 'already_decided', 'email_taken', 'email_on_claimed_domain', 'busy'],
})

const getOpenApi = operation('getOpenApi', {
  summary: 'Get this description, OpenAPI 3.1',
  responses: {
    200: z.record(z.string(), z.unknown()).meta({
      examples: [{ openapi: '3.1.0', info: { title: 'Claim service', version: '1.0.0' }, paths: {} }],
    }),
  },
})

const getAsyncApi = operation('getAsyncApi', {
  summary: "Get the description of the service's events, AsyncAPI 3",
  responses: {
    200: z.record(z.string(), z.unknown()).meta({
      examples: [
        { asyncapi: '3.0.0', info: { title: 'Claim service: events', version: '1.0.0' }, channels: {} },
      ],
    }),
  },
})

const showDocs = operation('showDocs', {
  summary: 'Get this description as an interactive page',
  responses: { 200: z.string().meta({ examples: ['<!DOCTYPE html>'] }) },
  media: ['text/html'],
})

const getDocsFile = operation('getDocsFile', {
  summary: 'Get a file of the interactive page',
  path: z.object({ file: idInPath }),
  responses: { 200: z.string().meta({ examples: ['…'] }) },
  errors: ['not_found'],
  media: ['text/javascript', 'text/css'],
})

const listProblems = operation('listProblems', {
  summary: 'List every code that the service answers with, and what it means',
  description:
    'Codes of errors, results, rows, files and claims (A4). JSON, or a page if the request accepts text/html.',
  responses: { 200: explanationList },
  media: ['application/json', 'text/html'],
})

const explainProblem = operation('explainProblem', {
  summary: 'Get what a code means and what can be done',
  description: 'The target of the `type` of a problem. JSON, or a page if the request accepts text/html.',
  path: z.object({ code: idInPath }),
  responses: { 200: explanation },
  errors: ['not_found'],
  media: ['application/json', 'text/html'],
})

/** What the operations of `publicRoutes` take and answer. */
export const publicOperations = {
  showDecision,
  probeDecision,
  makeDecision,
  showConfirmation,
  probeConfirmation,
  confirmEmail,
  getOpenApi,
  getAsyncApi,
  showDocs,
  getDocsFile,
  listProblems,
  explainProblem,
} satisfies {
  readonly [N in PublicOperation]: AnyOperation<N>
}
