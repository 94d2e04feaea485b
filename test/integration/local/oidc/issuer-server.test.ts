import { createHash } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { request as httpRequest } from 'node:http'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createRemoteJWKSet, jwtVerify } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as z from 'zod'
import { createAuthorizer } from '../../../../infra/local/http-api/jwt-authorizer.ts'
import { localAudience, localIssuer } from '../../../../infra/local/project-settings.ts'
import { openSigningKey, roles, type SigningKey } from '../../../../infra/local/oidc/signing-key.ts'
import { type Issuer, startIssuer } from '../../../../infra/local/oidc/issuer-server.ts'

const origin = 'http://127.0.0.1:4000'
const redirectUri = `${origin}/console/callback`
const signedOutUri = `${origin}/console/signed-out`
const verifier = 'v'.repeat(50)
const challenge = createHash('sha256').update(verifier).digest('base64url')
const clock = { now: new Date('2031-03-01T10:00:00Z') }

let folder: string
let key: SigningKey
let issuer: Issuer

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'issuer-'))
  key = await openSigningKey(folder)
  issuer = await startIssuer({
    key,
    now: () => clock.now,
    port: 0,
    origins: [origin],
    clients: [{ id: 'console', redirectUris: [redirectUri], signedOutUris: [signedOutUri] }],
    organizations: async () => [{ id: 'acme', name: 'Acme <b>&</b> Sons' }],
  })
})
afterAll(async () => {
  await issuer.stop()
  await rm(folder, { recursive: true, force: true })
})

const parameters = (changes: Record<string, string> = {}) =>
  new URLSearchParams({
    client_id: 'console',
    redirect_uri: redirectUri,
    response_type: 'code',
    scope: 'openid',
    state: 'state-1',
    nonce: 'nonce-1',
    code_challenge: challenge,
    code_challenge_method: 'S256',
    ...changes,
  })

const ask = (pathAndQuery: string, init: RequestInit = {}) =>
  fetch(`${issuer.endpoint}${pathAndQuery}`, { redirect: 'manual', ...init })

const authorize = (changes?: Record<string, string>, cookie = '') =>
  ask(`/authorize?${parameters(changes)}`, { headers: { cookie } })

const choose = (choice: Record<string, string>, headers: Record<string, string> = {}) =>
  ask('/authorize', {
    method: 'POST',
    headers,
    body: new URLSearchParams([...parameters(), ...Object.entries(choice)]),
  })

const locationOf = (answer: Response): URL => new URL(answer.headers.get('location') ?? '')

const cookieOf = (answer: Response): string => (answer.headers.get('set-cookie') ?? '').split(';')[0] ?? ''

const exchange = (code: string, changes: Record<string, string> = {}) =>
  ask('/token', {
    method: 'POST',
    headers: { origin },
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      client_id: 'console',
      code,
      redirect_uri: redirectUri,
      code_verifier: verifier,
      ...changes,
    }),
  })

const tokens = z.object({
  access_token: z.string(),
  id_token: z.string(),
  token_type: z.literal('Bearer'),
  expires_in: z.number(),
  scope: z.string(),
})

async function signIn(org: string, role: string) {
  const back = locationOf(await choose({ org, role }))
  return tokens.parse(await (await exchange(back.searchParams.get('code') ?? '')).json())
}

const metadata = z.looseObject({ issuer: z.string(), jwks_uri: z.string(), token_endpoint: z.string() })

describe('the local issuer', () => {
  it('is found at the address that it calls itself by', async () => {
    const found = metadata.parse(await (await ask('/.well-known/openid-configuration')).json())
    expect(found.issuer).toBe(issuer.endpoint)
    expect(found).toMatchObject({
      authorization_endpoint: `${issuer.endpoint}/authorize`,
      end_session_endpoint: `${issuer.endpoint}/end-session`,
      code_challenge_methods_supported: ['S256'],
      response_types_supported: ['code'],
    })
  })

  it('asks which organization and role, and shows names as text', async () => {
    const answer = await authorize()
    expect(answer.status).toBe(200)
    const page = await answer.text()
    expect(page).toContain('value="acme"')
    expect(page).not.toContain('<b>&</b>')
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'")
    expect(answer.headers.get('content-security-policy')).toContain("frame-ancestors 'none'")
  })

  it('sends people back with a code and the state', async () => {
    const answer = await choose({ listed_org: 'acme', org: '', role: 'admin' })
    const back = locationOf(answer)
    expect(`${back.origin}${back.pathname}`).toBe(redirectUri)
    expect(back.searchParams.get('state')).toBe('state-1')
    expect(back.searchParams.get('code')).toMatch(/^[\w-]{43}$/)
  })

  it('signs an ID token that the client can check by the keys that it publishes', async () => {
    const { id_token } = await signIn('acme', 'reader')
    const keys = createRemoteJWKSet(new URL(`${issuer.endpoint}/jwks`))
    const checked = await jwtVerify(id_token, keys, {
      issuer: issuer.endpoint,
      audience: 'console',
      currentDate: clock.now,
    })
    expect(checked.payload).toMatchObject({ sub: 'reader@acme', nonce: 'nonce-1', org_id: 'acme' })
  })

  it.each(['admin', 'reader'] as const)(
    'gives an access token that the API takes, with the scopes of the %s',
    async (role) => {
      const { access_token, scope } = await signIn('acme', role)
      expect(scope).toBe(`openid ${roles[role]}`)
      const route = {
        key: 'GET /v1/me',
        functionArn: '',
        timeoutMs: 1,
        jwt: { issuer: localIssuer, audience: [localAudience] },
        scopes: ['org:read'],
      }
      const authorize = createAuthorizer(key, () => clock.now)
      expect(await authorize(route, `Bearer ${access_token}`)).toMatchObject({
        allowed: true,
        claims: { org_id: 'acme', scope: roles[role], sub: `${role}@acme` },
      })
      const writing = await authorize({ ...route, scopes: ['org:write'] }, `Bearer ${access_token}`)
      expect(writing.allowed).toBe(role === 'admin')
    },
  )

  it('gives the platform’s role to nobody', async () => {
    const answer = await choose({ org: 'acme', role: 'platform' })
    expect(answer.status).toBe(400)
    expect(await answer.text()).toContain('Choose a role.')
  })

  it('asks again for an organization that can be none', async () => {
    const answer = await choose({ org: 'a b', role: 'admin' })
    expect(answer.status).toBe(400)
    expect(answer.headers.get('location')).toBeNull()
  })

  it.each([
    ['a code that has been used', {}, 400, 'invalid_grant'],
    ['another verifier', { code_verifier: 'w'.repeat(50) }, 400, 'invalid_grant'],
    ['an unknown client', { client_id: 'stranger' }, 401, 'invalid_client'],
    ['another kind of grant', { grant_type: 'refresh_token' }, 400, 'unsupported_grant_type'],
  ])('refuses tokens for %s', async (what, changes, status, error) => {
    const code = locationOf(await choose({ org: 'acme', role: 'admin' })).searchParams.get('code') ?? ''
    if (what === 'a code that has been used') await exchange(code)
    const answer = await exchange(code, changes)
    expect(answer.status).toBe(status)
    expect(await answer.json()).toMatchObject({ error })
  })

  it('lets a code expire by the service’s clock', async () => {
    const code = locationOf(await choose({ org: 'acme', role: 'admin' })).searchParams.get('code') ?? ''
    clock.now = new Date(clock.now.getTime() + 24 * 60 * 60 * 1000)
    expect(await (await exchange(code)).json()).toMatchObject({ error: 'invalid_grant' })
  })

  it('refuses a token request that is no form', async () => {
    const answer = await ask('/token', {
      method: 'POST',
      body: '{}',
      headers: { 'content-type': 'application/json' },
    })
    expect(await answer.json()).toMatchObject({ error: 'invalid_request' })
  })

  it('lets the service’s pages read tokens, and no other origin’s', async () => {
    const own = await exchange('none')
    expect(own.headers.get('access-control-allow-origin')).toBe(origin)
    const foreign = await ask('/token', { method: 'POST', headers: { origin: 'https://evil.example' } })
    expect(foreign.headers.get('access-control-allow-origin')).toBeNull()
    const preflight = await ask('/token', {
      method: 'OPTIONS',
      headers: { origin: 'https://evil.example', 'access-control-request-method': 'POST' },
    })
    expect(preflight.headers.get('access-control-allow-origin')).toBeNull()
  })

  it('lets through whoever is signed in, asks again with prompt=login, and nobody by prompt=none alone', async () => {
    const cookie = cookieOf(await choose({ org: 'acme', role: 'admin' }))
    expect(locationOf(await authorize({}, cookie)).searchParams.has('code')).toBe(true)
    expect(locationOf(await authorize({ prompt: 'none' }, cookie)).searchParams.has('code')).toBe(true)
    expect((await authorize({ prompt: 'login' }, cookie)).status).toBe(200)
    expect(locationOf(await authorize({ prompt: 'none' })).searchParams.get('error')).toBe('login_required')
  })

  it('ends the session, and sends back to a registered address alone', async () => {
    const cookie = cookieOf(await choose({ org: 'acme', role: 'admin' }))
    const foreign = await ask('/end-session?post_logout_redirect_uri=https://evil.example/')
    expect(foreign.status).toBe(200)
    const to = new URLSearchParams({ post_logout_redirect_uri: signedOutUri, state: 's2' })
    const answer = await ask(`/end-session?${to}`, { headers: { cookie } })
    expect(locationOf(answer).href).toBe(`${signedOutUri}?state=s2`)
    expect((await authorize({}, cookie)).status).toBe(200)
  })

  it('takes no choice that another site’s page sends', async () => {
    for (const headers of [{ origin: 'https://evil.example' }, { origin: 'null' }]) {
      expect((await choose({ org: 'acme', role: 'admin' }, headers)).headers.get('location')).toBeNull()
    }
    expect((await choose({ org: 'acme', role: 'admin' }, { origin: issuer.endpoint })).status).toBe(303)
  })

  it('answers to no name but this machine’s own', async () => {
    const { hostname, port } = new URL(issuer.endpoint)
    const status = await new Promise((resolve, reject) => {
      const headers = { host: `evil.example:${port}` }
      httpRequest({ hostname, port, path: '/jwks', headers }, (response) => {
        response.resume()
        resolve(response.statusCode)
      })
        .on('error', reject)
        .end()
    })
    expect(status).toBe(421)
  })
})
