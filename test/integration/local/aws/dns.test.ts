import { Resolver } from 'node:dns/promises'
import DNS from 'dns2'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type LocalDns, startDns } from '../../../../infra/local/aws/dns.ts'
import { type LocalState, openState } from '../../../../infra/local/aws/state.ts'

let state: LocalState
let dns: LocalDns
let resolver: Resolver
beforeEach(async () => {
  state = openState(undefined)
  dns = await startDns({ state })
  resolver = new Resolver({ timeout: 60_000, tries: 1 })
  resolver.setServers([`127.0.0.1:${dns.port}`])
})
afterEach(async () => {
  await dns.stop()
  state.close()
})

describe('the local DNS server', () => {
  it('answers with the TXT records that were set, in any letter case', async () => {
    dns.set('_claim.Acme.example', ['first', 'second "quoted"'])
    const records = await resolver.resolveTxt('_CLAIM.acme.EXAMPLE')
    expect(records).toEqual([['first'], ['second "quoted"']])
  })

  it('splits a long text into strings of 255 bytes, none inside a character', async () => {
    const text = 'é'.repeat(300)
    dns.set('long.example', [text])
    const [strings = []] = await resolver.resolveTxt('long.example')
    // Node gives one character per byte.
    const bytes = strings.map((string) => Buffer.from(string, 'latin1'))
    expect(bytes.map(({ length }) => length)).toEqual([254, 254, 92])
    expect(bytes.join('')).toBe(text)
  })

  it('says by UDP that an answer is too long for it, and gives it by TCP', async () => {
    const texts = Array.from({ length: 40 }, (_, n) => `${n}-${'x'.repeat(100)}`)
    dns.set('many.example', texts)
    const records = await resolver.resolveTxt('many.example')
    expect(records.map(([text]) => text).sort()).toEqual(texts.sort())
    const tcp = DNS.TCPClient({ dns: '127.0.0.1', port: dns.port })
    expect((await tcp('many.example', 'TXT')).answers).toHaveLength(40)
  })

  it('knows no name without records, and no other kind of record', async () => {
    await expect(resolver.resolveTxt('unknown.example')).rejects.toMatchObject({ code: 'ENOTFOUND' })
    dns.set('known.example', ['x'])
    await expect(resolver.resolve4('known.example')).rejects.toMatchObject({ code: 'ENODATA' })
    dns.set('known.example', [])
    await expect(resolver.resolveTxt('known.example')).rejects.toMatchObject({ code: 'ENOTFOUND' })
  })

  it('remembers records over a restart', async () => {
    dns.set('kept.example', ['x'])
    await dns.stop()
    dns = await startDns({ state })
    resolver.setServers([`127.0.0.1:${dns.port}`])
    expect(await resolver.resolveTxt('kept.example')).toEqual([['x']])
  })
})
