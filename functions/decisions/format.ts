/** What an Accept header gives a media type, between 0 and 1; `undefined` where it doesn't name it. */
function qualityOf(accept: string, isType: (type: string) => boolean): number | undefined {
  const ranked = accept.split(',').flatMap((range) => {
    const [type = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase())
    const q = parameters.find((parameter) => parameter.startsWith('q='))
    return isType(type) ? [q === undefined ? 1 : Number(q.slice(2))] : []
  })
  return ranked.length === 0 ? undefined : Math.max(...ranked)
}

/** Who asks for JSON by name, and not for a page at least as much, gets JSON. Everybody else is a browser. */
export function prefersJson(accept = ''): boolean {
  const json = qualityOf(accept, (type) => /^application\/(?:[\w.-]+\+)?json$/.test(type)) ?? 0
  const html = qualityOf(accept, (type) => type === 'text/html' || type === 'application/xhtml+xml') ?? 0
  return json > html
}
