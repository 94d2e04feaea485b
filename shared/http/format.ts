/** The forms in which a route can answer. */
export type AnswerFormat = 'json' | 'html'

/** The quality that an Accept header gives a media type, from 0 to 1; `undefined` if it doesn't name it. */
function qualityOf(accept: string, isType: (type: string) => boolean): number | undefined {
  const ranked = accept.split(',').flatMap((range) => {
    const [type = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase())
    const q = parameters.find((parameter) => parameter.startsWith('q='))
    return isType(type) ? [q === undefined ? 1 : Number(q.slice(2))] : []
  })
  return ranked.length === 0 ? undefined : Math.max(...ranked)
}

const jsonIn = (accept: string): number =>
  qualityOf(accept, (type) => /^application\/(?:[\w.-]+\+)?json$/.test(type)) ?? 0
const htmlIn = (accept: string): number =>
  qualityOf(accept, (type) => type === 'text/html' || type === 'application/xhtml+xml') ?? 0

/**
 * The form for a page that people open: JSON only if the caller names it and doesn’t prefer HTML, else HTML, as for
 * browsers.
 */
export const prefersJson = (accept = ''): boolean => jsonIn(accept) > htmlIn(accept)

/** The form for a document that programs read: HTML only if the caller names it, as browsers do, else JSON. */
export const prefersPage = (accept = ''): boolean => htmlIn(accept) > 0 && htmlIn(accept) >= jsonIn(accept)
