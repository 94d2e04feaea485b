import type { JsonAnswer } from './json-call.ts'
import { call, openUpstream, passedHeaders, readAll } from './upstream.ts'

/** A client of a service that answers small POST requests, over connections that stay open. */
export interface PostClient {
  /** Sends `POST /` with these headers, and adds host and content-length. */
  post(headers: Readonly<Record<string, string>>, body: Buffer): Promise<JsonAnswer>
  close(): void
}

export function createPostClient(endpoint: string): PostClient {
  const upstream = openUpstream(endpoint)
  return {
    async post(headers, body) {
      const options = { method: 'POST', path: '/', headers: { ...headers, 'content-length': body.length } }
      const answer = await call(upstream, options, body)
      return {
        status: answer.statusCode ?? 500,
        headers: passedHeaders(answer, 'content-length'),
        body: await readAll(answer),
      }
    },
    close: () => upstream.close(),
  }
}
