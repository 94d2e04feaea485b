/**
 * The settings that the service writes into a `meta` element of the page. They are data and not a script, and none is
 * secret.
 */
export interface Settings {
  readonly issuer: string
  /** The client at the issuer; empty: nobody can sign in. */
  readonly clientId: string
  readonly scope: string
  readonly productName: string
  readonly supportUrl?: string
}

const content = document.querySelector<HTMLMetaElement>('meta[name="console-settings"]')?.content ?? '{}'

// Written by the function that serves the page: functions/console/handler.ts.
export const settings: Settings = JSON.parse(content)

/** The path under which the app is served. Its own links are relative to it. */
export const BASE = '/console'
