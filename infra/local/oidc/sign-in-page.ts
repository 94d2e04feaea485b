import { escapeXml as escapeHtml } from '../aws/emulated-service.ts'
import type { Refusal } from './authorization.ts'

/** An organization to sign in to; `id` goes into the token. */
export interface SignInOrganization {
  readonly id: string
  readonly name: string
}

const STYLE = `
:root { color-scheme: light dark; --line: color-mix(in srgb, currentColor 35%, transparent) }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 26rem; margin: 0 auto; padding: 2rem 1.25rem }
h1 { font-size: 1.4rem } form { display: grid; gap: 1.25rem }
fieldset { border: 1px solid var(--line); border-radius: .4rem; padding: .5rem 1rem; margin: 0 }
legend { font-weight: 600; padding: 0 .3rem } fieldset label { display: block; padding: .3rem 0; overflow-wrap: anywhere }
.field { display: grid; gap: .3rem; font-weight: 600 }
input[type=text], button { font: inherit; padding: .5rem .7rem; border: 1px solid var(--line); border-radius: .4rem }
button { background: #0b57a4; color: #fff; border: 0; font-weight: 600; cursor: pointer }
:focus-visible { outline: 3px solid #3f8fe0; outline-offset: 2px }
small { display: block; font-weight: 400 }`

const page = (title: string, nonce: string, body: string): string =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title><style nonce="${nonce}">${STYLE}</style></head><body><main>${body}</main></body></html>`

export interface SignInPage {
  /** The parameters of the client's request, which the form sends back. */
  readonly parameters: URLSearchParams
  readonly organizations: readonly SignInOrganization[]
  /** Whether there are more organizations than are listed. */
  readonly hasMore: boolean
  /** What was wrong with the previous choice. */
  readonly fault?: string
}

export function signInPage({ parameters, organizations, hasMore, fault }: SignInPage, nonce: string): string {
  const hiddenFields = [...parameters].map(
    ([name, value]) => `<input type="hidden" name="${escapeHtml(name)}" value="${escapeHtml(value)}">`,
  )
  const listed = organizations.map(
    ({ id, name }, i) =>
      `<label><input type="radio" name="listed_org" value="${escapeHtml(id)}"${i === 0 ? ' checked' : ''}> <bdi>${escapeHtml(name)}</bdi> <small><bdi>${escapeHtml(id)}</bdi></small></label>`,
  )
  const choice =
    listed.length === 0
      ? ''
      : `<fieldset><legend>Organization</legend>${listed.join('')}</fieldset>${hasMore ? '<p>There are more: enter the id of one.</p>' : ''}`
  const label = listed.length === 0 ? 'Organization id' : 'Another organization’s id'
  return page(
    'Sign in',
    nonce,
    `<h1>Sign in</h1><p>This machine’s own issuer: whom you choose is who you are. There are no passwords.</p>
${fault === undefined ? '' : `<p role="alert"><strong>${escapeHtml(fault)}</strong></p>`}
<form method="post" action="/authorize">${hiddenFields.join('')}${choice}
<label class="field">${label}<input type="text" name="org" maxlength="128" autocomplete="off" spellcheck="false"${listed.length === 0 ? ' required' : ''}></label>
<fieldset><legend>Role</legend>
<label><input type="radio" name="role" value="admin" checked> Admin <small>sees and changes everything of the organization</small></label>
<label><input type="radio" name="role" value="reader"> Reader <small>sees everything, and changes nothing</small></label>
</fieldset><button>Sign in</button></form>`,
  )
}

export const refusalPage = ({ error, description }: Refusal, nonce: string): string =>
  page(
    'This sign-in can’t go on',
    nonce,
    `<h1>This sign-in can’t go on</h1><p>${escapeHtml(description)}</p><p><code>${error}</code></p>`,
  )

export const signedOutPage = (nonce: string): string =>
  page('Signed out', nonce, '<h1>You have signed out</h1>')
