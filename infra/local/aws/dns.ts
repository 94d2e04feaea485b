import { once } from 'node:events'
import DNS from 'dns2'
import * as z from 'zod'
import type { LocalState } from './state.ts'

/**
 * RFC 1035, 3.3: the maximum of a character-string. Longer texts are split into several, which resolvers join again.
 */
const MAX_STRING_BYTES = 255
/** TCP may not be free on the port that UDP was given. */
const PORT_ATTEMPTS = 10
const LOOPBACK = '127.0.0.1'

const { Packet } = DNS

export interface LocalDns {
  /** For `dns.setServers`: the port on `127.0.0.1`, for UDP and TCP. */
  port: number
  /** Replaces the TXT records of the name; an empty list removes the name. */
  set(name: string, txt: readonly string[]): void
  /** All names with their records, in order of name. */
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

/** Starts a name server for TXT records on loopback. Names without records don't exist (NXDOMAIN). */
export async function startDns({ state }: { state: LocalState }): Promise<LocalDns> {
  const { udp, tcp, port } = await openServers((request, send) => {
    // The client may be gone, and then nobody misses the answer.
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
