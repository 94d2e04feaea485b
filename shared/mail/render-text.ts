import type { Block, MailDocument } from './document.ts'
import { type Line, plain } from './line.ts'
import type { Sender } from './sender.ts'

const underlined = (text: Line, stroke: string): string => {
  const title = plain(text)
  return `${title}\n${stroke.repeat(Math.min(title.length, MAX_STROKE_LENGTH))}`
}
const MAX_STROKE_LENGTH = 72

/** Renders a document as plain text. Lines aren't wrapped: mail programs do that, and a wrapped URL breaks. */
export function renderText(document: MailDocument, { productName }: Pick<Sender, 'productName'>): string {
  const blocks = [productName, underlined(document.heading, '='), ...document.body.map(blockText)]
  return `${blocks.join('\n\n')}\n\n${'-'.repeat(MAX_STROKE_LENGTH)}\n${document.footer.map(plain).join('\n')}\n`
}

function blockText(block: Block): string {
  switch (block.kind) {
    case 'paragraph':
      return plain(block.text)
    case 'heading':
      return underlined(block.text, '-')
    case 'chosen':
      return `* ${plain(block.title)}\n  ${plain(block.effect)}`
    case 'notice':
      return [underlined(block.heading, '-'), ...block.lines.map(plain)].join('\n\n')
    case 'link':
      return `${plain(block.label)}\n${block.url}`
    case 'counts': {
      const width = Math.max(...block.counts.map(({ value }) => plain(value).length))
      return block.counts
        .map(({ label, value }) => `${plain(value).padStart(width)}  ${plain(label)}`)
        .join('\n')
    }
    case 'list':
      return block.items.map((item) => `* ${plain(item)}`).join('\n')
    case 'error':
      return `${plain(block.message)} (${plain(block.code)})`
  }
}
