/** What the issuer says about itself, and the tokens that it issues. */
import { importJWK, SignJWT } from 'jose'
import type { Grant } from './authorization.ts'
import {
  defaultLifetimeSeconds,
  mintToken,
  type Role,
  roles,
  type SigningKey,
  signatureAlgorithm,
} from './signing-key.ts'

export interface SignedInUser {
  readonly org: string
  readonly role: Exclude<Role, 'platform'>
}

/** The metadata of OpenID Connect Discovery, for an issuer at this address. */
export const metadataOf = (endpoint: string) => ({
  issuer: endpoint,
  authorization_endpoint: `${endpoint}/authorize`,
  token_endpoint: `${endpoint}/token`,
  end_session_endpoint: `${endpoint}/end-session`,
  jwks_uri: `${endpoint}/jwks`,
  response_types_supported: ['code'],
  response_modes_supported: ['query'],
  grant_types_supported: ['authorization_code'],
  subject_types_supported: ['public'],
  id_token_signing_alg_values_supported: [signatureAlgorithm],
  token_endpoint_auth_methods_supported: ['none'],
  code_challenge_methods_supported: ['S256'],
  scopes_supported: ['openid', ...new Set(Object.values(roles).flatMap((scopes) => scopes.split(' ')))],
  request_parameter_supported: false,
  request_uri_parameter_supported: false,
})

const subjectOf = ({ role, org }: SignedInUser): string => `${role}@${org}`

/** The answer of the token endpoint, by RFC 6749 and OpenID Connect Core. */
export async function tokensFor(
  { request, who }: Grant<SignedInUser>,
  { key, endpoint, now }: { readonly key: SigningKey; readonly endpoint: string; readonly now: Date },
): Promise<Record<string, unknown>> {
  const issuedAt = Math.floor(now.getTime() / 1000)
  const idToken = new SignJWT({
    org_id: who.org,
    ...(request.nonce !== undefined && { nonce: request.nonce }),
  })
    .setProtectedHeader({ alg: signatureAlgorithm, kid: key.kid, typ: 'JWT' })
    .setIssuer(endpoint)
    .setAudience(request.clientId)
    .setSubject(subjectOf(who))
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + defaultLifetimeSeconds)
  return {
    access_token: await mintToken(key, { ...who, subject: subjectOf(who), now }),
    id_token: await idToken.sign(await importJWK(key.privateJwk, signatureAlgorithm)),
    token_type: 'Bearer',
    expires_in: defaultLifetimeSeconds,
    // The role determines the scopes, whatever the client asked for. RFC 6749 then requires the answer to name them.
    scope: `openid ${roles[who.role]}`,
  }
}
