import type { Server as HttpServer } from 'node:http'
import { createServer, type Server, type Socket } from 'node:net'

/*
 * Most calls of the functions are small POSTs to DynamoDB and SQS, thousands a second, and node:http's request and
 * response objects are most of what each costs. So those are read straight from the socket. A connection on which
 * anything else comes is handed to node:http for good.
 */

const HEAD_END = '\r\n\r\n'
const MAX_HEAD_BYTES = 16 * 1024
/** DynamoDB's largest request. */
const MAX_BODY_BYTES = 16 * 1024 * 1024
/** How every call of the JSON protocols begins. */
const CALL_LINE = Buffer.from('POST / HTTP/1.1\r\n')

const AUTHORIZATION = /\r\nauthorization: *([^\r]*)/i
const TARGET = /\r\nx-amz-target: *([^\r]*)/i
const CONTENT_TYPE = /\r\ncontent-type: *([^\r]*)/i
const CONTENT_LENGTH = /\r\ncontent-length: *(\d+)\r/i
const UNUSUAL = /\r\n(?:expect|transfer-encoding|upgrade|connection: *close)/i

const REASONS: Readonly<Record<number, string>> = { 200: 'OK', 400: 'Bad Request', 403: 'Forbidden' }

/** A call of a JSON protocol, complete. */
export interface JsonCall {
  authorization: string
  /** `X-Amz-Target`: the service's API version and the operation. */
  target: string
  contentType: string
  body: Buffer
}

export interface JsonAnswer {
  status: number
  /** Names and values in turn, without the length. */
  headers: string[]
  body: Buffer
}

/** Answers a call; undefined for one that node:http is to take. */
export type ServeCall = (call: JsonCall) => Promise<JsonAnswer> | undefined

interface Head extends Omit<JsonCall, 'body'> {
  bodyStart: number
  bodyEnd: number
}

/** undefined while the head isn't all there; 'other' for what isn't a call of a JSON protocol. */
function readHead(received: Buffer): Head | 'other' | undefined {
  const compared = Math.min(received.length, CALL_LINE.length)
  if (received.compare(CALL_LINE, 0, compared, 0, compared) !== 0) return 'other'
  const end = received.indexOf(HEAD_END)
  if (end < 0) return received.length > MAX_HEAD_BYTES ? 'other' : undefined
  const head = received.toString('latin1', 0, end + 2)
  const authorization = AUTHORIZATION.exec(head)?.[1]
  const target = TARGET.exec(head)?.[1]
  const length = Number(CONTENT_LENGTH.exec(head)?.[1] ?? Number.NaN)
  const usual = !UNUSUAL.test(head) && length <= MAX_BODY_BYTES
  if (authorization === undefined || target === undefined || !usual) return 'other'
  const contentType = CONTENT_TYPE.exec(head)?.[1] ?? 'application/x-amz-json-1.0'
  const bodyStart = end + HEAD_END.length
  return { authorization, target, contentType, bodyStart, bodyEnd: bodyStart + length }
}

function answerHead({ status, headers, body }: JsonAnswer): string {
  let head = `HTTP/1.1 ${status} ${REASONS[status] ?? 'Other'}\r\n`
  for (let i = 0; i + 1 < headers.length; i += 2) head += `${headers[i]}: ${headers[i + 1]}\r\n`
  return `${head}content-length: ${body.length}\r\n\r\n`
}

function serveConnection(socket: Socket, http: HttpServer, serve: ServeCall): void {
  let pieces: Buffer[] = []
  let bytes = 0
  let head: Head | undefined
  let answering = false

  /** All that was received, in one piece. */
  const joined = (): Buffer => {
    const [first] = pieces
    const whole = pieces.length === 1 && first !== undefined ? first : Buffer.concat(pieces, bytes)
    pieces = [whole]
    return whole
  }
  const handOver = () => {
    socket.off('data', take).off('error', drop)
    socket.pause()
    socket.unshift(joined())
    http.emit('connection', socket)
    process.nextTick(() => socket.resume())
  }
  const next = () => {
    if (answering || bytes === 0) return
    if (head === undefined) {
      const read = readHead(joined())
      if (read === 'other') return handOver()
      if (read === undefined) return
      head = read
    }
    const { bodyStart, bodyEnd, ...call } = head
    if (bytes < bodyEnd) return
    const received = joined()
    const answer = serve({ ...call, body: received.subarray(bodyStart, bodyEnd) })
    if (answer === undefined) return handOver()
    head = undefined
    answering = true
    pieces = bytes > bodyEnd ? [received.subarray(bodyEnd)] : []
    bytes -= bodyEnd
    // A part that doesn't answer looks to the SDK like a broken connection, which it tries again by itself.
    answer.then(respond, drop)
  }
  const respond = (answer: JsonAnswer) => {
    socket.cork()
    socket.write(answerHead(answer), 'latin1')
    socket.write(answer.body)
    socket.uncork()
    answering = false
    next()
  }
  const take = (piece: Buffer) => {
    pieces.push(piece)
    bytes += piece.length
    next()
  }
  const drop = () => {
    socket.destroy()
  }
  socket.setNoDelay(true)
  socket.on('data', take).on('error', drop)
}

/** A server whose JSON calls `serve` answers, and all of whose other requests are `http`'s. */
export function createFastLane(
  http: HttpServer,
  serve: ServeCall,
): { server: Server; closeConnections(): void } {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    serveConnection(socket, http, serve)
  })
  return {
    server,
    closeConnections() {
      for (const socket of sockets) socket.destroy()
    },
  }
}
