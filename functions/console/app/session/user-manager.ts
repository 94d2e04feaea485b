import { InMemoryWebStorage, UserManager, WebStorageStateStore } from 'oidc-client-ts'
import { BASE, settings } from '../settings.ts'

const at = (path: string): string => new URL(`${BASE}${path}`, window.location.origin).href

/** What is remembered while somebody is away at the issuer. */
export interface ReturnTo {
  readonly returnTo: string
}

/** Beyond the middle of the issuer's page, and no more than a few minutes: the flow's state is dropped after it. */
const STALE_STATE_SECONDS = 15 * 60

/**
 * Authorization code with PKCE. Tokens are kept in this page's memory and nowhere else: a reload goes by the issuer, whose
 * own session lets people through. Only the flow's state (no token) is in sessionStorage, since the page is left for it.
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
  // With a refresh token where the issuer gives one, and never in a frame: the policy lets none in.
  automaticSilentRenew: false,
  monitorSession: false,
  loadUserInfo: false,
})

/** Cognito's logout asks for these two, beside those of OpenID Connect. */
const cognitoLogout = { client_id: settings.clientId, logout_uri: at('/signed-out') }

export const signIn = (returnTo: string): Promise<void> =>
  userManager.signinRedirect({ state: { returnTo } satisfies ReturnTo })

export const signOut = (): Promise<void> => userManager.signoutRedirect({ extraQueryParams: cognitoLogout })

/** So long before its end a token is renewed, where it can be. */
const RENEW_BEFORE_SECONDS = 60

let renewal: Promise<string | undefined> | undefined

/** One at a time, for whoever asks meanwhile too: an issuer may take a refresh token once, and end the session at the second. */
function renew(): Promise<string | undefined> {
  renewal ??= userManager
    .signinSilent()
    .then((renewed) => renewed?.access_token)
    .finally(() => {
      renewal = undefined
    })
  return renewal
}

/** The one in use; renewed first where it is about to end and the issuer gave the means. */
export async function accessToken(): Promise<string | undefined> {
  const user = await userManager.getUser()
  if (user === null) return undefined
  const isEnding = (user.expires_in ?? RENEW_BEFORE_SECONDS) < RENEW_BEFORE_SECONDS
  if (!isEnding || user.refresh_token === undefined) return user.access_token
  // Where it can't be renewed the API says whether the old one still does: that is the one word on whether the session is over.
  const renewed = await renew().catch(() => undefined)
  return renewed ?? user.access_token
}
