import type { Mail } from './outbox.ts'
import { escapeXml as escapeHtml } from './stand-in.ts'

const STYLE = `
:root { color-scheme: light dark; --line: color-mix(in srgb, currentColor 15%, transparent); --dim: color-mix(in srgb, currentColor 60%, transparent) }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 0 auto; padding: 1rem 1.25rem }
h1 { font-size: 1.25rem } a { color: inherit }
form { display: flex; gap: .5rem; margin: 1rem 0 } input { flex: 1 } input, button { font: inherit; padding: .4rem .6rem }
ol { list-style: none; padding: 0; margin: 0 } li { border-top: 1px solid var(--line) }
li a { display: grid; grid-template-columns: 1fr auto; gap: 0 1rem; padding: .6rem 0; text-decoration: none }
li a:hover { background: color-mix(in srgb, currentColor 5%, transparent) }
.dim { color: var(--dim); font-size: .875rem } .subject { font-weight: 600 }
dl { display: grid; grid-template-columns: auto 1fr; gap: .1rem 1rem } dt { color: var(--dim) } dd { margin: 0; overflow-wrap: anywhere }
iframe { width: 100%; height: 32rem; border: 1px solid var(--line); border-radius: .4rem; background: #fff; color-scheme: light }
pre { white-space: pre-wrap; overflow-wrap: anywhere; border: 1px solid var(--line); border-radius: .4rem; padding: 1rem }`

const page = (title: string, nonce: string, body: string) =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">` +
  `<title>${escapeHtml(title)}</title><style nonce="${escapeHtml(nonce)}">${STYLE}</style></head><body>${body}</body></html>`

const timeText = (iso: string) => `${iso.slice(0, 10)} ${iso.slice(11, 19)} UTC`

function query(parameters: Record<string, string | undefined>): string {
  const given = new URLSearchParams()
  for (const [name, value] of Object.entries(parameters)) if (value !== undefined) given.set(name, value)
  return given.size === 0 ? '/' : `/?${given}`
}

const fateOf = ({ bounced, complained }: Mail): string =>
  [bounced && 'bounced', complained && 'complained about'].filter(Boolean).join(', ')

export interface Listing {
  /** The newest first. */
  entries: { position: string; mail: Mail }[]
  /** All that fit the filter. */
  total: number
  to: string | undefined
  /** Where the next page starts, if there is one. */
  next: string | undefined
}

export function listPage({ entries, total, to, next }: Listing, nonce: string): string {
  const rows = entries.map(
    ({ position, mail }) =>
      `<li><a href="/messages/${position}"><span class="subject">${escapeHtml(mail.subject)}</span>` +
      `<span class="dim">${escapeHtml(timeText(mail.sentAt))}</span>` +
      `<span class="dim">${escapeHtml(mail.to.join(', '))}</span>` +
      `<span class="dim">${fateOf(mail)}</span></a></li>`,
  )
  const count = total === 1 ? '1 mail' : `${total} mails`
  const whose = to === undefined ? '' : ` to ${escapeHtml(to)}`
  return page(
    'Inbox',
    nonce,
    `<h1><a href="/">Inbox</a></h1><form><input type="search" name="to" aria-label="Address" placeholder="someone@example.com" value="${escapeHtml(to ?? '')}"><button>Show</button></form>` +
      `<p class="dim">${count}${whose}, the newest first. As JSON: <a href="/messages${escapeHtml(query({ to }).slice(1))}">/messages</a></p>` +
      `<ol>${rows.join('')}</ol>` +
      (next === undefined ? '' : `<p><a href="${escapeHtml(query({ to, before: next }))}">Older</a></p>`),
  )
}

export function mailPage(mail: Mail, position: string, nonce: string): string {
  const facts: [string, string][] = [
    ['From', mail.from],
    ['To', mail.to.join(', ')],
    ['Cc', mail.cc.join(', ')],
    ['Reply to', mail.replyTo.join(', ')],
    ['Sent', timeText(mail.sentAt)],
    ['Bounced by', (mail.bounced ?? []).join(', ')],
    ['Complained about by', (mail.complained ?? []).join(', ')],
  ]
  const list = facts.flatMap(([name, value]) =>
    value === '' ? [] : [`<dt>${name}</dt><dd>${escapeHtml(value)}</dd>`],
  )
  const html =
    mail.html === ''
      ? ''
      : `<iframe sandbox="allow-popups allow-popups-to-escape-sandbox" src="/messages/${position}/html" title="The mail"></iframe>`
  const text = mail.text === '' ? '' : `<h2>As text</h2><pre>${escapeHtml(mail.text)}</pre>`
  return page(
    mail.subject,
    nonce,
    `<p><a href="/">Inbox</a></p><h1>${escapeHtml(mail.subject)}</h1><dl>${list.join('')}</dl>${html}${text}`,
  )
}
