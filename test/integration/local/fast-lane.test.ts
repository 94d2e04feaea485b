import { once } from 'node:events'
import { createServer, type Server as HttpServer } from 'node:http'
import { connect, type Server, type Socket } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createFastLane, type JsonCall } from '../../../infra/local/aws/fast-lane.ts'

let http: HttpServer
let server: Server
let close: () => void
let socket: Socket
let received: string
const calls: JsonCall[] = []

beforeEach(async () => {
  calls.length = 0
  received = ''
  http = createServer(async (request, response) => {
    let bytes = 0
    for await (const piece of request) bytes += piece.length
    response.end(`http ${request.method} ${request.url} ${bytes}`)
  })
  const lane = createFastLane(http, (call) => {
    if (call.target === 'Other.Call') return undefined
    if (call.target === 'Broken.Call') return Promise.reject(new Error('the part is gone'))
    calls.push(call)
    const body = Buffer.from(`fast ${call.target} ${call.body}`)
    return Promise.resolve({ status: 200, headers: ['x-a', 'b'], body })
  })
  ;({ server, closeConnections: close } = lane)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  socket = connect({ port: address.port, host: '127.0.0.1' })
  socket.setEncoding('latin1').on('data', (text) => {
    received += text
  })
})
afterEach(async () => {
  socket.destroy()
  const closed = once(server, 'close')
  server.close()
  close()
  await closed
})

const request = (body: string, o: { target?: string; more?: string } = {}) =>
  `POST / HTTP/1.1\r\nHost: h\r\nAuthorization: a\r\nX-Amz-Target: ${o.target ?? 'T.Op'}\r\nContent-Type: c\r\n` +
  `${o.more ?? ''}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`
const until = async (text: string) => {
  while (!received.includes(text)) await once(socket, 'data')
}

describe('the fast lane', () => {
  it('answers one call after another on a connection, in their order, also when they come together', async () => {
    socket.write(request('one') + request('two'))
    await until('two')
    socket.write(request('three'))
    await until('three')
    expect(received.match(/fast T\.Op (?:one|two|three)/g)).toEqual([
      'fast T.Op one',
      'fast T.Op two',
      'fast T.Op three',
    ])
    expect(received).toMatch(/^HTTP\/1.1 200 OK\r\nx-a: b\r\ncontent-length: 13\r\n\r\n/)
    expect(calls[0]).toMatchObject({ authorization: 'a', contentType: 'c', body: Buffer.from('one') })
  })

  it('reads a call that comes byte by byte, and a large one', async () => {
    socket.setNoDelay(true)
    for (const byte of request('slow')) {
      socket.write(byte)
      await new Promise(setImmediate)
    }
    await until('slow')
    const large = 'x'.repeat(3_000_000)
    socket.write(request(large))
    await until('x'.repeat(10))
    while (received.length < large.length) await once(socket, 'data')
    expect(calls.map(({ body }) => body.length)).toEqual([4, large.length])
  })

  it.each([
    ['another method', 'GET /a HTTP/1.1\r\nHost: h\r\n\r\n', 'http GET /a 0'],
    ['another path', 'POST /b HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nhi', 'http POST /b 2'],
    [
      'no target',
      'POST / HTTP/1.1\r\nHost: h\r\nAuthorization: a\r\nContent-Length: 2\r\n\r\nhi',
      'http POST / 2',
    ],
    [
      'chunks',
      `${request('').replace('Content-Length: 0', 'Transfer-Encoding: chunked')}2\r\nhi\r\n0\r\n\r\n`,
      'http POST / 2',
    ],
    ['a wish to be asked on', request('hi', { more: 'Expect: 100-continue\r\n' }), 'http POST / 2'],
    ['a target that is not for it', request('hi', { target: 'Other.Call' }), 'http POST / 2'],
  ])('leaves a request with %s to node:http', async (_, text, answer) => {
    socket.write(text)
    await until(answer)
    expect(calls).toEqual([])
  })

  it('leaves to node:http all that follows on a connection that it handed over', async () => {
    socket.write('GET /first HTTP/1.1\r\nHost: h\r\n\r\n')
    await until('http GET /first')
    socket.write(request('later'))
    await until('http POST / 5')
    socket.write(`${request('a')}GET /last HTTP/1.1\r\nHost: h\r\n\r\n`)
    await until('http GET /last')
  })

  it('hands over after calls of its own, too', async () => {
    socket.write(`${request('mine')}GET /then HTTP/1.1\r\nHost: h\r\n\r\n`)
    await until('http GET /then')
    expect(received).toMatch(/fast T\.Op mine[\s\S]*http GET \/then/)
  })

  it('breaks the connection when a call cannot be answered', async () => {
    socket.write(request('hi', { target: 'Broken.Call' }))
    await once(socket, 'close')
    expect(received).toBe('')
  })
})
