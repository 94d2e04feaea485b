import { isProblemCode, type ProblemCode, problems, titleOf } from './problem.ts'
import { type Meaning, type Reason, reasons } from './reasons.ts'

/** What `/problems/{code}` shows about a code (A4). */
export interface Explanation extends Meaning {
  readonly code: string
  readonly title: string
  /** Status of HTTP answers with this code; absent for a code that only appears inside answers. */
  readonly status?: number
}

/** Remedies for problems whose detail doesn't say what to do. */
const remedies: Partial<Record<ProblemCode, string>> = {
  invalid_json: 'Send JSON, in UTF-8, with Content-Type: application/json.',
  invalid_request: 'See `errors` for each place that is wrong.',
  invalid_cursor:
    'Start again at the first page; a cursor belongs to the query and the organization that it came from.',
  unauthorized: 'Send a valid token as Authorization: Bearer TOKEN.',
  organization_required: 'Use a token with the claim org_id.',
  forbidden: 'Use a token with the scope that the operation requires.',
  not_found: 'Check the path and the id. What belongs to others is answered as if it did not exist.',
  method_not_allowed: 'Use one of the methods in the header Allow.',
  idempotency_key_reused: 'Use a new key for each request, and the same one only to repeat it.',
  idempotency_in_flight: 'Wait for its answer, or try again in a moment.',
  precondition_failed:
    'Read the record again, check what has changed, and send the change with the new ETag.',
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

/** Every code that can appear in answers, results, rows, files and claims, sorted by name. */
export const explanations: ReadonlyMap<string, Explanation> = new Map(
  codes.flatMap((code): [string, Explanation][] => {
    if (isReason(code)) return [[code, explain(code, reasons[code])]]
    return isProblemCode(code) ? [[code, explain(code, meaningOf(code))]] : []
  }),
)
