/**
 * The issuer's decisions about requests, by RFC 6749, RFC 7636 and OpenID Connect Core. There are only public
 * clients.
 */
import { createHash } from 'node:crypto'
import * as z from 'zod'

export interface Client {
  readonly id: string
  /** Complete addresses to which a code may be sent. RFC 9700 compares them character by character. */
  readonly redirectUris: readonly string[]
  readonly signedOutUris: readonly string[]
}

/** Error codes of RFC 6749 and OpenID Connect. */
export type OAuthError =
  | 'invalid_request'
  | 'invalid_client'
  | 'invalid_grant'
  | 'invalid_scope'
  | 'unauthorized_client'
  | 'unsupported_grant_type'
  | 'unsupported_response_type'
  | 'login_required'
  | 'request_not_supported'

export interface Refusal {
  readonly error: OAuthError
  readonly description: string
}

export interface AuthorizationRequest {
  readonly clientId: string
  readonly redirectUri: string
  readonly state: string | undefined
  readonly nonce: string | undefined
  readonly codeChallenge: string
  /** `none`: don't ask anybody. `login`: ask even if somebody is signed in. */
  readonly prompt: 'none' | 'login' | undefined
}

type AuthorizationOutcome =
  /** Shown to the user: nobody may be redirected to an address that isn't registered for the client. */
  | { readonly outcome: 'refused_here'; readonly refusal: Refusal }
  | { readonly outcome: 'refused_to_client'; readonly location: string }
  | { readonly outcome: 'accepted'; readonly request: AuthorizationRequest }

/** Adds the parameters of an answer; undefined ones are left out. */
export function addressWith(address: string, parameters: Readonly<Record<string, string | undefined>>) {
  const url = new URL(address)
  for (const [name, value] of Object.entries(parameters))
    if (value !== undefined) url.searchParams.set(name, value)
  return url.href
}

/** A SHA-256 in base64url, which `S256` requires. */
const CHALLENGE = /^[\w-]{43}$/

/** RFC 7636: 43 to 128 unreserved characters. */
const VERIFIER = /^[\w.~-]{43,128}$/

function violationOf(asked: URLSearchParams): Refusal | undefined {
  if (asked.has('request') || asked.has('request_uri'))
    return { error: 'request_not_supported', description: 'Parameters come in the address alone.' }
  if (asked.get('response_type') !== 'code')
    return { error: 'unsupported_response_type', description: 'The response_type must be code.' }
  if (!(asked.get('scope') ?? '').split(' ').includes('openid'))
    return { error: 'invalid_scope', description: 'The scope must have openid in it.' }
  if (asked.get('code_challenge_method') !== 'S256')
    return { error: 'invalid_request', description: 'The code_challenge_method must be S256.' }
  if (!CHALLENGE.test(asked.get('code_challenge') ?? ''))
    return { error: 'invalid_request', description: 'The code_challenge must be a SHA-256 in base64url.' }
  const prompt = asked.get('prompt')
  if (prompt !== null && prompt !== 'none' && prompt !== 'login')
    return { error: 'invalid_request', description: 'The prompt may be none or login.' }
  return undefined
}

export function validateAuthorizationRequest(
  clients: readonly Client[],
  asked: URLSearchParams,
): AuthorizationOutcome {
  const here = (description: string, error: OAuthError = 'invalid_request') =>
    ({ outcome: 'refused_here', refusal: { error, description } }) as const
  const repeated = [...asked.keys()].find((name) => asked.getAll(name).length > 1)
  if (repeated !== undefined) return here(`The parameter ${repeated} is there more than once.`)
  const client = clients.find(({ id }) => id === asked.get('client_id'))
  if (client === undefined) return here('No client has this client_id.', 'unauthorized_client')
  const redirectUri = asked.get('redirect_uri')
  if (redirectUri === null || !client.redirectUris.includes(redirectUri))
    return here('The redirect_uri is none that the client has registered.')

  const state = asked.get('state') ?? undefined
  const fault = violationOf(asked)
  if (fault !== undefined) {
    const { error, description: error_description } = fault
    const location = addressWith(redirectUri, { error, error_description, state })
    return { outcome: 'refused_to_client', location }
  }
  const prompt = asked.get('prompt')
  return {
    outcome: 'accepted',
    request: {
      clientId: client.id,
      redirectUri,
      state,
      nonce: asked.get('nonce') ?? undefined,
      codeChallenge: asked.get('code_challenge') ?? '',
      prompt: prompt === 'none' || prompt === 'login' ? prompt : undefined,
    },
  }
}

/** What a code was issued for. */
export interface Grant<SignedInUser> {
  readonly request: AuthorizationRequest
  readonly who: SignedInUser
  readonly expiresAtMs: number
}

/** RFC 6749 recommends ten minutes at most. A page redeems its code at once. */
export const CODE_LIFETIME_MS = 60_000

/** More than the users of one machine have under way. The oldest are dropped. */
const MAX_CODES = 1_000

const tokenRequest = z.object({
  grant_type: z.string({ error: 'The grant_type is missing.' }),
  client_id: z.string({ error: 'The client_id is missing.' }),
  code: z.string({ error: 'The code is missing.' }),
  redirect_uri: z.string({ error: 'The redirect_uri is missing.' }),
  code_verifier: z.string({ error: 'The code_verifier is missing.' }),
})

type Redemption<SignedInUser> =
  | { readonly outcome: 'refused'; readonly refusal: Refusal }
  | { readonly outcome: 'granted'; readonly grant: Grant<SignedInUser> }

export interface Codes<SignedInUser> {
  add(code: string, grant: Omit<Grant<SignedInUser>, 'expiresAtMs'>, now: Date): void
  /** Redeems a code. The first attempt uses it up, whatever its result. */
  redeem(clients: readonly Client[], form: URLSearchParams, now: Date): Redemption<SignedInUser>
}

const challengeOf = (verifier: string): string => createHash('sha256').update(verifier).digest('base64url')

export function createCodes<SignedInUser>(): Codes<SignedInUser> {
  const grants = new Map<string, Grant<SignedInUser>>()

  function violationOf(
    { client_id, redirect_uri, code_verifier }: z.output<typeof tokenRequest>,
    { request, expiresAtMs }: Grant<SignedInUser>,
    now: Date,
  ): string | undefined {
    if (now.getTime() >= expiresAtMs) return 'The code has expired.'
    if (request.clientId !== client_id) return 'The code was given to another client.'
    if (request.redirectUri !== redirect_uri) return 'The code was given for another redirect_uri.'
    if (!VERIFIER.test(code_verifier) || challengeOf(code_verifier) !== request.codeChallenge)
      return 'The code_verifier does not fit the code_challenge.'
    return undefined
  }

  return {
    add(code, grant, now) {
      grants.set(code, { ...grant, expiresAtMs: now.getTime() + CODE_LIFETIME_MS })
      const [oldest] = grants.keys()
      if (grants.size > MAX_CODES && oldest !== undefined) grants.delete(oldest)
    },
    redeem(clients, form, now) {
      const refuse = (error: OAuthError, description: string) =>
        ({ outcome: 'refused', refusal: { error, description } }) as const
      const grantType = form.get('grant_type')
      if (grantType !== null && grantType !== 'authorization_code')
        return refuse('unsupported_grant_type', 'The grant_type must be authorization_code.')
      const parsed = tokenRequest.safeParse(Object.fromEntries(form))
      if (!parsed.success) return refuse('invalid_request', parsed.error.issues[0]?.message ?? '')
      if (!clients.some(({ id }) => id === parsed.data.client_id))
        return refuse('invalid_client', 'No client has this client_id.')
      const grant = grants.get(parsed.data.code)
      grants.delete(parsed.data.code)
      if (grant === undefined) return refuse('invalid_grant', 'The code is unknown, or has been used.')
      const fault = violationOf(parsed.data, grant, now)
      return fault === undefined ? { outcome: 'granted', grant } : refuse('invalid_grant', fault)
    },
  }
}
