import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as z from 'zod'
import { everythingIn, placesOf } from '../support/everything.ts'
import { claimView, DOMAIN, expectOk, problem, type World } from '../support/world.ts'
import { smallWorld } from '../support/worlds.ts'

const SECOND = 1000
/** As close as a busy machine can look before it is too late; the millisecond is proven over the real table. */
const MOMENT = 5 * SECOND
/** Stands in nobody else's name or address. */
const NAMES = ['Wilhelmina', 'Quakkelaar']
const PERSON = `w.quakkelaar@${DOMAIN}`

const at = (iso: string, plusMs = 0): Date => new Date(Date.parse(iso) + plusMs)

const userView = z.looseObject({
  userId: z.string(),
  status: z.string(),
  inactiveSince: z.string().optional(),
  removedAt: z.string().optional(),
})

/** Up to which hour sweeps have looked for reminders is written down as time passes, whoever is removed. */
const withoutTheSweeps = (everything: ReadonlyMap<string, string>): Map<string, string> =>
  new Map([...everything].filter(([place]) => place !== 'table S#reminded S'))

describe('the deletion of an inactive user, over HTTP and with the clock', () => {
  let world: World
  let folder: string
  let newUserId = ''
  let removedAt = ''
  const logFile = () => path.join(folder, 'functions.log')
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'deletion-'))
    world = await smallWorld({ logFile: logFile() })
    await world.user('colleague', { orgId: 'acme', email: `colleague@${DOMAIN}` })
  })
  afterAll(async () => {
    await world.stop()
    await rm(folder, { recursive: true, force: true })
  })

  const user = async (userId: string) =>
    userView.parse(expectOk(await world.as('acme', 'GET', `/v1/users/${encodeURIComponent(userId)}`)).body)
  const status = async (userId: string) =>
    (await world.platform('GET', `/users/${encodeURIComponent(userId)}`)).status
  /** The directory as it is: who isn't named is missing. */
  async function sync(mode: 'dry_run' | 'full', ...emails: string[]): Promise<void> {
    const body = { mode, emails: [`colleague@${DOMAIN}`, ...emails] }
    expectOk(await world.as('acme', 'POST', '/v1/directory/syncs', body))
    await world.service.settle()
  }

  it('Y4: who is missing from the directory is inactive, can’t sign in, and is to be removed 30 × 24 h later', async () => {
    await world.user('person-1', { email: PERSON, firstName: NAMES[0], lastName: NAMES[1] })
    await world.converse('person-1', 'before')
    // Claimed and revoked, claimed by a CSV, signed in, decided: what a claim leaves behind.
    const first = await world.claimed('acme', PERSON)
    expectOk(await world.as('acme', 'POST', `/v1/claims/${encodeURIComponent(first.claimId)}/revoke`))
    const row = `Email,First Name,Last Name,Claim Type\n${PERSON},${NAMES.join(',')},direct\n`
    expect(await world.import('acme', 'people.csv', row)).toMatchObject({ status: 'completed', claimed: 1 })
    const body = { users: [{ email: PERSON }], acknowledgePermanent: true }
    expectOk(await world.as('acme', 'POST', '/v1/claims', body, { 'idempotency-key': 'again' }))
    const { decisionUrl } = z
      .looseObject({ decisionUrl: z.string() })
      .parse(expectOk(await world.platform('POST', '/sign-ins', { email: PERSON })).body)
    const { pathname } = new URL(decisionUrl)
    expectOk(await world.service.api('POST', pathname, { body: { decision: 'delete_original' } }))
    await world.service.settle()
    const found = await world.list(
      z.looseObject({ userId: z.string(), email: z.string() }),
      'acme',
      '/v1/users',
    )
    newUserId = found.find(({ email }) => email === PERSON)?.userId ?? ''
    await world.converse(newUserId, 'after')

    await sync('dry_run', PERSON)
    expectOk(await world.as('acme', 'PATCH', '/v1/organization', { directorySync: true }))
    await sync('full', PERSON)
    expect(await user(newUserId)).toMatchObject({ status: 'active' })
    await sync('full')
    const inactive = await user(newUserId)
    expect(inactive.status).toBe('inactive')
    removedAt = inactive.removedAt ?? ''
    expect(Date.parse(removedAt) - Date.parse(inactive.inactiveSince ?? '')).toBe(30 * 24 * 3600 * SECOND)
    const signIn = await world.platform('POST', '/sign-ins', { email: PERSON })
    expect(signIn.body).toMatchObject({ allowed: false })
  })

  it('Y4: nobody is removed a moment early', async () => {
    await world.service.moveTo(at(removedAt, -60 * SECOND))
    expect(placesOf(await everythingIn(world), NAMES)).not.toEqual([])
    await world.service.moveTo(at(removedAt, -MOMENT))
    expect(await user(newUserId)).toMatchObject({ status: 'inactive' })
    expect(await world.conversations(newUserId)).toEqual(['after'])
  })

  it('Y4: at that second account and content are gone, and the address is free', async () => {
    await world.service.moveTo(at(removedAt))
    expect(await status(newUserId)).toBe(404)
    expect((await world.platform('POST', '/sign-ins', { email: PERSON })).status).toBe(404)
    expect(await status('colleague')).toBe(200)
  })

  it('Y7: nothing in the table, in an index, in the bucket or in a queue names the person any more', async () => {
    const everything = await everythingIn(world)
    expect(everything.size).toBeGreaterThan(20)
    expect(placesOf(everything, [...NAMES, PERSON])).toEqual([])
    // By id they are found still: that is what the trail keeps.
    const kept = placesOf(everything, [newUserId]).filter((place) => place.startsWith('table '))
    expect(kept.some((place) => place.startsWith('table A#acme#'))).toBe(true)
    expect(placesOf(everything, [`colleague@${DOMAIN}`])).not.toEqual([])
    const claims = await world.list(claimView, 'acme', '/v1/claims')
    expect(claims.map(({ email, status }) => [email, status])).toEqual([
      ['', 'completed'],
      ['', 'revoked'],
    ])
    for (const [name, { visible, inFlight, delayed }] of Object.entries(await world.service.queues()))
      expect([name, visible + inFlight + delayed]).toEqual([name, 0])
  })

  it('A1, A2, Y7: the trail and the bus tell of it by ids', async () => {
    const events = (await world.service.events()).filter(({ detailType }) => detailType === 'user.purged')
    expect(events).toHaveLength(1)
    expect(events[0]?.detail).toMatchObject({ orgId: 'acme', subject: newUserId, by: 'schedule:due' })
    const everything = JSON.stringify(await world.service.events()).toLowerCase()
    expect(everything).not.toContain('quakkelaar')
  })

  it('Y7: removed twice changes nothing', async () => {
    // What lives 30 days, as the leases of mails do, has gone by itself then.
    await world.service.advance('P1D')
    const before = withoutTheSweeps(await everythingIn(world))
    await world.service.advance('PT20M')
    expect(withoutTheSweeps(await everythingIn(world))).toEqual(before)
  })

  it('Y5: who is back in the directory in the last minute survives, as active as before', async () => {
    await world.user('returner', { orgId: 'acme', email: `returner@${DOMAIN}`, status: 'verified' })
    await world.converse('returner', 'talk')
    await sync('full')
    const { removedAt: due = '' } = await user('returner')
    await world.service.moveTo(at(due, -60 * SECOND))
    await sync('full', `returner@${DOMAIN}`)
    await world.service.moveTo(at(due))
    await world.service.advance('PT1H')
    expect(await user('returner')).toMatchObject({ status: 'verified' })
    expect(await user('returner')).not.toHaveProperty('removedAt')
    expect(await world.conversations('returner')).toEqual(['talk'])
  })

  it('Y7: what the functions printed never named anybody', async () => {
    expect(await world.service.problems()).toEqual([])
    await world.stop()
    const log = (await readFile(logFile(), 'utf8')).toLowerCase()
    expect(log).toContain(newUserId.toLowerCase())
    for (const text of [...NAMES, PERSON]) expect(log).not.toContain(text.toLowerCase())
  })
})

describe('the deletion of an organization, over HTTP and with the clock', () => {
  let world: World
  beforeAll(async () => {
    world = await smallWorld()
  })
  afterAll(() => world.stop())

  const url = '/organizations/dunes-bv'
  const name = 'The dunes-bv org'
  const status = async (userId: string) =>
    (await world.platform('GET', `/users/${encodeURIComponent(userId)}`)).status
  const deletion = async (): Promise<string> =>
    z
      .looseObject({ removedAt: z.string() })
      .parse(expectOk(await world.platform('DELETE', url, { confirmName: name })).body).removedAt

  it('O1: it needs the name, and can be taken back for 24 h', async () => {
    expect(problem(await world.platform('DELETE', url, { confirmName: 'dunes' })).code).toBe('name_mismatch')
    await world.user('keeps', { orgId: 'dunes-bv' })
    const removedAt = await deletion()
    await world.service.moveTo(at(removedAt, -MOMENT))
    expectOk(await world.platform('POST', `${url}/restore`))
    await world.service.moveTo(at(removedAt))
    expect(await status('keeps')).toBe(200)
    expect(problem(await world.platform('POST', `${url}/restore`)).code).toBe('not_being_deleted')
  })

  it('O1: at its second it goes, with its users, domains, content and files, and each claim ends as the rule says', async () => {
    await world.verify('dunes-bv', 'dunes.example')
    await world.verify('dunes-bv', 'claimed.example')
    expectOk(await world.as('dunes-bv', 'POST', '/v1/domains/claimed.example/claim'))
    await world.converse('keeps', 'talk')
    await world.user('taken', { email: 'taken@dunes.example' })
    await world.converse('taken', 'talk')
    await world.import('dunes-bv', 'people.csv', 'Email\ntaken@dunes.example\n')
    await world.user('lost', { orgId: 'dunes-bv' })
    await world.converse('lost', 'talk')
    const claim = await world.claimed('acme', `lost@${DOMAIN}`)
    const removedAt = await deletion()
    expect(await deletion()).toBe(removedAt)

    await world.service.moveTo(at(removedAt, -MOMENT))
    expect(await status('keeps')).toBe(200)
    expect(await world.conversations('keeps')).toEqual(['talk'])
    await world.service.moveTo(at(removedAt))
    expect(await status('keeps')).toBe(404)
    expect((await world.as('dunes-bv', 'GET', '/v1/organization')).status).toBe(404)

    // Claimed by it, and revocable: as before.
    const { body } = await world.platform('GET', '/users/taken')
    expect(body).toMatchObject({ email: 'taken@dunes.example', orgId: 'personal', status: 'active' })
    expect(await world.conversations('taken')).toEqual(['talk'])
    const mails = await world.service.messages('taken@dunes.example')
    expect(mails).toHaveLength(2)

    // Claimed from it: the claim stands, the content is lost.
    expect(await world.claimById('acme', claim.claimId)).toMatchObject({
      status: 'completed',
      type: 'direct',
      contentLoss: { reason: 'source_deleted' },
    })
    expect(await status('lost')).toBe(404)
    const { body: found } = await world.platform('GET', `/users/${claim.newUserId}`)
    expect(found).toMatchObject({ email: `lost@${DOMAIN}`, orgId: 'acme' })
    expect(await world.conversations(claim.newUserId)).toEqual([])

    await world.verify('acme', 'claimed.example')
    expectOk(await world.as('acme', 'POST', '/v1/domains/claimed.example/claim'))
  })

  it('O1: a quarter of an hour later nothing is left of it but ids', async () => {
    expect(problem(await world.platform('POST', `${url}/restore`)).code).toBe('deletion_begun')
    await world.service.advance('PT30M')
    const everything = await everythingIn(world)
    expect(placesOf(everything, [name])).toEqual([])
    const left = placesOf(everything, ['dunes-bv']).filter(
      (place) => !place.startsWith('table A#') && !place.startsWith('bucket accounts/'),
    )
    // The claim that another org made tells from which org, by id: in the record of the account that it made.
    expect(left).toEqual(['table U#lost U'])
    expect(problem(await world.platform('POST', `${url}/restore`)).code).toBe('organization_not_found')
    const events = (await world.service.events()).filter(({ detailType }) =>
      detailType.startsWith('organization.'),
    )
    expect(events.map(({ detailType }) => detailType).slice(-3)).toEqual([
      'organization.deletion_requested',
      'organization.removing',
      'organization.purged',
    ])
    expect(await world.service.problems()).toEqual([])
    await world.org('dunes-bv', 'enterprise')
    await world.user('anew', { orgId: 'dunes-bv' })
  })
})
