import { InMemoryWebStorage, UserManager, WebStorageStateStore } from 'oidc-client-ts'
import { BASE, settings } from '../settings.ts'

const at = (path: string): string => new URL(`${BASE}${path}`, window.location.origin).href

/** State that is kept while the user is at the issuer’s page. */
export interface ReturnTo {
  readonly returnTo: string
}

/**
 * How long the state of a sign-in under way is kept: long enough for the issuer's page, and short enough to clean up
 * abandoned ones.
 */
const STALE_STATE_SECONDS = 15 * 60

/**
 * Signs in by authorization code with PKCE. Tokens are kept only in this page's memory. After a reload the page goes
 * through the issuer again, whose own session lets the user through without a form. Only the state of the sign-in (no
 * token) is in sessionStorage, since the page is left during it.
 */
export const userManager = new UserManager({
  authority: settings.issuer,
  client_id: settings.clientId,
  scope: settings.scope,
  redirect_uri: at('/callback'),
  post_logout_redirect_uri: at('/signed-out'),
  response_type: 'code',
  userStore: new WebStorageStateStore({ store: new InMemoryWebStorage() }),
  stateStore: new WebStorageStateStore({ store: window.sessionStorage }),
  staleStateAgeInSeconds: STALE_STATE_SECONDS,
  // `accessToken` renews by a refresh token, if the issuer gave one. Silent renewal in a frame is impossible: the
  // content security policy forbids frames.
  automaticSilentRenew: false,
  monitorSession: false,
  loadUserInfo: false,
})

/** Parameters that Cognito’s logout requires in addition to those of OpenID Connect. */
const cognitoLogout = { client_id: settings.clientId, logout_uri: at('/signed-out') }

export const signIn = (returnTo: string): Promise<void> =>
  userManager.signinRedirect({ state: { returnTo } satisfies ReturnTo })

export const signOut = (): Promise<void> => userManager.signoutRedirect({ extraQueryParams: cognitoLogout })

/** A token is renewed this long before it expires, if there is a refresh token. */
const RENEW_BEFORE_SECONDS = 60

let renewal: Promise<string | undefined> | undefined

/**
 * Renews the token. Calls made during a renewal share it: an issuer may accept a refresh token only once, and end the
 * session when it is used again.
 */
function renew(): Promise<string | undefined> {
  renewal ??= userManager
    .signinSilent()
    .then((renewed) => renewed?.access_token)
    .finally(() => {
      renewal = undefined
    })
  return renewal
}

/**
 * Returns the access token, renewed first if it is about to expire and there is a refresh token. Undefined if nobody
 * is signed in.
 */
export async function accessToken(): Promise<string | undefined> {
  const user = await userManager.getUser()
  if (user === null) return undefined
  const isEnding = (user.expires_in ?? RENEW_BEFORE_SECONDS) < RENEW_BEFORE_SECONDS
  if (!isEnding || user.refresh_token === undefined) return user.access_token
  // If it can't be renewed, the old one is used until the API refuses it: only the API decides that a session is
  // over.
  const renewed = await renew().catch(() => undefined)
  return renewed ?? user.access_token
}
