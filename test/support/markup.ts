/**
 * Splits HTML as a browser's tokenizer does (WHATWG, 13.2.5), as far as a mail or page uses it: tags, attributes,
 * text with its character references, and the raw text of `<style>`, `<script>` and `<title>`. As lenient as the
 * standard, since its purpose is to find an element or attribute that a name has smuggled in.
 */
export interface Element {
  readonly tag: string
  readonly attributes: ReadonlyMap<string, string>
  /** Reads the text up to the next tag, with character references resolved. */
  text: string
}

export interface Markup {
  /** Start tags in order, comments as `#comment`. */
  readonly elements: readonly Element[]
  /** All text outside of `<style>` and `<script>`, blanks collapsed. */
  readonly text: string
}

const references: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', nbsp: '\u00a0' }

const resolve = (text: string): string =>
  text.replace(
    /&(?:#(\d+)|#x([0-9a-f]+)|(\w+));/gi,
    (whole, decimal?: string, hex?: string, name?: string) => {
      if (decimal !== undefined) return String.fromCodePoint(Number(decimal))
      if (hex !== undefined) return String.fromCodePoint(Number.parseInt(hex, 16))
      return references[name ?? ''] ?? whole
    },
  )

const rawText = new Set(['style', 'script', 'title', 'textarea'])
const ATTRIBUTE = /[\s/]*([^\s/>=][^\s/>=]*)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]*)))?/y

export function parseMarkup(html: string): Markup {
  const elements: Element[] = []
  let text = ''
  let at = 0
  /** The element whose start tag was the last tag read; empty after an end tag. */
  let current: Element | undefined
  const start = (element: Element) => {
    elements.push(element)
    current = element
  }
  const say = (piece: string) => {
    const resolved = resolve(piece)
    if (current !== undefined) current.text += resolved
    text += resolved
  }
  while (at < html.length) {
    const open = html.indexOf('<', at)
    if (open === -1) {
      say(html.slice(at))
      break
    }
    say(html.slice(at, open))
    const rest = html.slice(open, open + 4)
    if (rest.startsWith('<!--')) {
      const end = html.indexOf('-->', open)
      start({ tag: '#comment', attributes: new Map(), text: '' })
      at = end === -1 ? html.length : end + 3
    } else if (/^<[!?/]/.test(rest)) {
      const end = html.indexOf('>', open)
      if (rest.startsWith('<?')) start({ tag: '#comment', attributes: new Map(), text: '' })
      else current = undefined
      if (
        /^<\/(?:p|h\d|li|t[dhr]|div|legend|label|option|button|a|fieldset|form)\b/i.test(
          html.slice(open, end),
        )
      )
        text += ' '
      at = end === -1 ? html.length : end + 1
    } else if (/^<[a-z]/i.test(rest)) {
      const tag = (/^[^\s/>]+/.exec(html.slice(open + 1, open + 60))?.[0] ?? '').toLowerCase()
      const attributes = new Map<string, string>()
      ATTRIBUTE.lastIndex = open + 1 + tag.length
      let end = ATTRIBUTE.lastIndex
      for (let match = ATTRIBUTE.exec(html); match !== null; match = ATTRIBUTE.exec(html)) {
        const name = (match[1] ?? '').toLowerCase()
        if (!attributes.has(name)) attributes.set(name, resolve(match[2] ?? match[3] ?? match[4] ?? ''))
        end = ATTRIBUTE.lastIndex
      }
      const element: Element = { tag, attributes, text: '' }
      start(element)
      if (tag === 'br') text += ' '
      const close = html.indexOf('>', end)
      at = close === -1 ? html.length : close + 1
      if (rawText.has(tag)) {
        const until = html.toLowerCase().indexOf(`</${tag}`, at)
        const body = html.slice(at, until === -1 ? html.length : until)
        element.text = tag === 'title' || tag === 'textarea' ? resolve(body) : body
        at = until === -1 ? html.length : until
      }
    } else {
      say('<')
      at = open + 1
    }
  }
  return { elements, text: squeeze(text) }
}

export const squeeze = (text: string): string => text.replace(/\s+/g, ' ').trim()

/** All tags with the names of their attributes, in order. These must not depend on any input. */
export const skeleton = (html: string): string[] =>
  parseMarkup(html).elements.map(({ tag, attributes }) => [tag, ...attributes.keys()].join(' '))

export const elementsOf = (html: string, tag: string): Element[] =>
  parseMarkup(html).elements.filter((element) => element.tag === tag)
