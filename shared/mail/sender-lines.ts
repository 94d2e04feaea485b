import { clean, httpUrl } from './clean.ts'
import type { Line, Span } from './line.ts'
import { isUrl, type Sender } from './sender.ts'
import { MAX_SHOWN_ADDRESS_LENGTH, type Writer } from './writer.ts'

export const productOf = ({ productName }: Sender): Span => ({ name: productName })

/** N5: lines that say whom to ask, where a contact or support URL is set. */
export function helpLines(writer: Writer, sender: Sender, org: Span | undefined): Line[] {
  const { texts } = writer
  const { contact, supportUrl } = sender
  const shown: Span[] =
    contact === undefined
      ? []
      : [isUrl(contact) ? { url: httpUrl(contact) } : { name: clean(contact, MAX_SHOWN_ADDRESS_LENGTH) }]
  return [
    ...(org === undefined ? [] : shown.map((each) => texts.sender.ask({ org, contact: each }))),
    ...(supportUrl === undefined
      ? []
      : [texts.sender.help({ product: productOf(sender), support: { url: httpUrl(supportUrl) } })]),
  ]
}
