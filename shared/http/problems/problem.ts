import { FILE_RETENTION_DAYS } from '../../contracts/retention.ts'
import type { InputIssue } from '../../lib/errors.ts'

/**
 * Every problem code, with its status and detail. Codes are a contract and stay; details are for people and may
 * change.
 */
export const problems = {
  invalid_json: { status: 400, detail: 'The body is not JSON.' },
  invalid_request: { status: 400, detail: 'The request is not valid for this operation.' },
  invalid_cursor: { status: 400, detail: 'The cursor does not come from this query.' },
  invalid_idempotency_key: {
    status: 400,
    detail: 'Idempotency-Key must be 1 to 255 printable ASCII characters.',
  },
  acknowledgement_required: {
    status: 400,
    detail: 'A claim is permanent, so it requires acknowledgePermanent: true. Nobody has been claimed.',
  },
  invalid_address: { status: 400, detail: 'This is not an e-mail address that the service can use.' },
  unmailable_address: {
    status: 400,
    detail: 'The part before the @ has letters other than a to z, so no mail can be sent to this address.',
  },
  invalid_domain: { status: 400, detail: 'This is not a domain name.' },
  free_mail_domain: {
    status: 400,
    detail: 'Anybody can have an address on this domain, so no organization can add it.',
  },
  public_suffix_domain: {
    status: 400,
    detail: 'Anybody can register a name under this domain, so no organization can add it.',
  },
  special_use_domain: {
    status: 400,
    detail:
      'This name is reserved for special use (like .local, .internal and .test): nobody can own it, and no mail arrives there.',
  },
  decision_required: { status: 400, detail: 'Nothing was chosen, so nothing was decided.' },
  new_email_required: { status: 400, detail: 'change_email requires newEmail.' },
  unauthorized: { status: 401, detail: 'This operation requires a bearer token.' },
  token_expired: { status: 401, detail: 'The token has expired. Get a new one.' },
  organization_required: { status: 403, detail: 'The token names no organization.' },
  forbidden: { status: 403, detail: 'The token lacks the scope of this operation.' },
  not_found: { status: 404, detail: 'There is nothing at this path or with this id.' },
  organization_not_found: { status: 404, detail: 'The platform has not created this organization yet.' },
  user_not_found: { status: 404, detail: 'There is no account with this address.' },
  method_not_allowed: { status: 405, detail: 'This path does not support this method.' },
  account_claimed: {
    status: 409,
    detail: 'The account is being claimed and cannot be changed like this until that is over.',
  },
  account_migrating: {
    status: 409,
    detail: 'The content of the account is being moved to the new one.',
  },
  already_decided: { status: 409, detail: 'The decision has been made, and is made only once.' },
  decided: { status: 409, detail: 'The user has decided, or the automatic migration has begun.' },
  decision_not_offered: { status: 409, detail: 'The claim does not offer this decision.' },
  deletion_begun: {
    status: 409,
    detail: 'The deletion of the organization has begun and can no longer be taken back.',
  },
  delayed_claim: {
    status: 409,
    detail:
      'The account is being claimed and cannot be managed until the user has decided or the time is over.',
  },
  domain_claimed: {
    status: 409,
    detail: 'Your organization has claimed this domain for itself: release it first.',
  },
  domain_claimed_by_other: {
    status: 409,
    detail: 'Another organization has claimed this domain for itself.',
  },
  domain_not_claimed: { status: 409, detail: 'Your organization has not claimed this domain.' },
  domain_not_verified: { status: 409, detail: 'Verify the domain first.' },
  dry_run_required: {
    status: 409,
    detail:
      'Users have been claimed since the directory was last compared: make a dry run of a sync, and check it, first.',
  },
  email_on_claimed_domain: {
    status: 409,
    detail: 'The new address is on a domain of the organization that claims the account.',
  },
  email_taken: { status: 409, detail: 'Another account has this address.' },
  ended: { status: 409, detail: 'The claim has ended.' },
  idempotency_in_flight: {
    status: 409,
    detail: 'The first request with this Idempotency-Key is still in progress.',
  },
  mail_bounced: {
    status: 409,
    detail: 'Mail to this address bounced or was reported as spam, so no more is sent.',
  },
  file_replaced: {
    status: 409,
    detail: 'The file that was previewed has been replaced or deleted. Nobody was claimed.',
  },
  import_over: { status: 409, detail: 'The import is over.' },
  not_previewed: { status: 409, detail: 'The import is not a preview that is waiting to be confirmed.' },
  signed_in: {
    status: 409,
    detail: 'The user has signed in, which activated the account in your organization.',
  },
  not_being_deleted: { status: 409, detail: 'No deletion of the organization was requested.' },
  superseded: {
    status: 409,
    detail: 'A newer full sync has begun since; confirming this one would undo what it does.',
  },
  not_held: { status: 409, detail: 'This sync is not waiting to be confirmed.' },
  txt_record_not_found: {
    status: 409,
    detail: 'The domain has no TXT record with this value. It can take a while until a new one is seen.',
  },
  user_id_taken: { status: 409, detail: 'This user ID belonged to an account that has been claimed.' },
  verification_token_expired: {
    status: 409,
    detail: 'The token has expired: add the domain again to get a fresh one.',
  },
  window_passed: { status: 409, detail: 'The claim was made 14 days ago or more.' },
  precondition_failed: {
    status: 412,
    detail: 'The record has changed since the version that If-Match names. Nothing was changed.',
  },
  file_gone: {
    status: 410,
    detail: `The file was deleted or replaced: uploads are kept for ${FILE_RETENTION_DAYS} days. The report may still be there.`,
  },
  body_too_large: { status: 413, detail: 'The body is larger than this operation accepts.' },
  unsupported_media_type: { status: 415, detail: 'The body must be application/json.' },
  idempotency_key_reused: {
    status: 422,
    detail: 'This Idempotency-Key was used for another request.',
  },
  name_mismatch: { status: 422, detail: "confirmName is not the organization's name. Nothing was deleted." },
  unknown_organization: { status: 422, detail: 'There is no such organization.' },
  notified_recently: {
    status: 429,
    detail: 'The mail was sent again less than 24 hours ago. Retry-After says when it can be sent next.',
  },
  too_many_confirmations: {
    status: 429,
    detail:
      'Five confirmations of a new address were requested within 24 hours. Retry-After says when the next one is possible.',
  },
  internal_error: { status: 500, detail: 'Something went wrong on our side. Nothing is lost: try again.' },
  busy: { status: 503, detail: 'Others are changing the same thing. Try again in a moment.' },
  service_unavailable: {
    status: 503,
    detail: 'The service is overloaded at this moment. Try again soon: nothing is lost.',
  },
  dns_lookup_failed: {
    status: 503,
    detail: 'The name servers of the domain did not answer. Try again in a moment.',
  },
} as const satisfies Record<string, { status: number; detail: string }>

export type ProblemCode = keyof typeof problems

/** In the order of `problems`. */
export const problemCodes = Object.keys(problems) as readonly ProblemCode[]

export const isProblemCode = (code: string): code is ProblemCode => Object.hasOwn(problems, code)

/** Words that titles write in capitals. */
const ABBREVIATIONS = /\b(?:api|csv|dns|id|json|sso|txt)\b/g

/**
 * RFC 9457's `title`: a short text for the code, the same in every answer. `txt_record_not_found` → “TXT record not
 * found”.
 */
export function titleOf(code: string): string {
  const words = code.replaceAll('_', ' ').replaceAll(ABBREVIATIONS, (word) => word.toUpperCase())
  return words.charAt(0).toUpperCase() + words.slice(1)
}

/** RFC 9457's `type`, relative to the API's address: the page that explains the code (A4). */
export const typeOf = (code: string): string => `/problems/${code}`

/** An expected refusal, as handlers return it. `extra` is added to the problem's members. */
export interface Refusal<C extends ProblemCode = ProblemCode> {
  readonly problem: C
  readonly extra?: Readonly<Record<string, unknown>>
  /** Value of `Retry-After`, in whole seconds. */
  readonly retryAfterSeconds?: number | undefined
}

export const refuse = <const C extends ProblemCode>(
  problem: C,
  extra?: Readonly<Record<string, unknown>>,
): Refusal<C> => ({ problem, ...(extra === undefined ? {} : { extra }) })

/** RFC 9457, with the members that the contract adds. */
export interface ProblemDocument {
  readonly type: string
  readonly title: string
  readonly status: number
  readonly code: ProblemCode
  readonly detail: string
  readonly requestId: string
  readonly errors?: readonly InputIssue[]
  readonly [extra: string]: unknown
}

export function problemDocument(
  { problem: code, extra }: Refusal,
  requestId: string,
  errors: readonly InputIssue[] = [],
): ProblemDocument {
  const { status, detail } = problems[code]
  return {
    ...extra,
    type: typeOf(code),
    title: titleOf(code),
    status,
    code,
    detail,
    requestId,
    ...(errors.length === 0 ? {} : { errors }),
  }
}
