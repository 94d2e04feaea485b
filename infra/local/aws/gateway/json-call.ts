import type { IncomingMessage, ServerResponse } from 'node:http'
import { readAll } from './upstream.ts'

/** A complete call of a JSON protocol: DynamoDB's or SQS's. */
export interface JsonCall {
  authorization: string
  /** `X-Amz-Target`: the service's API version and the operation. */
  target: string
  contentType: string
  body: Buffer
}

export interface JsonAnswer {
  status: number
  /** Names and values in turn, without content-length. */
  headers: string[]
  body: Buffer
}

/** Reads a call of a JSON protocol and sends its answer. */
export async function serveJsonCall(
  request: IncomingMessage,
  response: ServerResponse,
  answerCall: (call: JsonCall) => Promise<JsonAnswer>,
): Promise<void> {
  const { headers } = request
  const answer = await answerCall({
    authorization: headers.authorization ?? '',
    target: String(headers['x-amz-target'] ?? ''),
    contentType: headers['content-type'] ?? 'application/x-amz-json-1.0',
    body: await readAll(request),
  })
  response.writeHead(answer.status, [...answer.headers, 'content-length', String(answer.body.length)])
  response.end(answer.body)
}
