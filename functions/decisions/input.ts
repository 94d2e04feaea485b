import { mediaType, type RawBody, readJson, readText } from '../../shared/http/body.ts'
import { type AnswerFormat, prefersJson } from '../../shared/http/format.ts'
import { decisionInput } from '../../shared/http/schemas/decision.ts'
import { validate } from '../../shared/http/validate.ts'
import type { DecisionKind } from '../../shared/rules/types.ts'
import { InputError } from '../../shared/lib/errors.ts'

export interface DecisionInput {
  readonly format: AnswerFormat
  /** `undefined`: no option was chosen. */
  readonly decision: DecisionKind | undefined
  readonly newEmail: string | undefined
  /** Whether a deletion needs no further confirmation: always for JSON, for a form once it was confirmed. */
  readonly confirmed: boolean
}

const FORM_TYPE = 'application/x-www-form-urlencoded'

/**
 * Reads a decision from a form or from JSON.
 * @throws InputError for invalid JSON, and for any other media type
 */
export function readDecision(
  raw: RawBody,
  headers: Readonly<Record<string, string | undefined>>,
): DecisionInput {
  const contentType = headers['content-type']
  const isForm = mediaType(contentType) === FORM_TYPE || readText(raw) === ''
  if (isForm) return readForm(readText(raw), prefersJson(headers.accept))
  const { decision, newEmail } = validate(decisionInput, readJson(raw, contentType))
  return { format: 'json', decision, newEmail, confirmed: true }
}

const decisionField = decisionInput.shape.decision
const newEmailField = decisionInput.shape.newEmail

function readForm(text: string, json: boolean): DecisionInput {
  const fields = new URLSearchParams(text)
  const newEmail = newEmailField.safeParse(fields.get('newEmail') ?? undefined)
  if (!newEmail.success) throw new InputError('invalid_request', 'newEmail is longer than any address')
  return {
    format: json ? 'json' : 'html',
    // An unknown option counts as no choice.
    decision: decisionField.safeParse(fields.get('decision')).data,
    newEmail: newEmail.data,
    confirmed: json || fields.get('confirm') === 'yes',
  }
}
