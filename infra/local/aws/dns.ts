import { once } from 'node:events'
import DNS from 'dns2'
import * as z from 'zod'
import type { LocalState } from './state.ts'

/** RFC 1035, 3.3: a character-string holds this much; longer texts are several of them, which resolvers join. */
const MAX_STRING_BYTES = 255
/** UDP gives a free port, and TCP's of the same number can be taken. */
const PORT_ATTEMPTS = 10
const LOOPBACK = '127.0.0.1'

const { Packet } = DNS

export interface LocalDns {
  /** For `dns.setServers`: `127.0.0.1:PORT`, by UDP and TCP. */
  port: number
  /** Makes these the TXT records of the name, in place of those it had; none takes the name out. */
  set(name: string, txt: readonly string[]): void
  /** By name. */
  list(): { name: string; txt: string[] }[]
  stop(): Promise<void>
}

const PREFIX = 'dns/'
const keyOf = (name: string) => `${PREFIX}${name.toLowerCase().replace(/\.$/, '')}`

function characterStrings(text: string): string[] {
  const strings = ['']
  let bytes = 0
  for (const character of text) {
    const size = Buffer.byteLength(character)
    if (bytes + size > MAX_STRING_BYTES) {
      strings.push('')
      bytes = 0
    }
    strings[strings.length - 1] += character
    bytes += size
  }
  return strings
}

function answer(state: LocalState, request: DNS.Packet): DNS.Packet {
  const response = Packet.createResponseFromRequest(request)
  const [question] = request.questions
  const texts =
    question === undefined ? undefined : z.array(z.string()).safeParse(state.get(keyOf(question.name))).data
  if (question === undefined || texts === undefined) {
    response.header.rcode = Packet.RCODE.NXDOMAIN
    return response
  }
  if (question.type !== Packet.TYPE.TXT) return response
  for (const text of texts) {
    response.answers.push(
      Packet.createResourceFromQuestion(question, { ttl: 0, data: characterStrings(text) }),
    )
  }
  return response
}

async function openServers(handle: DNS.DnsHandler) {
  for (let attempt = 1; ; attempt++) {
    const udp = DNS.createUDPServer(handle)
    await udp.listen(0, LOOPBACK)
    const { port } = udp.address()
    const tcp = DNS.createTCPServer(handle)
    const listening = once(tcp, 'listening')
    tcp.listen(port, LOOPBACK)
    try {
      await listening
      return { udp, tcp, port }
    } catch (error) {
      udp.close()
      if (attempt === PORT_ATTEMPTS) throw error
    }
  }
}

/** A name server of TXT records, on loopback. Names without records don't exist (NXDOMAIN). */
export async function startDns({ state }: { state: LocalState }): Promise<LocalDns> {
  const { udp, tcp, port } = await openServers((request, send) => {
    // Whoever asked may be gone; then nobody misses the answer.
    Promise.resolve(send(answer(state, request))).catch(() => {})
  })
  return {
    port,
    set(name, txt) {
      if (txt.length === 0) state.delete(keyOf(name))
      else state.set(keyOf(name), txt)
    },
    list() {
      return [...state.list(PREFIX)].map(([key, value]) => ({
        name: key.slice(PREFIX.length),
        txt: z.array(z.string()).parse(value),
      }))
    },
    async stop() {
      const closed = Promise.all([once(udp, 'close'), once(tcp, 'close')])
      udp.close()
      tcp.close()
      await closed
    },
  }
}
