/**
 * The local OpenID Connect issuer, at which browsers sign in as they do with a deployment's issuer. Its access tokens
 * are those of `npm run token`: signed with the same key, and accepted by the same authorizer.
 */
import { randomBytes } from 'node:crypto'
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http'
import { corsHeaders, isPreflight, preflightHeaders } from '../http/cors.ts'
import { close, listen } from '../http/listen.ts'
import { isOwnHost, isOwnOrigin } from '../http/loopback.ts'
import {
  type AuthorizationRequest,
  addressWith,
  type Client,
  createCodes,
  validateAuthorizationRequest,
} from './authorization.ts'
import { readForm, redirect, sendJson, sendPage, sendRefusal } from './http.ts'
import { refusalPage, type SignInOrganization, signedOutPage, signInPage } from './sign-in-page.ts'
import type { SigningKey } from './signing-key.ts'
import { metadataOf, type SignedInUser, tokensFor } from './tokens.ts'

export interface IssuerOptions {
  readonly key: SigningKey
  readonly now: () => Date
  readonly port: number
  readonly clients: readonly Client[]
  /** Origins whose pages may call the token endpoint. */
  readonly origins: readonly string[]
  /** The organizations that the page lists, at most {@link MAX_LISTED}. Any other id can be entered. */
  readonly organizations: () => Promise<readonly SignInOrganization[]>
}

export interface Issuer {
  /** The issuer's address in its metadata and ID tokens: `http://127.0.0.1:PORT`. */
  readonly endpoint: string
  stop(): Promise<void>
}

/** As many as fit on the page. */
const MAX_LISTED = 20

/** Browsers that stay signed in. The oldest have to sign in again. */
const MAX_SESSIONS = 100

/** Bytes of a code or session id, so that it can't be guessed. */
const SECRET_BYTES = 32

/** The form in which the API accepts an id in a token. */
const ORGANIZATION_ID = /^[\w.-]{1,128}$/

const secret = (): string => randomBytes(SECRET_BYTES).toString('base64url')

const isRole = (text: string | null): text is SignedInUser['role'] => text === 'admin' || text === 'reader'

/** The form's own fields, besides the client's parameters. */
const OWN_FIELDS = ['listed_org', 'org', 'role']

export async function startIssuer(options: IssuerOptions): Promise<Issuer> {
  const { key, now, clients, origins } = options
  const codes = createCodes<SignedInUser>()
  const sessions = new Map<string, SignedInUser>()
  let endpoint = ''
  let cookieName = ''

  const sessionId = (request: IncomingMessage): string | undefined =>
    (request.headers.cookie ?? '')
      .split(';')
      .map((pair) => pair.trim().split('='))
      .find(([name]) => name === cookieName)?.[1]

  const sessionCookie = (value: string, more = ''): Record<string, string> => ({
    'set-cookie': `${cookieName}=${value}; Path=/; HttpOnly; SameSite=Lax${more}`,
  })

  function redirectWithCode(
    response: ServerResponse,
    request: AuthorizationRequest,
    who: SignedInUser,
    headers: Record<string, string> = {},
  ): void {
    const code = secret()
    codes.add(code, { request, who }, now())
    redirect(response, addressWith(request.redirectUri, { code, state: request.state }), headers)
  }

  async function ask(response: ServerResponse, parameters: URLSearchParams, fault?: string): Promise<void> {
    const known = await options.organizations()
    const shown = {
      parameters,
      organizations: known.slice(0, MAX_LISTED),
      hasMore: known.length > MAX_LISTED,
      ...(fault !== undefined && { fault }),
    }
    sendPage(response, fault === undefined ? 200 : 400, (nonce) => signInPage(shown, nonce), origins)
  }

  /** Validates a request, and answers it if it is refused. */
  function accepted(response: ServerResponse, asked: URLSearchParams): AuthorizationRequest | undefined {
    const validated = validateAuthorizationRequest(clients, asked)
    switch (validated.outcome) {
      case 'refused_here':
        sendPage(response, 400, (nonce) => refusalPage(validated.refusal, nonce))
        return undefined
      case 'refused_to_client':
        redirect(response, validated.location)
        return undefined
      case 'accepted':
        return validated.request
    }
  }

  async function authorize(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
    const asked = accepted(response, url.searchParams)
    if (asked === undefined) return
    const who = asked.prompt === 'login' ? undefined : sessions.get(sessionId(request) ?? '')
    if (who !== undefined) return redirectWithCode(response, asked, who)
    if (asked.prompt === 'none') {
      const error = { error: 'login_required', error_description: 'Nobody is signed in.', state: asked.state }
      return redirect(response, addressWith(asked.redirectUri, error))
    }
    await ask(response, url.searchParams)
  }

  async function signIn(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const form = await readForm(request)
    if (form === undefined || !isOwnOrigin(request)) {
      const refusal = { error: 'invalid_request', description: 'This is no form of this page.' } as const
      return sendPage(response, 400, (nonce) => refusalPage(refusal, nonce))
    }
    const parameters = new URLSearchParams([...form].filter(([name]) => !OWN_FIELDS.includes(name)))
    const asked = accepted(response, parameters)
    if (asked === undefined) return
    const org = form.get('org')?.trim() || (form.get('listed_org') ?? '')
    const role = form.get('role')
    if (!ORGANIZATION_ID.test(org)) {
      return ask(
        response,
        parameters,
        'An organization’s id has letters, digits, dots, dashes and underscores.',
      )
    }
    if (!isRole(role)) return ask(response, parameters, 'Choose a role.')
    const session = secret()
    sessions.set(session, { org, role })
    const [oldest] = sessions.keys()
    if (sessions.size > MAX_SESSIONS && oldest !== undefined) sessions.delete(oldest)
    redirectWithCode(response, asked, { org, role }, sessionCookie(session))
  }

  async function token(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const form = await readForm(request)
    if (form === undefined) {
      return sendRefusal(response, { error: 'invalid_request', description: 'The body must be a form.' })
    }
    const redeemed = codes.redeem(clients, form, now())
    if (redeemed.outcome === 'refused') return sendRefusal(response, redeemed.refusal)
    sendJson(response, 200, await tokensFor(redeemed.grant, { key, endpoint, now: now() }))
  }

  function endSession(request: IncomingMessage, response: ServerResponse, url: URL): void {
    sessions.delete(sessionId(request) ?? '')
    const forget = sessionCookie('', '; Max-Age=0')
    const wanted = url.searchParams.get('post_logout_redirect_uri')
    const isKnown = clients.some(({ signedOutUris }) => wanted !== null && signedOutUris.includes(wanted))
    if (wanted !== null && isKnown) {
      const state = url.searchParams.get('state') ?? undefined
      redirect(response, addressWith(wanted, { state }), forget)
      return
    }
    for (const [name, value] of Object.entries(forget)) response.setHeader(name, value)
    sendPage(response, 200, signedOutPage)
  }

  const calls: Readonly<
    Record<string, (request: IncomingMessage, response: ServerResponse, url: URL) => unknown>
  > = {
    'GET /.well-known/openid-configuration': (_, response) => sendJson(response, 200, metadataOf(endpoint)),
    'GET /jwks': (_, response) => sendJson(response, 200, { keys: [key.publicJwk] }),
    'GET /authorize': authorize,
    'POST /authorize': signIn,
    'POST /token': token,
    'GET /end-session': endSession,
  }

  const listener: RequestListener = (request, response) => {
    const url = new URL(request.url ?? '/', endpoint)
    if (!isOwnHost(request)) return void response.writeHead(421).end()
    const rule = {
      origins: origins,
      methods: ['GET', 'POST'],
      headers: ['content-type', 'authorization'],
      exposed: [],
      maxAgeSeconds: undefined,
    }
    if (isPreflight(request)) {
      return void response.writeHead(204, preflightHeaders([rule], request) ?? {}).end()
    }
    for (const [name, value] of Object.entries(corsHeaders([rule], request))) response.setHeader(name, value)
    const call = calls[`${request.method} ${url.pathname}`]
    if (call === undefined) return void response.writeHead(404).end()
    Promise.resolve(call(request, response, url)).catch(() => {
      if (response.headersSent) response.destroy()
      else response.writeHead(500).end()
    })
  }

  const server = createServer(listener)
  endpoint = await listen(server, options.port)
  // Browsers keep cookies by host and not by port, and two services on one machine must not share them.
  cookieName = `issuer-${new URL(endpoint).port}`
  return { endpoint, stop: () => close(server) }
}
