import { createSocket } from 'node:dgram'
import { Resolver } from 'node:dns/promises'
import { once } from 'node:events'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type LocalDns, startDns } from '../../../infra/local/aws/dns.ts'
import { type LocalState, openState } from '../../../infra/local/aws/state.ts'
import { txtResolver } from '../../../shared/aws/txt-records.ts'

const resolverAt = (port: number) => {
  const resolver = new Resolver({ timeout: 30_000, tries: 1 })
  resolver.setServers([`127.0.0.1:${port}`])
  return txtResolver(resolver)
}

/** A name server that answers every question with this code and nothing else. */
async function startFailing(code: number) {
  const socket = createSocket('udp4')
  socket.on('message', (question, { port, address }) => {
    const answer = Buffer.from(question)
    // QR and RCODE of RFC 1035, 4.1.1: this is a response, and it failed.
    answer[2] = (answer[2] ?? 0) | 0x80
    answer[3] = code
    socket.send(answer, port, address)
  })
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  return socket
}

describe('txtResolver', () => {
  let state: LocalState
  let dns: LocalDns

  beforeAll(async () => {
    state = openState(undefined)
    dns = await startDns({ state })
  })
  afterAll(async () => {
    await dns.stop()
    state.close()
  })

  it('D1: gives every record whole, of however many strings it is made', async () => {
    const long = `user-claims-verification=${'x'.repeat(600)}`
    dns.set('dunes.example', ['v=spf1 -all', long])
    expect((await resolverAt(dns.port)('dunes.example'))?.sort()).toEqual([long, 'v=spf1 -all'])
  })

  it('D1: takes a name that is not there for one without records', async () => {
    expect(await resolverAt(dns.port)('unknown.example')).toEqual([])
  })

  it.each([
    ['SERVFAIL', 2],
    ['REFUSED', 5],
  ])('D1: knows nothing when the name server answers %s', async (_, code) => {
    const server = await startFailing(code)
    expect(await resolverAt(server.address().port)('dunes.example')).toBeUndefined()
    server.close()
  })

  it('D1: knows nothing when no name server is there', async () => {
    const gone = await startFailing(2)
    const { port } = gone.address()
    gone.close()
    await once(gone, 'close')
    expect(await resolverAt(port)('dunes.example')).toBeUndefined()
  })
})
