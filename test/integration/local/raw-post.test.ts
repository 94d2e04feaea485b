import { once } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { createRawPoster, type RawPoster } from '../../../infra/local/aws/raw-post.ts'

let server: Server
let poster: RawPoster
let connections = 0
const requests: string[] = []

/** A service that does `answer` for each request, in the very bytes and pieces that it writes. */
async function start(answer: (socket: Socket, n: number) => void | Promise<void>): Promise<void> {
  connections = 0
  requests.length = 0
  server = createServer((socket) => {
    connections++
    socket.on('error', () => {})
    socket.on('data', (data) => answer(socket, requests.push(data.toString())))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  poster = createRawPoster(`http://127.0.0.1:${address.port}`)
}
afterEach(async () => {
  poster.close()
  server.close()
  await once(server, 'close')
})

const post = (body = '{}') => poster.post('x-amz-target: T\r\n', Buffer.from(body))
const text = async (answer: ReturnType<typeof post>) => (await answer).body.toString()

describe('a POST to a local part', () => {
  it('is one request with its host and length, and its answer comes with the headers that matter', async () => {
    await start((socket) => {
      socket.write(
        'HTTP/1.1 400 Bad Request\r\nContent-Type: a/b\r\nDate: then\r\nContent-Length: 3\r\n\r\nno!',
      )
    })
    const { status, headers, body } = await post('{"é":1}')
    expect([status, headers, body.toString()]).toEqual([400, ['content-type', 'a/b'], 'no!'])
    expect(requests[0]).toMatch(
      /^POST \/ HTTP\/1.1\r\nhost: 127.0.0.1:\d+\r\nx-amz-target: T\r\ncontent-length: 8\r\n\r\n{"é":1}$/,
    )
  })

  it('uses a connection again, and as many as there are requests at once', async () => {
    await start((socket, n) => void socket.write(`HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n${n}`))
    expect([await text(post()), await text(post()), await text(post())]).toEqual(['1', '2', '3'])
    expect(connections).toBe(1)
    await Promise.all([post(), post(), post()])
    expect(connections).toBe(3)
  })

  it('reads an answer that comes in pieces, with or without chunks', async () => {
    const whole = 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello'
    const chunked =
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n2;x=y\r\nlo\r\n0\r\n\r\n'
    await start(async (socket, n) => {
      for (const byte of n === 1 ? whole : chunked) {
        socket.write(byte)
        await new Promise(setImmediate)
      }
    })
    expect([await text(post()), await text(post())]).toEqual(['hello', 'hello'])
  })

  it('takes a new connection after an answer that closes the old one', async () => {
    await start(
      (socket) => void socket.end('HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok'),
    )
    expect([await text(post()), await text(post())]).toEqual(['ok', 'ok'])
    expect(connections).toBe(2)
  })

  it('fails when the connection breaks before the answer is complete, and the next one does not', async () => {
    await start((socket, n) => {
      if (n === 1) socket.write('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf', () => socket.destroy())
      else socket.write('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n')
    })
    await expect(post()).rejects.toThrow()
    expect(await text(post())).toBe('')
  })
})
