/** The forms in which a page's route answers. */
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
 * For a page that people open: JSON only for callers that name it and don't prefer a page. Everybody else is a
 * browser.
 */
export const prefersJson = (accept = ''): boolean => jsonIn(accept) > htmlIn(accept)

/**
 * For a document that programs read: a page only for callers that name one, as browsers do. Everybody else gets JSON.
 */
export const prefersPage = (accept = ''): boolean => htmlIn(accept) > 0 && htmlIn(accept) >= jsonIn(accept)
