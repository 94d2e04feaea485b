/** A piece of text: plain, a name from outside, something emphasized, or a link. */
export type Span = string | { readonly name: string } | { readonly strong: string } | { readonly url: string }
/** The text of a heading or paragraph, from which both HTML and plain text are rendered. */
export type Line = readonly Span[]

/** Makes a `Line` by a template literal: ``line`${org} has claimed your account` ``. */
export function line(texts: readonly string[], ...values: readonly (Span | Line)[]): Line {
  return texts.flatMap((text, index): Span[] => {
    const value = values[index] ?? []
    const spans: Line = isLine(value) ? value : [value]
    return text === '' ? [...spans] : [text, ...spans]
  })
}

/**
 * As `line`, with French typography: a no-break space before two-part punctuation, in the text itself and never in a
 * name.
 */
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

/** Escapes text for an element's content or a quoted attribute. */
export const escapeHtml = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => entities[character] ?? '')

/** Renders a line as HTML. Names are put in `<bdi>`, so that one in Arabic or Hebrew doesn't reorder the sentence. */
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
