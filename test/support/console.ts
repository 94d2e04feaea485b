import { createHash } from 'node:crypto'
import type { BrowserContext, Page, Route } from 'playwright-core'
import { localConsoleClient, localIssuer } from '../../infra/local/issuer.ts'
import type { World } from './world.ts'

export type Role = 'admin' | 'reader'

export interface SignInAs {
  readonly org: string
  readonly role?: Role
}

const corsHeaders = { 'access-control-allow-origin': '*' }

const json = (route: Route, body: unknown, status = 200): Promise<void> =>
  route.fulfill({ status, headers: corsHeaders, contentType: 'application/json', body: JSON.stringify(body) })

const challengeOf = (verifier: string): string => createHash('sha256').update(verifier).digest('base64url')

/**
 * An OIDC issuer in the browser's network, as the standard has one (discovery, authorization code with PKCE, token, end of the
 * session), which lets everybody in as who is said. Its tokens are those of the running service.
 */
export async function issuerIn(context: BrowserContext, world: World, who: () => SignInAs): Promise<void> {
  const flows = new Map<string, string>()
  await context.route(`${localIssuer}/**`, async (route) => {
    const request = route.request()
    const url = new URL(request.url())
    switch (url.pathname) {
      case '/.well-known/openid-configuration':
        return json(route, {
          issuer: localIssuer,
          authorization_endpoint: `${localIssuer}/authorize`,
          token_endpoint: `${localIssuer}/token`,
          end_session_endpoint: `${localIssuer}/end-session`,
          jwks_uri: `${localIssuer}/jwks`,
          response_types_supported: ['code'],
          code_challenge_methods_supported: ['S256'],
        })
      case '/authorize': {
        const { searchParams: asked } = url
        const code = String(flows.size)
        flows.set(code, asked.get('code_challenge') ?? '')
        const back = new URL(asked.get('redirect_uri') ?? '')
        back.searchParams.set('code', code)
        back.searchParams.set('state', asked.get('state') ?? '')
        return route.fulfill({ status: 302, headers: { location: back.href } })
      }
      case '/token': {
        const form = new URLSearchParams(request.postData() ?? '')
        const isMeant = flows.get(form.get('code') ?? '') === challengeOf(form.get('code_verifier') ?? '')
        if (!isMeant || form.get('client_id') !== localConsoleClient)
          return json(route, { error: 'invalid_grant' }, 400)
        const { org, role = 'admin' } = who()
        const token = await world.service.token({ org, role })
        return json(route, {
          access_token: token,
          // Only its payload is read, and nothing in it but who it is.
          id_token: token,
          token_type: 'Bearer',
          expires_in: 3600,
        })
      }
      case '/end-session': {
        const location = url.searchParams.get('post_logout_redirect_uri') ?? ''
        return route.fulfill({ status: 302, headers: { location } })
      }
      default:
        return route.fulfill({ status: 404 })
    }
  })
}

/** What goes wrong in a page from now on: errors and warnings on its console, refusals of its policy among them. */
export function watchConsole(page: Page): string[] {
  const faults: string[] = []
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) faults.push(message.text())
  })
  page.on('pageerror', (error) => faults.push(error.message))
  return faults
}
