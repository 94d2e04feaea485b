import * as z from 'zod'
import { type AnyOperation, operation } from '../operation.ts'
import type { PublicOperation } from '../routes.ts'
import { idInPath } from '../schemas/common.ts'
import { confirmationSent, confirmationView, decisionInput, decisionView } from '../schemas/decision.ts'
import { explanation, explanationList } from '../schemas/problem.ts'

const tokenInPath = z.object({ token: idInPath })

const showDecision = operation('showDecision', {
  summary: 'The page behind the mailed link: who claims, what happens when, and the options',
  description:
    'HTML, or JSON where the request accepts application/json. It decides nothing (U6). After the decision it shows that, until the claim has been over for 30 days (U7).',
  path: tokenInPath,
  responses: { 200: decisionView },
  errors: ['not_found'],
})

const probeDecision = operation('probeDecision', {
  summary: 'Whether the link opens a page; for mail scanners, which look before they let a mail through',
  path: tokenInPath,
  responses: { 200: null },
  errors: ['not_found'],
})

const makeDecision = operation('makeDecision', {
  summary: "The user's decision",
  description:
    'A form of the page, or JSON. A decision is made once (U5). With `change_email` nothing is decided yet: the new address is mailed a link to confirm it by, and the user may choose again meanwhile (U2).',
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
  summary: 'The page behind the link that was mailed to a new address: which address, and until when',
  description: 'HTML, or JSON where the request accepts application/json. It decides nothing (U6).',
  path: tokenInPath,
  responses: { 200: confirmationView },
  errors: ['not_found'],
})

const probeConfirmation = operation('probeConfirmation', {
  summary: 'Whether the link to confirm an address by opens a page; for mail scanners',
  path: tokenInPath,
  responses: { 200: null },
  errors: ['not_found'],
})

const confirmEmail = operation('confirmEmail', {
  summary: 'Confirms the new address, and with it the decision `change_email`',
  description:
    'The page’s form, or an empty JSON object. The address was not reserved: where another account has it by now, it is refused (U2).',
  path: tokenInPath,
  responses: { 200: confirmationView },
  errors: ['not_found', 'already_decided', 'email_taken', 'email_on_claimed_domain', 'busy'],
})

const getOpenApi = operation('getOpenApi', {
  summary: 'This description',
  responses: {
    200: z.record(z.string(), z.unknown()).meta({
      examples: [{ openapi: '3.1.0', info: { title: 'Claim service', version: '1.0.0' }, paths: {} }],
    }),
  },
})

const getAsyncApi = operation('getAsyncApi', {
  summary: "The description of the service's events, AsyncAPI 3",
  responses: {
    200: z.record(z.string(), z.unknown()).meta({
      examples: [
        { asyncapi: '3.0.0', info: { title: 'Claim service: events', version: '1.0.0' }, channels: {} },
      ],
    }),
  },
})

const showDocs = operation('showDocs', {
  summary: 'This description, as a page to read and to try',
  responses: { 200: z.string().meta({ examples: ['<!DOCTYPE html>'] }) },
  media: ['text/html'],
})

const getDocsFile = operation('getDocsFile', {
  summary: 'A file that the page needs',
  path: z.object({ file: idInPath }),
  responses: { 200: z.string().meta({ examples: ['…'] }) },
  errors: ['not_found'],
  media: ['text/javascript', 'text/css'],
})

const listProblems = operation('listProblems', {
  summary: 'Every code that the service answers with, and what it means',
  description:
    'Codes of errors, of results and rows, of files, and of claims (A4). JSON, or a page where the request accepts text/html.',
  responses: { 200: explanationList },
  media: ['application/json', 'text/html'],
})

const explainProblem = operation('explainProblem', {
  summary: 'What a code means, and what can be done',
  description: 'Where the `type` of a problem leads. JSON, or a page where the request accepts text/html.',
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
