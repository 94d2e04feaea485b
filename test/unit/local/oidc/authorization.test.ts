import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import {
  CODE_LIFETIME_MS,
  createCodes,
  validateAuthorizationRequest,
} from '../../../../infra/local/oidc/authorization.ts'

const redirectUri = 'http://127.0.0.1:4000/console/callback'
const clients = [
  { id: 'console', redirectUris: [redirectUri], signedOutUris: [] },
  { id: 'other', redirectUris: [redirectUri], signedOutUris: [] },
]
const verifier = 'v'.repeat(43)
const codeChallenge = createHash('sha256').update(verifier).digest('base64url')

type Parameters = Readonly<Record<string, string | undefined>>

/** `undefined` leaves one out. */
const parametersOf = (usual: Record<string, string>, changes: Parameters): URLSearchParams =>
  new URLSearchParams(
    Object.entries({ ...usual, ...changes }).flatMap(([name, value]): [string, string][] =>
      value === undefined ? [] : [[name, value]],
    ),
  )

const asked = (changes: Parameters = {}) =>
  parametersOf(
    {
      client_id: 'console',
      redirect_uri: redirectUri,
      response_type: 'code',
      scope: 'openid',
      state: 's1',
      code_challenge: codeChallenge,
      code_challenge_method: 'S256',
    },
    changes,
  )

describe('a request to sign in', () => {
  it('is accepted from a registered client with PKCE', () => {
    const validated = validateAuthorizationRequest(clients, asked({ nonce: 'n1' }))
    expect(validated).toEqual({
      outcome: 'accepted',
      request: {
        clientId: 'console',
        redirectUri,
        state: 's1',
        nonce: 'n1',
        codeChallenge,
        prompt: undefined,
      },
    })
  })

  it.each([
    ['an unknown client', { client_id: 'stranger' }, 'unauthorized_client'],
    ['no client', { client_id: undefined }, 'unauthorized_client'],
    ['another address to come back to', { redirect_uri: 'http://evil.example/' }, 'invalid_request'],
    ['one that only begins alike', { redirect_uri: `${redirectUri}/../x` }, 'invalid_request'],
    ['no address to come back to', { redirect_uri: undefined }, 'invalid_request'],
  ])('goes nowhere with %s: the person is told', (_, changes, error) => {
    const validated = validateAuthorizationRequest(clients, asked(changes))
    expect(validated).toMatchObject({ outcome: 'refused_here', refusal: { error } })
  })

  it('goes nowhere with a parameter that is there twice', () => {
    const twice = asked()
    twice.append('redirect_uri', 'http://evil.example/')
    expect(validateAuthorizationRequest(clients, twice)).toMatchObject({ outcome: 'refused_here' })
  })

  it.each([
    ['another response_type', { response_type: 'token' }, 'unsupported_response_type'],
    ['no openid in the scope', { scope: 'claims:read' }, 'invalid_scope'],
    ['no challenge', { code_challenge: undefined }, 'invalid_request'],
    ['a challenge that is no SHA-256', { code_challenge: 'short' }, 'invalid_request'],
    ['a plain challenge', { code_challenge_method: 'plain' }, 'invalid_request'],
    ['no challenge method, which means plain', { code_challenge_method: undefined }, 'invalid_request'],
    ['a prompt that it does not know', { prompt: 'consent' }, 'invalid_request'],
    ['parameters in an object', { request: 'eyJ' }, 'request_not_supported'],
  ])('is refused to the client with %s', (_, changes, error) => {
    const validated = validateAuthorizationRequest(clients, asked(changes))
    if (validated.outcome !== 'refused_to_client') throw new Error(validated.outcome)
    const { origin, pathname, searchParams } = new URL(validated.location)
    expect(`${origin}${pathname}`).toBe(redirectUri)
    expect(searchParams.get('error')).toBe(error)
    expect(searchParams.get('state')).toBe('s1')
    expect(searchParams.has('code')).toBe(false)
  })
})

describe('a code', () => {
  const givenAt = new Date('2026-11-27T08:00:00Z')
  const later = (ms: number) => new Date(givenAt.getTime() + ms)

  function given() {
    const validated = validateAuthorizationRequest(clients, asked())
    if (validated.outcome !== 'accepted') throw new Error(validated.outcome)
    const codes = createCodes<string>()
    codes.add('c1', { request: validated.request, who: 'ada' }, givenAt)
    return codes
  }
  const form = (changes: Parameters = {}) =>
    parametersOf(
      {
        grant_type: 'authorization_code',
        client_id: 'console',
        code: 'c1',
        redirect_uri: redirectUri,
        code_verifier: verifier,
      },
      changes,
    )

  it('is exchanged once', () => {
    const codes = given()
    expect(codes.redeem(clients, form(), givenAt)).toMatchObject({
      outcome: 'granted',
      grant: { who: 'ada' },
    })
    expect(codes.redeem(clients, form(), givenAt)).toMatchObject({ refusal: { error: 'invalid_grant' } })
  })

  it('is good until its time on the clock that is passed in', () => {
    const lastMs = later(CODE_LIFETIME_MS - 1)
    expect(given().redeem(clients, form(), lastMs)).toMatchObject({ outcome: 'granted' })
    const over = given().redeem(clients, form(), later(CODE_LIFETIME_MS))
    expect(over).toMatchObject({ refusal: { error: 'invalid_grant', description: 'The code has expired.' } })
  })

  it.each([
    ['another verifier', { code_verifier: 'w'.repeat(43) }, 'invalid_grant'],
    ['a verifier that is too short', { code_verifier: 'v' }, 'invalid_grant'],
    ['another address', { redirect_uri: 'http://localhost:4000/console/callback' }, 'invalid_grant'],
    ['another client', { client_id: 'other' }, 'invalid_grant'],
    ['a code that nobody gave', { code: 'c2' }, 'invalid_grant'],
    ['an unknown client', { client_id: 'stranger' }, 'invalid_client'],
    ['another kind of grant', { grant_type: 'password' }, 'unsupported_grant_type'],
    ['no kind of grant', { grant_type: undefined }, 'invalid_request'],
    ['no code', { code: undefined }, 'invalid_request'],
    ['no verifier', { code_verifier: undefined }, 'invalid_request'],
    ['no address', { redirect_uri: undefined }, 'invalid_request'],
    ['no client', { client_id: undefined }, 'invalid_request'],
  ])('is not exchanged with %s', (_, changes, error) => {
    const redeemed = given().redeem(clients, form(changes), givenAt)
    expect(redeemed).toMatchObject({ outcome: 'refused', refusal: { error } })
  })

  it('is used up by a try with the wrong verifier', () => {
    const codes = given()
    codes.redeem(clients, form({ code_verifier: 'w'.repeat(43) }), givenAt)
    expect(codes.redeem(clients, form(), givenAt)).toMatchObject({ refusal: { error: 'invalid_grant' } })
  })
})
