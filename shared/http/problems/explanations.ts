import { isProblemCode, type ProblemCode, problems, titleOf } from './problem.ts'
import { type Meaning, type Reason, reasons } from './reasons.ts'

/** What a code means: what `/problems/{code}` shows (A4). */
export interface Explanation extends Meaning {
  readonly code: string
  readonly title: string
  /** Of the HTTP answers that bear it as their own code. */
  readonly status?: number
}

/** Where the details of a problem don't say what can be done. */
const remedies: Partial<Record<ProblemCode, string>> = {
  invalid_json: 'Send JSON, in UTF-8, with Content-Type: application/json.',
  invalid_request: 'See `errors` for each place that is wrong.',
  invalid_cursor:
    'Begin at the first page again; a cursor goes with the query and the organization that it came from.',
  unauthorized: 'Send a token that is valid as Authorization: Bearer TOKEN.',
  organization_required: 'Use a token with the claim org_id.',
  forbidden: 'Use a token with the scope that the operation asks for.',
  not_found: 'Look at the path and the id. What belongs to others is not told from what does not exist.',
  method_not_allowed: 'Use one of the methods in the header Allow.',
  idempotency_key_reused: 'Use a key of its own for each request; the same one only to repeat it.',
  idempotency_in_flight: 'Wait for its answer, or ask again in a moment.',
  precondition_failed:
    'Read the record again, look at what has changed, and send the change with its new ETag.',
}

function explain(code: string, meaning: Meaning): Explanation {
  const isProblem = isProblemCode(code)
  return { code, title: titleOf(code), ...(isProblem ? { status: problems[code].status } : {}), ...meaning }
}

const isReason = (code: string): code is Reason => Object.hasOwn(reasons, code)

function meaningOf(code: ProblemCode): Meaning {
  const remedy = remedies[code]
  return { meaning: problems[code].detail, ...(remedy === undefined ? {} : { remedy }) }
}

const codes = [...new Set([...Object.keys(problems), ...Object.keys(reasons)])].sort()

/** Every code of answers, results, rows, files and claims, by name. */
export const explanations: ReadonlyMap<string, Explanation> = new Map(
  codes.flatMap((code): [string, Explanation][] => {
    if (isReason(code)) return [[code, explain(code, reasons[code])]]
    return isProblemCode(code) ? [[code, explain(code, meaningOf(code))]] : []
  }),
)
