import { httpUrl } from '../mail/clean.ts'
import { escapeHtml, type Line } from '../mail/line.ts'
import type { Sender } from '../mail/sender.ts'
import { helpLines } from '../mail/sender-lines.ts'
import type { Writer } from '../mail/writer.ts'
import { pageHtml, paragraphHtml } from './page.ts'

export interface PageParts {
  readonly title: Line
  /** Markup. */
  readonly main: string
  /** The organization that the page is about; `undefined`: none is named. */
  readonly organizationName?: string | undefined
  /** Last paragraphs. */
  readonly footer?: readonly Line[]
}

/** N5: a page with the product's name at its top and whom to ask at its end. */
export function productPage(writer: Writer, sender: Sender, page: PageParts): string {
  const { organizationName, footer = [] } = page
  const org = organizationName === undefined ? undefined : writer.organization(organizationName)
  const lines = [...helpLines(writer, sender, org), ...footer]
  const foot =
    lines.length === 0
      ? ''
      : `\n<footer class="small">${lines.map((text) => paragraphHtml(text)).join('')}</footer>`
  return pageHtml({
    language: writer.language,
    title: page.title,
    header: brand(sender),
    main: `${page.main}${foot}`,
  })
}

function brand({ productName, logoUrl }: Sender): string {
  const logo = logoUrl === undefined ? '' : `<img src="${escapeHtml(httpUrl(logoUrl))}" alt="">`
  return `${logo}${escapeHtml(productName)}`
}
