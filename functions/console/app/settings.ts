/** What the service tells the page, in a `meta` element: nothing in it is secret, and it is no script. */
export interface Settings {
  readonly issuer: string
  /** Empty: nobody can sign in. */
  readonly clientId: string
  readonly scope: string
  readonly productName: string
  readonly supportUrl?: string
}

const content = document.querySelector<HTMLMetaElement>('meta[name="console-settings"]')?.content ?? '{}'

// By the function that serves this very page; see handler.ts.
export const settings: Settings = JSON.parse(content)

/** Where the app is. Links within it are relative to this. */
export const BASE = '/console'
