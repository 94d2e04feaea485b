import { connect, type Socket } from 'node:net'
import { connect as connectSecurely } from 'node:tls'

const HEAD_END = '\r\n\r\n'
const LINE_END = '\r\n'
const MAX_HEAD_BYTES = 64 * 1024
/** Of the answer's head, what belongs to its connection, and what is set anew. */
const NOT_PASSED_ON = new Set(['date', 'connection', 'keep-alive', 'content-length', 'transfer-encoding'])

/** An answer: the head's lines as names and values in turn (without its length), and the whole body. */
export interface RawAnswer {
  status: number
  headers: string[]
  body: Buffer
}

/** A service that answers small POSTs. */
export interface RawPoster {
  /** `POST /` with these header lines, each ending in CRLF, without host and content-length. */
  post(headerLines: string, body: Buffer): Promise<RawAnswer>
  close(): void
}

interface Head {
  status: number
  headers: string[]
  /** Bytes; undefined where the body comes in chunks. */
  length: number | undefined
  closes: boolean
}

function parseHead(text: string): Head {
  const lines = text.split(LINE_END)
  const head: Head = { status: Number(lines[0]?.slice(9, 12)), headers: [], length: 0, closes: false }
  for (const line of lines.slice(1)) {
    const colon = line.indexOf(':')
    const name = line.slice(0, colon).toLowerCase()
    const value = line.slice(colon + 1).trim()
    if (name === 'content-length') head.length = Number(value)
    if (name === 'transfer-encoding') head.length = undefined
    if (name === 'connection') head.closes = value.toLowerCase() === 'close'
    if (!NOT_PASSED_ON.has(name)) head.headers.push(name, value)
  }
  return head
}

/** The body of chunks that starts at `at`, or undefined if its last chunk isn't there yet. */
function joinChunks(received: Buffer, at: number): Buffer | undefined {
  const chunks: Buffer[] = []
  for (let start = at; ; ) {
    const lineEnd = received.indexOf(LINE_END, start)
    if (lineEnd < 0) return undefined
    const size = Number.parseInt(received.toString('latin1', start, lineEnd), 16)
    const data = lineEnd + LINE_END.length
    if (received.length < data + size + LINE_END.length) return undefined
    if (size === 0) return Buffer.concat(chunks)
    chunks.push(received.subarray(data, data + size))
    start = data + size + LINE_END.length
  }
}

/** Reads one answer after another from the pieces in which they arrive. */
function createAnswerReader() {
  let received: Buffer = Buffer.alloc(0)
  let head: Head | undefined
  let bodyStart = 0
  return (piece: Buffer): { answer: RawAnswer; closes: boolean } | undefined => {
    received = received.length === 0 ? piece : Buffer.concat([received, piece])
    if (head === undefined) {
      const end = received.indexOf(HEAD_END)
      if (end < 0 && received.length > MAX_HEAD_BYTES) throw new Error('the head of an answer is too long')
      if (end < 0) return undefined
      head = parseHead(received.toString('latin1', 0, end))
      bodyStart = end + HEAD_END.length
    }
    const { status, headers, length, closes } = head
    if (length !== undefined && received.length < bodyStart + length) return undefined
    const body =
      length === undefined
        ? joinChunks(received, bodyStart)
        : received.subarray(bodyStart, bodyStart + length)
    if (body === undefined) return undefined
    received = Buffer.alloc(0)
    head = undefined
    return { answer: { status, headers, body }, closes }
  }
}

/** One connection, one request at a time. */
interface Connection {
  post(headerLines: string, body: Buffer): Promise<RawAnswer>
  close(): void
}

function openConnection(url: URL, onGone: (connection: Connection) => void): Connection {
  const { hostname: host, protocol } = url
  const port = Number(url.port) || (protocol === 'https:' ? 443 : 80)
  const socket: Socket =
    protocol === 'https:'
      ? connectSecurely({ host, port, servername: host })
      : connect({ host, port, noDelay: true })
  const read = createAnswerReader()
  let waiting: PromiseWithResolvers<RawAnswer> | undefined

  const fail = (error: Error) => {
    onGone(connection)
    socket.destroy()
    waiting?.reject(error)
    waiting = undefined
  }
  socket.on('data', (piece: Buffer) => {
    try {
      const done = read(piece)
      if (done === undefined) return
      if (done.closes) onGone(connection)
      const asker = waiting
      waiting = undefined
      asker?.resolve(done.answer)
    } catch (error) {
      fail(error instanceof Error ? error : new Error(String(error)))
    }
  })
  socket.on('error', fail)
  socket.on('close', () => fail(new Error('the connection was closed')))
  const connection: Connection = {
    post(headerLines, body) {
      waiting = Promise.withResolvers<RawAnswer>()
      socket.cork()
      socket.write(
        `POST / HTTP/1.1\r\nhost: ${url.host}\r\n${headerLines}content-length: ${body.length}\r\n\r\n`,
        'latin1',
      )
      socket.write(body)
      socket.uncork()
      return waiting.promise
    },
    close: () => socket.destroy(),
  }
  return connection
}

/**
 * POSTs over connections that stay open, with far less work than `node:http` makes of it: each of the thousands of
 * small calls a second that an import causes comes through here.
 */
export function createRawPoster(endpoint: string): RawPoster {
  const url = new URL(endpoint)
  const idle: Connection[] = []
  const open = new Set<Connection>()
  const gone = (connection: Connection) => {
    open.delete(connection)
    const at = idle.indexOf(connection)
    if (at >= 0) idle.splice(at, 1)
  }
  return {
    async post(headerLines, body) {
      let connection = idle.pop()
      if (connection === undefined) {
        connection = openConnection(url, gone)
        open.add(connection)
      }
      const answer = await connection.post(headerLines, body)
      if (open.has(connection)) idle.push(connection)
      return answer
    },
    close() {
      for (const connection of open) connection.close()
    },
  }
}
