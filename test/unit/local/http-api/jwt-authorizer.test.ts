import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { importJWK, SignJWT, UnsecuredJWT } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Authorization, createAuthorizer } from '../../../../infra/local/http-api/jwt-authorizer.ts'
import type { RouteDefinition } from '../../../../infra/local/http-api/routes.ts'
import { localAudience, localIssuer } from '../../../../infra/local/project-settings.ts'
import {
  mintToken,
  openSigningKey,
  type SigningKey,
  type TokenRequest,
} from '../../../../infra/local/oidc/signing-key.ts'

const now = new Date('2040-01-01T00:00:00Z')
const seconds = now.getTime() / 1000

let folder: string
let key: SigningKey

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'keys-'))
  key = await openSigningKey(folder)
})
afterAll(() => rm(folder, { recursive: true }))

const route: RouteDefinition = {
  key: 'GET /x',
  functionArn: 'f',
  timeoutMs: 1,
  jwt: { issuer: localIssuer, audience: [localAudience] },
  scopes: ['claims:read', 'org:read'],
}

const authorize = (token: string | undefined, changed: Pick<Partial<RouteDefinition>, 'scopes'> = {}) =>
  createAuthorizer(key, () => now)({ ...route, ...changed }, token)

const mint = (request: Omit<TokenRequest, 'now'>) => mintToken(key, { now, ...request })

/** A token with these claims beside, or in place of, those of a good one; `undefined` takes one away. */
async function sign(changed: Record<string, unknown>, signer: SigningKey = key): Promise<string> {
  const good = { iss: localIssuer, aud: localAudience, exp: seconds + 60, scope: 'claims:read' }
  return new SignJWT({ ...good, ...changed })
    .setProtectedHeader({ alg: 'RS256', kid: signer.kid })
    .sign(await importJWK(signer.privateJwk, 'RS256'))
}

const seen = (authorization: Authorization) =>
  authorization.allowed
    ? 'allowed'
    : `${authorization.problem.status} ${authorization.problem.code} ${authorization.problem.headers?.['www-authenticate']}`

describe('the authorizer', () => {
  it('hands on the claims of a token that is valid, all as text', async () => {
    const token = await mint({ org: 'acme', role: 'reader', subject: 'jo', expiresInSeconds: 60 })
    expect(await authorize(`Bearer ${token}`)).toEqual({
      allowed: true,
      claims: {
        iss: localIssuer,
        aud: localAudience,
        sub: 'jo',
        org_id: 'acme',
        scope: 'claims:read org:read',
        iat: String(seconds),
        nbf: String(seconds),
        exp: String(seconds + 60),
      },
    })
  })

  it('fault 3: hands on each claim as API Gateway does: lists as Go prints them, objects as JSON, no nulls', async () => {
    const claims = {
      scope: null,
      scp: ['claims:read', 'org:read'],
      groups: [],
      admin: true,
      level: 3,
      address: { city: 'Delft', tags: ['a', 'b'] },
    }
    const authorization = await authorize(await sign(claims))
    expect(authorization.allowed && authorization.claims).toEqual({
      iss: localIssuer,
      aud: localAudience,
      exp: String(seconds + 60),
      scp: '[claims:read org:read]',
      groups: '[]',
      admin: 'true',
      level: '3',
      address: '{"city":"Delft","tags":["a","b"]}',
    })
  })

  it('takes any one of the route’s scopes, and any token where the route has none', async () => {
    expect(seen(await authorize(await sign({ scope: 'org:read' })))).toBe('allowed')
    expect(seen(await authorize(await sign({ scp: ['org:read'], scope: undefined })))).toBe('allowed')
    expect(seen(await authorize(await sign({ scope: '' }), { scopes: [] }))).toBe('allowed')
  })

  it('lives by the service’s clock: a token of an hour ago is no more, one of today still is', async () => {
    const expired = await mint({ org: 'acme', expiresInSeconds: -3600 })
    expect(seen(await authorize(`Bearer ${expired}`))).toBe(
      '401 token_expired Bearer scope="" error="invalid_token" error_description="the token has expired"',
    )
    expect(seen(await authorize(`Bearer ${await mint({ org: 'acme' })}`))).toBe('allowed')
  })

  it('asks for a token where there is none', async () => {
    expect(seen(await authorize(undefined))).toBe('401 unauthorized Bearer')
  })

  it('asks for none where the route takes anybody', async () => {
    const { jwt: _, ...open } = route
    const authorizeOpen = createAuthorizer(key, () => now)
    expect(await authorizeOpen(open, undefined)).toEqual({ allowed: true, claims: {} })
  })

  it('T6: refuses with 403 a token that lacks the scope', async () => {
    expect(seen(await authorize(await mint({ role: 'platform' })))).toBe(
      '403 forbidden Bearer scope="claims:read org:read" error="insufficient_scope"',
    )
  })

  it.each([
    ['another issuer', { iss: 'https://evil.example' }, 'the token has an invalid iss'],
    ['another audience', { aud: 'other' }, 'the token does not have a valid audience'],
    ['another client, without audience', { aud: undefined, client_id: 'x' }, 'a valid audience'],
    ['no expiry', { exp: undefined }, 'the token has an invalid exp'],
    ['a beginning in the future', { nbf: seconds + 60 }, 'the token is not valid yet'],
    ['an issue in the future', { iat: seconds + 60 }, 'the token was issued in the future'],
  ])('refuses with 401 a token of %s', async (_, payload, description) => {
    const outcome = seen(await authorize(await sign(payload)))
    expect(outcome).toContain('401 unauthorized')
    expect(outcome).toContain(description)
  })

  it('takes a client id for the audience where there is none, as API Gateway does', async () => {
    expect(seen(await authorize(await sign({ aud: undefined, client_id: localAudience })))).toBe('allowed')
  })

  it('refuses with 401 what nobody signed, what another key signed, and what is no token', async () => {
    const claims = { iss: localIssuer, aud: localAudience, exp: seconds + 60, scope: 'claims:read' }
    const elsewhere = await mkdtemp(path.join(tmpdir(), 'keys-'))
    const foreign = { ...(await openSigningKey(elsewhere)), kid: key.kid }
    await rm(elsewhere, { recursive: true })
    const secret = new SignJWT(claims).setProtectedHeader({ alg: 'HS256', kid: key.kid })
    const publicText = new TextEncoder().encode(JSON.stringify(key.publicJwk))
    const tokens = [
      new UnsecuredJWT(claims).encode(),
      await sign({}, foreign),
      await secret.sign(publicText),
      'Bearer',
      'abc',
      'a.b.c',
    ]
    for (const token of tokens) expect(seen(await authorize(token))).toContain('401 unauthorized')
  })
})

describe('the local key', () => {
  it('is the same for all who ask, also at the same time, and only its owner can read it', async () => {
    const shared = await mkdtemp(path.join(tmpdir(), 'keys-'))
    const keys = await Promise.all([1, 2, 3].map(() => openSigningKey(shared)))
    expect(new Set(keys.map(({ kid }) => kid)).size).toBe(1)
    expect((await stat(path.join(shared, 'jwt-key.json'))).mode & 0o777).toBe(0o600)
    await rm(shared, { recursive: true })
  })

  it('is not given away with its public half', () => {
    expect(key.publicJwk).not.toHaveProperty('d')
  })
})
