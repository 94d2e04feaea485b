import { parse } from 'csv-parse/sync'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as z from 'zod'
import { claimView, eventFile, expectOk, type World } from '../support/world.ts'
import { sampleWorld } from '../support/worlds.ts'

const ROWS = 1_000
const ORG = 'noordzee'
const TIMEOUT_MS = 300_000

const peopleSchema = z.array(z.record(z.string(), z.string()))
const userList = z.object({ items: z.array(z.looseObject({ email: z.string(), status: z.string() })) })
const syncView = z.looseObject({
  syncId: z.string(),
  status: z.string(),
  counts: z.looseObject({ added: z.number(), matched: z.number(), inactivated: z.number() }),
  upload: z.object({ url: z.string(), fields: z.record(z.string(), z.string()) }).optional(),
})

/** The sample list's header and first rows, and what each must come to (T2 to T4), worked out from the files alone. */
async function firstRows(count: number) {
  const lines = Buffer.from(await eventFile('people-comma.csv'))
    .toString()
    .split('\r\n')
  const text = `${lines.slice(0, count + 1).join('\r\n')}\r\n`
  const rows = peopleSchema.parse(parse(text, { columns: true, bom: true }))
  const accounts = peopleSchema.parse(parse(Buffer.from(await eventFile('accounts.csv')), { columns: true }))
  const orgOf = new Map(accounts.map(({ email, orgId }) => [email, orgId]))
  const outcomes = rows.map((row) => {
    const email = row['User ID/Email (Required)'] ?? ''
    const movable = orgOf.get(email) === 'personal'
    const wanted = row['Claim Type']
    if (wanted === 'delayed' && !movable) return { email, outcome: 'refused' }
    return { email, outcome: wanted === 'direct' || !movable ? 'direct' : 'delayed' }
  })
  const emails = (outcome: string): string[] =>
    outcomes.filter((each) => each.outcome === outcome).map(({ email }) => email.toLowerCase())
  return { text, refused: emails('refused'), direct: emails('direct'), delayed: emails('delayed') }
}

/** Fault 5: one call in ten of every function to DynamoDB meets a fault. */
describe('the whole service over a DynamoDB that is as hard as the real one', () => {
  let world: World
  let list: Awaited<ReturnType<typeof firstRows>>
  const claims = () => world.list(claimView, ORG, '/v1/claims')

  beforeAll(async () => {
    list = await firstRows(ROWS)
    // Few writes are transactions: each is held open.
    const dynamodbFaults = { rate: 0.1, seed: 5, slow: 1, holdMs: 10, lagMs: 50 }
    world = await sampleWorld({ dynamodbFaults })
  }, TIMEOUT_MS)
  afterAll(() => world.stop())

  it('C6, I3, I6: each of 1,000 rows comes to what it calls for, and each claim has one mail', {
    timeout: TIMEOUT_MS,
  }, async () => {
    const done = await world.import(ORG, 'people.csv', list.text)
    expect(done).toMatchObject({
      status: 'completed',
      rowsRead: ROWS,
      claimed: list.direct.length + list.delayed.length,
      refused: list.refused.length,
      unchanged: 0,
    })
    const made = await claims()
    const emailsOf = (type: string) =>
      made.filter((claim) => claim.type === type).map(({ email }) => email.toLowerCase())
    expect(emailsOf('delayed').sort()).toEqual(list.delayed.toSorted())
    expect(emailsOf('direct').sort()).toEqual(list.direct.toSorted())
    const mailed = (await world.service.messages()).flatMap(({ to }) => to.map((each) => each.toLowerCase()))
    expect(mailed.toSorted()).toEqual([...list.delayed, ...list.direct, 'it@noordzee.example'].toSorted())
  })

  it('M1, N1: after 14 days every delayed claim is migrated, reminded three times and told once', {
    timeout: TIMEOUT_MS,
  }, async () => {
    const before = await world.service.messageCount()
    await world.service.advance('P14DT1H')
    const made = await claims()
    const completed = made.filter(({ status }) => status === 'completed')
    expect(completed.map(({ email }) => email.toLowerCase()).sort()).toEqual(list.delayed.toSorted())
    expect(made.filter(({ type }) => type === 'direct').every(({ status }) => status === 'open')).toBe(true)
    const mails = (await world.service.messageCount()) - before
    expect(mails).toBe(list.delayed.length * 4)
  })

  it('Y4: a directory that lacks ten makes those ten inactive, and nobody else', {
    timeout: TIMEOUT_MS,
  }, async () => {
    const missing = list.delayed.slice(0, 10)
    const kept = [...list.delayed.slice(10), ...list.direct]
    const created = syncView.parse(
      expectOk(await world.as(ORG, 'POST', '/v1/directory/syncs', { mode: 'full' })).body,
    )
    const form = new FormData()
    for (const [name, value] of Object.entries(created.upload?.fields ?? {})) form.append(name, value)
    form.append('file', new Blob([`email\n${kept.join('\n')}\n`], { type: 'text/csv' }), 'directory.csv')
    const response = await fetch(created.upload?.url ?? '', { method: 'POST', body: form })
    expect(response.ok).toBe(true)
    await world.service.settle()
    const path = `/v1/directory/syncs/${created.syncId}`
    const done = syncView.parse(expectOk(await world.as(ORG, 'GET', path)).body)
    expect(done).toMatchObject({
      status: 'completed',
      counts: { added: 0, matched: kept.length, inactivated: missing.length },
    })
    const inactive = userList.parse(
      expectOk(await world.as(ORG, 'GET', '/v1/users?status=inactive&limit=100')).body,
    )
    expect(inactive.items.map(({ email }) => email.toLowerCase()).sort()).toEqual(missing.toSorted())
  })

  it('nothing ended as a dead letter, no answer was a 5xx but 503 with Retry-After, and faults of every kind were met', async () => {
    const { deadLetters } = await world.service.settle()
    expect(deadLetters).toEqual({})
    expect(
      world.serverErrors.filter(({ status, headers }) => status !== 503 || !headers.has('retry-after')),
    ).toEqual([])
    const counts = world.faults
    for (const kind of [
      'conflict',
      'throttle',
      'internalError',
      'lostAnswer',
      'partialBatch',
      'heldOpen',
    ] as const)
      expect(counts?.[kind], kind).toBeGreaterThan(10)
  })
})
