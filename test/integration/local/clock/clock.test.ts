import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as z from 'zod'
import type { ServiceClient } from '../../../../infra/local/client.ts'
import { type Fixture, readItem, startFixture, writeItem } from '../fixture/service.ts'

let fixture: Fixture
let client: ServiceClient

beforeAll(async () => {
  fixture = await startFixture()
  client = fixture.client
})
afterAll(() => fixture.stop())

const facts = z.object({
  pid: z.number(),
  now: z.number(),
  fromNew: z.string(),
  fromText: z.string(),
  isDate: z.boolean(),
})
const readFacts = async () => facts.parse((await client.api('GET', '/open/facts')).body)
const post = (body: string) => fetch(`${client.endpoints.control}/clock`, { method: 'POST', body })
const dayMs = 24 * 60 * 60 * 1000

describe('the service’s clock', () => {
  it('is what every function’s Date tells, in processes that were running before it moved too', async () => {
    const { pid } = await readFacts()
    const { now } = await client.advance('P1Y')
    const seen = await readFacts()
    expect(seen.pid).toBe(pid)
    expect(seen.now).toBeGreaterThanOrEqual(Date.parse(now))
    expect(Date.parse(seen.fromNew)).toBeGreaterThanOrEqual(Date.parse(now))
    expect(Date.parse(seen.fromText)).toBeGreaterThanOrEqual(Date.parse(now) - 1000)
    expect(seen.isDate).toBe(true)
    expect((await client.now()).getTime()).toBeGreaterThanOrEqual(seen.now)
  })

  it('ticks on from where a jump ended', async () => {
    const { now } = await client.advance('P14D')
    const later = await readFacts()
    expect(later.now - Date.parse(now)).toBeLessThan(60_000)
    expect((await readFacts()).now).toBeGreaterThanOrEqual(later.now)
  })

  it('is the one by which tokens live', async () => {
    const token = await client.token({ org: 'acme', expiresInSeconds: 3600 })
    expect((await client.api('GET', '/guarded/bare', { token })).status).toBe(200)
    await client.advance('PT2H')
    expect((await client.api('GET', '/guarded/bare', { token })).body).toMatchObject({
      code: 'token_expired',
    })
  })

  it('is the one that expired items are deleted by', async () => {
    const expires = String(Math.floor((await client.now()).getTime() / 1000) + 3600)
    await writeItem(client, { pk: 'X#expires', expires })
    await client.advance('PT59M')
    expect(await readItem(client, 'X#expires')).toBeDefined()
    await client.advance('PT2M')
    expect(await readItem(client, 'X#expires')).toBeUndefined()
  })

  it.each([
    ['{"advance":"-P1D"}', 'not an ISO 8601 duration'],
    ['{"advance":"a fortnight"}', 'not an ISO 8601 duration'],
    ['{"to":"2020-01-01T00:00:00Z"}', 'past'],
    ['{"to":"tomorrow"}', 'Invalid'],
    ['{}', 'Invalid'],
    ['{"advance":"P1D","to":"2090-01-01T00:00:00Z"}', 'Invalid'],
    ['P1D', 'not JSON'],
  ])('does not move for %s, and says why', async (body, detail) => {
    const before = await client.now()
    const response = await post(body)
    expect(response.status).toBe(400)
    expect(response.headers.get('content-type')).toBe('application/problem+json')
    expect(await response.json()).toMatchObject({
      code: 'invalid_request',
      detail: expect.stringContaining(detail),
    })
    expect((await client.now()).getTime() - before.getTime()).toBeLessThan(dayMs)
  })
})

describe('a schedule', () => {
  it('M1: fires in a jump at its own second and not before, and what follows is done when that is over', async () => {
    const due = new Date(Math.ceil((await client.now()).getTime() / 1000) * 1000 + 14 * dayMs)
    await writeItem(client, { pk: 'U#migrates', dueAt: due.toISOString() })
    await client.settle()
    const [planned] = (await client.schedules()).filter((each) => each.name === 'U-migrates')
    expect(planned).toMatchObject({ group: 'due', dueAt: due.toISOString() })

    // The clock ticks on from here, so not a millisecond before: test/unit/local/clock/timeline.test.ts has that.
    await client.moveTo(new Date(due.getTime() - 120_000))
    expect(await readItem(client, 'U#due-U#migrates')).toBeUndefined()
    // That of the minute in which it lands fires, and waits for its time all the same.
    const { fired } = await client.moveTo(due)
    expect(fired).toContainEqual({ name: 'U-migrates', group: 'due', at: due.toISOString() })
    const item = await readItem(client, 'U#due-U#migrates')
    expect(item?.at?.S).toBe(due.toISOString())
    expect(item?.sent?.S).toBe(due.toISOString())
    expect((await client.schedules()).map((each) => each.name)).not.toContain('U-migrates')
  })

  it('M2: that is deleted behind the service’s back does not fire, while the recurring one does', async () => {
    const due = new Date((await client.now()).getTime() + dayMs)
    await writeItem(client, { pk: 'U#lost', dueAt: due.toISOString() })
    await client.settle()
    await client.deleteSchedule('due', 'U-lost')
    const { fired } = await client.advance('P2D')
    expect(fired.map((each) => each.name)).toEqual(['Fixture-Sweep', 'Fixture-Sweep'])
    expect(await readItem(client, 'U#due-U#lost')).toBeUndefined()
    await expect(client.deleteSchedule('due', 'U-lost')).rejects.toThrow('404')
  })

  it('fires as real time passes, too', async () => {
    const due = new Date((await client.now()).getTime() + 1000)
    await writeItem(client, { pk: 'U#soon', dueAt: due.toISOString() })
    await expect.poll(() => readItem(client, 'U#due-U#soon'), { timeout: 120_000 }).toBeDefined()
    expect(Date.parse((await readItem(client, 'U#due-U#soon'))?.at?.S ?? '')).toBeGreaterThanOrEqual(
      Math.floor(due.getTime() / 1000) * 1000,
    )
  })
})
