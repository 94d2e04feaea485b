/** A piece of running text: as it is, a name that came from outside, something the reader should spot at once, or a link. */
export type Span = string | { readonly name: string } | { readonly strong: string } | { readonly url: string }
/** A heading or a paragraph's worth of text, from which both the HTML and the plain text are made. */
export type Line = readonly Span[]

/** A `Line` as a template literal: ``line`${org} has claimed your account` ``. */
export function line(texts: readonly string[], ...values: readonly (Span | Line)[]): Line {
  return texts.flatMap((text, index): Span[] => {
    const value = values[index] ?? []
    const spans: Line = isLine(value) ? value : [value]
    return text === '' ? [...spans] : [text, ...spans]
  })
}

/** French typography: a no-break space before two-part punctuation. Only in the text itself, never in a name. */
export const frenchLine = (texts: readonly string[], ...values: readonly (Span | Line)[]): Line =>
  line(
    texts.map((text) => text.replace(/ (?=[:;?!])/g, '\u00a0')),
    ...values,
  )

const isLine = (value: Span | Line): value is Line => Array.isArray(value)

export const plain = (spans: Line): string => spans.map(textOf).join('')

function textOf(span: Span): string {
  if (typeof span === 'string') return span
  if ('url' in span) return span.url
  return 'name' in span ? span.name : span.strong
}

const entities: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** Safe as an element's text and inside a quoted attribute. */
export const escapeHtml = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => entities[character] ?? '')

/** Names stand in `<bdi>`, so that one in Arabic or Hebrew doesn't turn the sentence around it. */
export const html = (spans: Line): string =>
  spans
    .map((span) => {
      if (typeof span === 'string') return escapeHtml(span)
      if ('url' in span) return `<a class="link" href="${escapeHtml(span.url)}">${escapeHtml(span.url)}</a>`
      return 'name' in span
        ? `<bdi>${escapeHtml(span.name)}</bdi>`
        : `<strong>${escapeHtml(span.strong)}</strong>`
    })
    .join('')
