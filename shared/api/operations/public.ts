import * as z from 'zod'
import { type AnyOperation, operation } from '../operation.ts'
import type { PublicOperation } from '../routes.ts'
import { idInPath } from '../schemas/common.ts'
import { decisionInput, decisionView } from '../schemas/decision.ts'
import { explanation, explanationList } from '../schemas/problem.ts'

const tokenInPath = z.object({ token: idInPath })

const showDecision = operation('showDecision', {
  summary: 'The page behind the mailed link: who claims, what happens when, and the options',
  description: 'HTML, or JSON where the request accepts application/json. It decides nothing (U6).',
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
  description: 'A form of the page, or JSON. A decision is made once (U5).',
  path: tokenInPath,
  body: decisionInput,
  responses: { 200: decisionView },
  errors: [
    'decision_required',
    'new_email_required',
    'invalid_address',
    'not_found',
    'already_decided',
    'decision_not_offered',
    'email_taken',
    'email_on_claimed_domain',
    'busy',
  ],
})

const getOpenApi = operation('getOpenApi', {
  summary: 'This description',
  responses: {
    200: z.record(z.string(), z.unknown()).meta({
      examples: [{ openapi: '3.1.0', info: { title: 'Claim service', version: '1.0.0' }, paths: {} }],
    }),
  },
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
  getOpenApi,
  listProblems,
  explainProblem,
} satisfies {
  readonly [N in PublicOperation]: AnyOperation<N>
}
