import { createHash } from 'node:crypto'
import type { Language } from '../mail/language.ts'
import { escapeHtml, html, type Line, plain } from '../mail/line.ts'
import { dark, light, type Palette } from '../mail/palette.ts'

const variables = (palette: Palette): string =>
  Object.entries(palette)
    .map(([name, colour]) => `--${name}:${colour}`)
    .join(';')

/**
 * One column from 320 px up: what must be read before choosing comes in one order on every screen. `scroll-margin-top`:
 * a link from the message at the top to a field also shows the field's label and problem.
 */
const pageStyle = `
:root{color-scheme:light dark;${variables(light)}}
@media(prefers-color-scheme:dark){:root{${variables(dark)}}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0;padding:16px;background:var(--ground);color:var(--text);font:1rem/1.5 system-ui,-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif;overflow-wrap:anywhere}
header{max-width:42rem;margin:0 auto 12px;padding:0 20px;font-weight:700;color:var(--muted)}
header img{height:28px;width:auto;margin-right:10px;vertical-align:middle}
main{max-width:42rem;margin:0 auto;padding:24px 20px;background:var(--card);border-radius:8px}
h1{margin:0 0 16px;font-size:1.6rem;line-height:1.25}
h2{margin:32px 0 8px;font-size:1.2rem;line-height:1.3}
p{margin:0 0 16px}
a{color:var(--link)}
:focus-visible{outline:3px solid var(--link);outline-offset:3px;border-radius:4px}
.notice,.problem{margin:0 0 24px;padding:14px 16px;border-radius:4px;background:var(--notice);border-left:4px solid var(--noticeEdge)}
.problem{background:none;border:2px solid var(--alert);border-left-width:6px}
.notice h2,.problem h2{margin:0 0 4px;font-size:1rem}
.notice p:last-child,.problem p:last-child{margin:0}
.notice p{margin:0 0 8px}
form{margin:0 0 24px}
input{scroll-margin-top:16rem}
fieldset{margin:0;padding:0;border:0;min-width:0}
legend{padding:0}
legend h2{margin:16px 0 12px}
.option{margin:0 0 12px;border:1px solid var(--control);border-radius:6px}
.option:has(input[type=radio]:checked){border-color:var(--button);box-shadow:inset 0 0 0 1px var(--button)}
.choice{position:relative;display:grid;grid-template-columns:auto 1fr;gap:2px 12px;padding:14px 16px}
.choice input{width:1.35rem;height:1.35rem;margin:2px 0 0;accent-color:var(--button);position:relative;z-index:1}
.choice label{font-weight:700}
.choice label::before{content:'';position:absolute;inset:0;cursor:pointer}
.choice p{grid-column:2;margin:0}
.field{margin:0 16px 16px;padding:0 0 0 calc(1.35rem + 12px)}
.field label{display:block;font-weight:700}
.field p{margin:0 0 6px}
.hint,.small{color:var(--muted);font-size:.9rem}
.wrong{color:var(--alert);font-weight:700}
.field input{width:100%;max-width:26rem;padding:10px 12px;font:inherit;color:var(--text);background:var(--card);border:1px solid var(--control);border-radius:4px}
.field input[aria-invalid=true]{border:2px solid var(--alert)}
button{padding:13px 24px;font:inherit;font-weight:700;color:var(--buttonText);background:var(--button);border:0;border-radius:6px;cursor:pointer}
button.danger{color:var(--dangerText);background:var(--danger)}
button:hover{text-decoration:underline}
.chosen{margin:0 0 16px;padding:0 0 0 16px;border-left:4px solid var(--button)}
.chosen p{margin:0}
.chosen+p,main>p:last-child{margin-bottom:0}
footer{margin:32px 0 0;padding:16px 0 0;border-top:1px solid var(--rule)}
footer p{margin:0 0 8px}
@media(min-width:640px){body{padding:40px 24px}header{padding:0 44px}main{padding:40px 44px}}
@media(max-width:380px){.field{padding:0}button{width:100%}}
@media(forced-colors:active){.option:has(input[type=radio]:checked){outline:2px solid Highlight}}
`

/** The hash of the pages' `<style>`, the only thing that their policy allows. */
export const pageStyleHash = `sha256-${createHash('sha256').update(pageStyle).digest('base64')}`

/**
 * The `Content-Security-Policy` of every page: no scripts, nothing loaded but a picture from the given URL's origin,
 * and forms only to the page itself.
 */
export const policyWith = (pictureUrl: string | undefined): string =>
  [
    "default-src 'none'",
    `style-src '${pageStyleHash}'`,
    ...(pictureUrl === undefined ? [] : [`img-src ${new URL(pictureUrl).origin}`]),
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ')

export const pageCsp = policyWith(undefined)

/** A complete page. `header` and `main` are markup; the title is text. */
export function pageHtml(page: {
  readonly language: Language
  readonly title: Line
  readonly header?: string
  readonly main: string
}): string {
  const header = page.header === undefined ? '' : `<header>${page.header}</header>\n`
  return `<!DOCTYPE html>
<html lang="${page.language}" dir="ltr">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex, nofollow">
<meta name="referrer" content="no-referrer">
<title>${escapeHtml(plain(page.title))}</title>
<style>${pageStyle}</style>
</head>
<body>
${header}<main>
${page.main}
</main>
</body>
</html>
`
}

export const paragraphHtml = (text: Line): string => `<p>${html(text)}</p>`
export const h1 = (text: Line): string => `<h1>${html(text)}</h1>`
export const h2 = (text: Line): string => `<h2>${html(text)}</h2>`
