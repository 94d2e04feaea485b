/** API Gateway's JWT authorizer. It uses the local issuer's key, which API Gateway would fetch from the issuer. */
import { createLocalJWKSet, errors, type JWTPayload, jwtVerify } from 'jose'
import type { RouteDefinition } from './routes.ts'
import { type SigningKey, signatureAlgorithm } from '../oidc/signing-key.ts'
import type { Problem } from '../http/problem.ts'

export type Authorization =
  | { readonly allowed: true; readonly claims: Readonly<Record<string, string>> }
  | { readonly allowed: false; readonly problem: Problem }

export type Authorizer = (route: RouteDefinition, header: string | undefined) => Promise<Authorization>

/**
 * A claim as text, as API Gateway puts it into the event: lists as `[a b]`, which is Go's format, and objects as
 * JSON. Claims that are null are left out.
 */
function claimText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(claimText).join(' ')}]`
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

function refuse(code: 'unauthorized' | 'token_expired', detail: string, challenge?: string): Authorization {
  return {
    allowed: false,
    problem: { status: 401, code, detail, headers: { 'www-authenticate': challenge ?? 'Bearer' } },
  }
}

const invalid = (description: string, code: 'unauthorized' | 'token_expired' = 'unauthorized') =>
  refuse(
    code,
    `The bearer token was refused: ${description}.`,
    `Bearer scope="" error="invalid_token" error_description="${description}"`,
  )

function describe(error: unknown): Authorization {
  if (error instanceof errors.JWTExpired) return invalid('the token has expired', 'token_expired')
  if (error instanceof errors.JWTClaimValidationFailed) {
    return invalid(
      error.claim === 'nbf' ? 'the token is not valid yet' : `the token has an invalid ${error.claim}`,
    )
  }
  if (error instanceof errors.JOSEAlgNotAllowed) return invalid('the signing method is invalid')
  if (error instanceof errors.JWSSignatureVerificationFailed) return invalid('the signature is invalid')
  if (error instanceof errors.JWKSNoMatchingKey) return invalid('no key of the issuer has this id')
  return invalid('the token is malformed')
}

function audienceOf({ aud, client_id: clientId }: JWTPayload): readonly unknown[] {
  if (aud === undefined) return [clientId]
  return Array.isArray(aud) ? aud : [aud]
}

function scopesOf({ scope, scp }: JWTPayload): readonly string[] {
  const given = scope ?? scp
  if (Array.isArray(given)) return given.map(String)
  return typeof given === 'string' ? given.split(' ') : []
}

/** @param now the service's clock, by which tokens expire */
export function createAuthorizer(key: SigningKey, now: () => Date): Authorizer {
  const keys = createLocalJWKSet({ keys: [key.publicJwk] })
  return async (route, header) => {
    if (route.jwt === undefined) return { allowed: true, claims: {} }
    if (header === undefined || header === '') return refuse('unauthorized', 'A bearer token is needed.')
    const token = header.replace(/^bearer\s+/i, '').trim()
    const { issuer, audience } = route.jwt
    let payload: JWTPayload
    try {
      const options = {
        issuer,
        algorithms: [signatureAlgorithm],
        currentDate: now(),
        requiredClaims: ['exp'],
      }
      payload = (await jwtVerify(token, keys, options)).payload
    } catch (error) {
      return describe(error)
    }
    if (!audienceOf(payload).some((one) => typeof one === 'string' && audience.includes(one))) {
      return invalid('the token does not have a valid audience')
    }
    if (payload.iat !== undefined && payload.iat * 1000 > now().getTime()) {
      return invalid('the token was issued in the future')
    }
    const has = scopesOf(payload)
    if (route.scopes.length > 0 && !route.scopes.some((scope) => has.includes(scope))) {
      return {
        allowed: false,
        problem: {
          status: 403,
          code: 'forbidden',
          detail: `The token has none of the scopes that this takes: ${route.scopes.join(', ')}.`,
          headers: {
            'www-authenticate': `Bearer scope="${route.scopes.join(' ')}" error="insufficient_scope"`,
          },
        },
      }
    }
    const claims = Object.entries(payload)
      .filter(([, value]) => value !== null)
      .map(([name, value]) => [name, claimText(value)])
    return { allowed: true, claims: Object.fromEntries(claims) }
  }
}
