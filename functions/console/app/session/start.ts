import { ErrorResponse } from 'oidc-client-ts'
import { BASE, settings } from '../settings.ts'
import { type ReturnTo, signIn, userManager } from './user-manager.ts'

/** Nobody is signed in. */
export type Outside =
  /** The browser is on its way to the issuer. */
  | { readonly kind: 'leaving' }
  | { readonly kind: 'signed_out' }
  | { readonly kind: 'failed'; readonly detail: string }
  /** The deployment has no client at the issuer, so nobody can sign in. */
  | { readonly kind: 'not_set_up' }

/** What the page shows first. */
export type Start = { readonly kind: 'signed_in' } | Outside

const hasReturnTo = (state: unknown): state is ReturnTo =>
  typeof state === 'object' && state !== null && 'returnTo' in state && typeof state.returnTo === 'string'

/**
 * The path to return to after the sign-in. Anything outside this app is ignored, since the state may have been
 * tampered with.
 */
const ownPlace = (state: unknown): string => {
  const wanted = hasReturnTo(state) ? state.returnTo : BASE
  return wanted === BASE || wanted.startsWith(`${BASE}/`) ? wanted : BASE
}

const here = (): string => `${window.location.pathname}${window.location.search}`

/** Completes a sign-in that comes back from the issuer, or begins one. Called once, before anything is shown. */
export async function start(): Promise<Start> {
  const { pathname } = window.location
  if (settings.clientId === '') return { kind: 'not_set_up' }
  if (pathname === `${BASE}/signed-out`) return { kind: 'signed_out' }
  try {
    if (pathname === `${BASE}/callback`) {
      const user = await userManager.signinCallback()
      window.history.replaceState(null, '', ownPlace(user?.state))
      return { kind: 'signed_in' }
    }
    await signIn(here())
    return { kind: 'leaving' }
  } catch (error) {
    // The issuer refused, or the state of the sign-in is gone (an old tab, the back button); signing in again helps.
    const detail =
      error instanceof ErrorResponse ? (error.error_description ?? error.error ?? '') : String(error)
    return { kind: 'failed', detail }
  }
}
