import { createServer, request as httpRequest, type Server } from 'node:http'
import { afterEach, describe, expect, it } from 'vitest'
import * as z from 'zod'
import { createClock } from '../../../../infra/local/clock/clock.ts'
import { createOutbox } from '../../../../infra/local/aws/ses/outbox.ts'
import { openState } from '../../../../infra/local/aws/state.ts'
import { close, listen } from '../../../../infra/local/http/listen.ts'
import {
  createStudioCalls,
  LATEST_SHOWN,
  MAILS_SHOWN,
  SCHEDULES_SHOWN,
  type StudioParts,
} from '../../../../infra/local/studio/calls.ts'

let server: Server | undefined
afterEach(async () => {
  if (server !== undefined) await close(server)
  server = undefined
})

const state = openState(undefined)
const { now } = createClock(state)

const nothing: StudioParts = {
  now,
  links: [],
  actions: [],
  outbox: createOutbox(openState(undefined)),
  schedules: () => [],
  queues: async () => ({}),
  deadLetterSources: new Map(),
  redrive: async () => 0,
  effects: {
    batches: async () => 0,
    playAgain: async () => ({ batches: 0, records: 0, left: 0, faults: [] }),
  },
  dns: () => [],
  functions: () => [],
  events: () => [],
  log: () => [],
  problems: () => [],
  control: (_, response) => response.end('{"now":"from the control"}'),
}

async function serve(parts: Partial<StudioParts> = {}): Promise<string> {
  server = createServer(createStudioCalls({ ...nothing, ...parts }))
  return listen(server, 0)
}

const get = async (address: string): Promise<unknown> => (await fetch(address)).json()

const mailOf = (n: number, to = 'a@b.example') => ({
  messageId: String(n),
  from: 'no-reply@example.com',
  to: [to],
  cc: [],
  bcc: [],
  replyTo: [],
  subject: `mail ${n}`,
  text: '<b>text</b>',
  html: '<p>html</p>',
  tags: {},
  sentAt: now().toISOString(),
})

const mailPage = z.object({
  mails: z.array(z.object({ subject: z.string(), position: z.string() })),
  total: z.number(),
  before: z.string().optional(),
})

describe('the studio', () => {
  it('lists mails in pages, the newest first, of one address where asked', async () => {
    const outbox = createOutbox(openState(undefined))
    for (let n = 0; n < 2 * MAILS_SHOWN + 20; n++) outbox.add(mailOf(n))
    outbox.add(mailOf(999, 'other@b.example'))
    const studio = await serve({ outbox })
    const seen: string[] = []
    let before: string | undefined
    do {
      const query = new URLSearchParams({ to: 'a@b.example', ...(before !== undefined && { before }) })
      const page = mailPage.parse(await get(`${studio}/studio/mails?${query}`))
      expect(page.mails.length).toBeLessThanOrEqual(MAILS_SHOWN)
      expect(page.total).toBe(2 * MAILS_SHOWN + 20)
      seen.push(...page.mails.map(({ subject }) => subject))
      before = page.before
    } while (before !== undefined)
    const expected = Array.from({ length: 2 * MAILS_SHOWN + 20 }, (_, n) => `mail ${n}`).reverse()
    expect(seen).toEqual(expected)
  })

  it('shows one mail, and says what became of it', async () => {
    const outbox = createOutbox(openState(undefined))
    outbox.add({ ...mailOf(1), bounced: ['a@b.example'] })
    const studio = await serve({ outbox })
    const position = outbox.page({ limit: 1 })[0]?.position
    const mail = await get(`${studio}/studio/mails/${position}`)
    expect(mail).toMatchObject({
      subject: 'mail 1',
      deliveryStatus: 'bounced',
      text: '<b>text</b>',
      hasHtml: true,
    })
    expect((await fetch(`${studio}/studio/mails/123`)).status).toBe(404)
  })

  it('lists the earliest schedules, no more than anybody reads, and how many there are', async () => {
    const all = Array.from({ length: SCHEDULES_SHOWN + 5 }, (_, n) => ({
      name: `s${n}`,
      group: 'default',
      dueAt: new Date(Date.UTC(2027, 0, 1, 0, 1000 - n)).toISOString(),
      target: 'arn',
      expression: 'at(…)',
    }))
    const studio = await serve({ schedules: () => all })
    const schema = z.object({ schedules: z.array(z.object({ name: z.string() })), total: z.number() })
    const page = schema.parse(await get(`${studio}/studio/schedules`))
    expect(page.total).toBe(SCHEDULES_SHOWN + 5)
    expect(page.schedules).toHaveLength(SCHEDULES_SHOWN)
    expect(page.schedules[0]?.name).toBe(`s${SCHEDULES_SHOWN + 4}`)
  })

  it('filters the log by function and level, and shows the latest', async () => {
    const line = (sequence: number, source: string, text: string) => ({
      sequence,
      at: now().toISOString(),
      source,
      text,
    })
    const log = () => [
      ...Array.from({ length: LATEST_SHOWN + 1 }, (_, n) => line(n, 'import', '{"level":"INFO"}')),
      line(9001, 'mail', '{"level":"ERROR","message":"no"}'),
      line(9002, 'mail', 'TypeError: x is not a function'),
      line(9003, 'api', 'GET /v1/me 200'),
    ]
    const studio = await serve({ log })
    const schema = z.object({
      lines: z.array(z.object({ sequence: z.number(), level: z.string() })),
      sources: z.array(z.string()),
    })
    const ask = async (query: string) => schema.parse(await get(`${studio}/studio/log${query}`))
    const all = await ask('')
    expect(all.lines).toHaveLength(LATEST_SHOWN)
    expect(all.lines.at(-1)?.sequence).toBe(9003)
    expect(all.sources).toEqual(['api', 'import', 'mail'])
    expect((await ask('?level=ERROR')).lines.map(({ sequence }) => sequence)).toEqual([9001, 9002])
    expect((await ask('?source=api')).lines.map(({ level }) => level)).toEqual(['INFO'])
    expect((await ask('?source=import&level=ERROR')).lines).toEqual([])
  })

  it('says which queues hold dead letters, and puts them back', async () => {
    const depth = { visible: 2, inFlight: 0, delayed: 0 }
    const moved: string[][] = []
    const studio = await serve({
      queues: async () => ({ rows: depth, 'rows-dead': depth }),
      deadLetterSources: new Map([['rows-dead', 'rows']]),
      async redrive(from, to) {
        moved.push([from, to])
        return 2
      },
    })
    expect(await get(`${studio}/studio/queues`)).toEqual([
      { name: 'rows', ...depth },
      { name: 'rows-dead', ...depth, redriveTo: 'rows' },
    ])
    const redrive = (queue: string) => fetch(`${studio}/studio/queues/${queue}/redrive`, { method: 'POST' })
    expect(await (await redrive('rows-dead')).json()).toEqual({ moved: 2 })
    expect((await redrive('rows')).status).toBe(404)
    expect(moved).toEqual([['rows-dead', 'rows']])
  })

  it('does what it is given to do, and says what came of it', async () => {
    const actions = [
      { id: 'seed', title: 'Seed', about: 'fills it', run: async () => 'Filled.' },
      {
        id: 'fail',
        title: 'Fail',
        about: 'fails',
        run: async () => {
          throw new Error('it is full')
        },
      },
    ]
    const studio = await serve({ actions })
    const run = (id: string) => fetch(`${studio}/studio/actions/${id}`, { method: 'POST' })
    expect(await get(`${studio}/studio/state`)).toMatchObject({
      actions: [{ id: 'seed', title: 'Seed', about: 'fills it' }, { id: 'fail' }],
    })
    expect(await (await run('seed')).json()).toEqual({ outcome: 'Filled.' })
    expect((await run('nothing')).status).toBe(404)
    const failed = await run('fail')
    expect(failed.status).toBe(500)
    expect(await failed.json()).toMatchObject({ detail: 'it is full' })
  })

  it('says how many batches of changes had their effects given up, and plays them again', async () => {
    let batches = 2
    const effects = {
      batches: async () => batches,
      async playAgain() {
        const played = { batches, records: 7, left: 0, faults: [] }
        batches = 0
        return played
      },
    }
    const studio = await serve({ effects })
    expect(await get(`${studio}/studio/effects`)).toEqual({ batches: 2 })
    const played = await fetch(`${studio}/studio/effects/redrive`, { method: 'POST' })
    expect(await played.json()).toEqual({ batches: 2, records: 7, left: 0, faults: [] })
    expect(await get(`${studio}/studio/effects`)).toEqual({ batches: 0 })
  })

  it('lists the TXT records, and leaves setting one to the control', async () => {
    const asked: (string | undefined)[] = []
    const studio = await serve({
      dns: () => [{ name: 'acme.example', txt: ['x=1'] }],
      control(request, response) {
        asked.push(request.url)
        response.end('{}')
      },
    })
    expect(await get(`${studio}/studio/dns`)).toEqual([{ name: 'acme.example', txt: ['x=1'] }])
    await fetch(`${studio}/studio/dns`, { method: 'POST', body: '{"name":"acme.example","txt":[]}' })
    expect(asked).toEqual(['/dns'])
  })

  it('leaves the clock to the control', async () => {
    const studio = await serve()
    const moved = await fetch(`${studio}/studio/clock`, { method: 'POST', body: '{"advance":"P14D"}' })
    expect(await moved.json()).toEqual({ now: 'from the control' })
  })

  it('leaves the deletion of a schedule to the control', async () => {
    const asked: string[] = []
    const studio = await serve({
      control(request, response) {
        asked.push(`${request.method} ${request.url}`)
        response.writeHead(204).end()
      },
    })
    const remove = (path: string, headers = {}) => fetch(`${studio}${path}`, { method: 'DELETE', headers })
    expect((await remove('/studio/schedules/group%201/s-1')).status).toBe(204)
    expect(asked).toEqual(['DELETE /schedules/group%201/s-1'])
    expect((await remove('/studio/schedules/group/s', { origin: 'https://evil.example' })).status).toBe(403)
    expect((await remove('/studio/clock')).status).toBe(405)
    expect(asked).toHaveLength(1)
  })

  it.each([
    ['another site', { origin: 'https://evil.example' }],
    ['another server of this machine', { origin: 'http://127.0.0.1:1' }],
    ['a page without an origin', { origin: 'null' }],
  ])('changes nothing for %s', async (_, headers) => {
    const studio = await serve()
    const answer = await fetch(`${studio}/studio/clock`, { method: 'POST', headers })
    expect(answer.status).toBe(403)
  })

  it('changes nothing for what says that it comes from another site', async () => {
    const studio = await serve()
    const status = await statusOf(studio, '/studio/clock', 'POST', { 'sec-fetch-site': 'cross-site' })
    expect(status).toBe(403)
  })

  it('shows and changes nothing under a name that is not this machine’s (DNS rebinding)', async () => {
    const studio = await serve()
    const headers = { host: `evil.example:${new URL(studio).port}` }
    expect(await statusOf(studio, '/studio/state', 'GET', headers)).toBe(403)
    expect(await statusOf(studio, '/studio/clock', 'POST', headers)).toBe(403)
  })
})

/** With headers that `fetch` keeps to itself. */
function statusOf(
  server: string,
  path: string,
  method: string,
  headers: Record<string, string>,
): Promise<number | undefined> {
  const { hostname, port } = new URL(server)
  return new Promise((resolve, reject) => {
    httpRequest({ hostname, port, path, method, headers }, (response) => {
      response.resume()
      resolve(response.statusCode)
    })
      .on('error', reject)
      .end()
  })
}
