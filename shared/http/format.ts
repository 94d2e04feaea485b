/** What an Accept header gives a media type, between 0 and 1; `undefined` where it doesn't name it. */
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

/** Of a page that people open: who asks for JSON by name, and not for a page at least as much, gets JSON. Everybody else is a browser. */
export const prefersJson = (accept = ''): boolean => jsonIn(accept) > htmlIn(accept)

/** Of what programs read: who asks for a page by name, as browsers do, gets one. Everybody else gets JSON. */
export const prefersPage = (accept = ''): boolean => htmlIn(accept) > 0 && htmlIn(accept) >= jsonIn(accept)
