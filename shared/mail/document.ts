import type { Line } from './line.ts'

/** A mail's content, from which both HTML and plain text are rendered. */
export interface MailDocument {
  readonly subject: Line
  readonly heading: Line
  readonly body: readonly Block[]
  /** Why the reader got the mail, and what it will never ask for. */
  readonly footer: readonly Line[]
}

export type Block =
  | { readonly kind: 'paragraph'; readonly text: Line }
  | { readonly kind: 'heading'; readonly text: Line }
  /** U7: the chosen option, and what happens now. */
  | { readonly kind: 'chosen'; readonly title: Line; readonly effect: Line }
  | { readonly kind: 'notice'; readonly heading: Line; readonly lines: readonly Line[] }
  | { readonly kind: 'link'; readonly label: Line; readonly asText: Line; readonly url: string }
  | { readonly kind: 'counts'; readonly counts: readonly { readonly label: Line; readonly value: Line }[] }
  | { readonly kind: 'list'; readonly items: readonly Line[] }
  /** An error's message and code. */
  | { readonly kind: 'error'; readonly message: Line; readonly code: Line }

export const paragraph = (text: Line): Block => ({ kind: 'paragraph', text })
export const heading = (text: Line): Block => ({ kind: 'heading', text })
/** A heading with its paragraphs. */
export const section = (title: Line, ...texts: readonly Line[]): Block[] => [
  heading(title),
  ...texts.map(paragraph),
]
