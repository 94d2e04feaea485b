import { httpUrl } from './clean.ts'
import type { Language } from './language.ts'
import type { Block, MailDocument } from './document.ts'
import { escapeHtml, html, type Line, plain } from './line.ts'
import { dark, light, type Palette } from './palette.ts'
import type { Sender } from './sender.ts'

/** Characters. Longer URLs (presigned ones) are only linked and not shown, since nobody copies them by eye. */
const MAX_SHOWN_URL_LENGTH = 160

const FONT = "-apple-system,BlinkMacSystemFont,'Segoe UI',Roboto,Helvetica,Arial,sans-serif"
/** Lets long addresses and names wrap rather than widen a small screen. */
const BREAK = 'overflow-wrap:anywhere;word-break:break-word'

const styleOf = {
  ground: `margin:0;padding:0;background-color:${light.ground};-webkit-text-size-adjust:100%`,
  gutter: 'padding:24px 12px',
  card: `width:100%;max-width:600px;background-color:${light.card};border-radius:8px`,
  inside: `padding:32px 28px;font-family:${FONT};font-size:16px;line-height:1.5;color:${light.text};${BREAK}`,
  h1: `margin:0 0 20px;font-size:24px;line-height:1.25;font-weight:700;color:${light.text}`,
  h2: `margin:28px 0 8px;font-size:18px;line-height:1.3;font-weight:700;color:${light.text}`,
  brand: `margin:0 0 16px;font-weight:700;color:${light.muted}`,
  logo: 'height:28px;width:auto;margin-right:10px;vertical-align:middle;border:0',
  p: 'margin:0 0 16px',
  option: `margin:0 0 12px;padding:14px 16px;border:1px solid ${light.rule};border-radius:6px`,
  h3: `margin:0 0 4px;font-size:16px;line-height:1.4;font-weight:700;color:${light.text}`,
  last: 'margin:0',
  notice: `margin:24px 0;padding:14px 16px;background-color:${light.notice};border-left:4px solid ${light.noticeEdge};border-radius:4px`,
  action: 'margin:24px 0 16px',
  button: `display:inline-block;padding:13px 24px;background-color:${light.button};color:${light.buttonText};font-size:16px;font-weight:700;text-decoration:none;border-radius:6px`,
  link: `color:${light.link};text-decoration:underline`,
  small: `margin:0 0 16px;font-size:14px;color:${light.muted}`,
  list: 'margin:0 0 16px;padding-left:22px',
  counts: 'width:100%;border-collapse:collapse;margin:0 0 16px',
  label: `padding:8px 12px 8px 0;text-align:left;font-weight:400;border-bottom:1px solid ${light.rule}`,
  value: `padding:8px 0;text-align:right;border-bottom:1px solid ${light.rule}`,
  footer: `margin-top:28px;padding-top:16px;border-top:1px solid ${light.rule};font-size:14px;color:${light.muted}`,
} as const

/** The dark theme, for mail programs that support it; the inline styles are the light theme. */
const darkStyle = ({
  ground,
  card,
  text,
  muted,
  link,
  rule,
  button,
  buttonText,
  notice,
  noticeEdge,
}: Palette): string => {
  const rules = [
    `.ground{background-color:${ground}!important}`,
    `.card{background-color:${card}!important}`,
    `.card td,.card h1,.card h2,.card h3,.card th{color:${text}!important}`,
    `.card .muted{color:${muted}!important}`,
    `.card .link{color:${link}!important}`,
    `.card .rule{border-color:${rule}!important}`,
    `.card .button{background-color:${button}!important;color:${buttonText}!important}`,
    `.card .notice{background-color:${notice}!important;border-left-color:${noticeEdge}!important}`,
  ]
  return `:root{color-scheme:light dark}.card .link{color:${light.link}}@media(prefers-color-scheme:dark){${rules.join('')}}@media(max-width:480px){.card .inside{padding:24px 18px!important}}`
}

/** The product's name beside its logo: most mail programs don't load pictures unasked. */
function brandHtml({ productName, logoUrl }: Sender): string {
  const logo =
    logoUrl === undefined
      ? ''
      : `<img src="${escapeHtml(httpUrl(logoUrl))}" alt="" height="28" style="${styleOf.logo}">`
  return `<p class="muted" style="${styleOf.brand}">${logo}${escapeHtml(productName)}</p>`
}

const paragraphHtml = (text: Line): string => `<p style="${styleOf.p}">${html(text)}</p>`

/**
 * Renders a document as complete HTML that loads nothing but the product's logo, if there is one (N5). The language is
 * set on the article too, since webmail shows the body without its `<html>`.
 */
export function renderHtml(document: MailDocument, language: Language, sender: Sender): string {
  const title = escapeHtml(plain(document.subject))
  return `<!DOCTYPE html>
<html lang="${language}" dir="ltr">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<meta name="format-detection" content="telephone=no, date=no, address=no">
<title>${title}</title>
<style>${darkStyle(dark)}</style>
</head>
<body class="ground" style="${styleOf.ground}">
<div role="article" aria-label="${title}" lang="${language}" dir="ltr">
<table role="presentation" class="ground" width="100%" cellpadding="0" cellspacing="0" border="0" style="background-color:${light.ground}"><tr><td align="center" style="${styleOf.gutter}">
<table role="presentation" class="card" width="600" cellpadding="0" cellspacing="0" border="0" style="${styleOf.card}"><tr><td class="inside" align="left" style="${styleOf.inside}">
${brandHtml(sender)}
<h1 style="${styleOf.h1}">${html(document.heading)}</h1>
${document.body.map(blockHtml).join('\n')}
<div class="muted rule" style="${styleOf.footer}">
${document.footer.map((text) => `<p style="margin:0 0 8px">${html(text)}</p>`).join('\n')}
</div>
</td></tr></table>
</td></tr></table>
</div>
</body>
</html>
`
}

function blockHtml(block: Block): string {
  switch (block.kind) {
    case 'paragraph':
      return paragraphHtml(block.text)
    case 'heading':
      return `<h2 style="${styleOf.h2}">${html(block.text)}</h2>`
    case 'chosen':
      return `<div class="rule" style="${styleOf.option}"><h2 style="${styleOf.h3}">${html(block.title)}</h2><p style="${styleOf.last}">${html(block.effect)}</p></div>`
    case 'notice':
      return `<div class="notice" style="${styleOf.notice}"><h2 style="${styleOf.h3}">${html(block.heading)}</h2>${block.lines
        .map((text) => `<p style="margin:8px 0 0">${html(text)}</p>`)
        .join('')}</div>`
    case 'link':
      return linkHtml(block)
    case 'counts':
      return `<table style="${styleOf.counts}">${block.counts
        .map(
          ({ label, value }) =>
            `<tr><th scope="row" class="rule" style="${styleOf.label}">${html(label)}</th><td class="rule" style="${styleOf.value}">${html(value)}</td></tr>`,
        )
        .join('')}</table>`
    case 'list':
      return `<ul style="${styleOf.list}">${block.items.map((item) => `<li>${html(item)}</li>`).join('')}</ul>`
    case 'error':
      return `<div class="notice" style="${styleOf.notice}"><p style="${styleOf.last}">${html(block.message)} (<code>${html(block.code)}</code>)</p></div>`
  }
}

function linkHtml({ label, asText, url }: Extract<Block, { kind: 'link' }>): string {
  const href = escapeHtml(url)
  const button = `<p style="${styleOf.action}"><a class="button" href="${href}" style="${styleOf.button}">${html(label)}</a></p>`
  if (url.length > MAX_SHOWN_URL_LENGTH) return button
  return `${button}\n<p class="muted" style="${styleOf.small}">${html(asText)}<br><a class="link" href="${href}" style="${styleOf.link}">${href}</a></p>`
}
