import { describe, expect } from 'vitest'
import * as z from 'zod'
import { DOMAIN, expectOk, problem, type World } from '../support/world.ts'
import { it } from '../support/fixtures.ts'

const SYNCS = '/v1/directory/syncs'

const syncView = z.looseObject({
  syncId: z.string(),
  mode: z.enum(['dry_run', 'full']),
  status: z.enum(['waiting', 'running', 'completed', 'failed']),
  counts: z.looseObject({
    added: z.number(),
    matched: z.number(),
    inactivated: z.number(),
    restored: z.number(),
    untouched: z.number(),
  }),
  entries: z.array(
    z.looseObject({
      email: z.string(),
      userId: z.string().optional(),
      outcome: z.string(),
      claimed: z.boolean(),
      caseDiffers: z.boolean(),
    }),
  ),
  upload: z.object({ url: z.string(), fields: z.record(z.string(), z.string()) }).optional(),
})
type Sync = z.output<typeof syncView>

const userView = z.looseObject({
  status: z.string(),
  inactiveSince: z.string().optional(),
  removedAt: z.string().optional(),
})

describe('directory synchronisation, over HTTP and S3', () => {
  let world: World
  it.beforeAll(({ service }) => {
    world = service
  })

  const sync = async (org: string, mode: Sync['mode'], emails?: readonly string[]): Promise<Sync> =>
    syncView.parse(expectOk(await world.as(org, 'POST', SYNCS, { mode, emails })).body)
  const syncById = async (org: string, syncId: string): Promise<Sync> =>
    syncView.parse(expectOk(await world.as(org, 'GET', `${SYNCS}/${syncId}`)).body)
  const user = async (org: string, userId: string) =>
    userView.parse(expectOk(await world.as(org, 'GET', `/v1/users/${encodeURIComponent(userId)}`)).body)
  const signIn = async (email: string) => (await world.platform('POST', '/sign-ins', { email })).body
  const linesOf = ({ entries }: Sync): string[] =>
    entries.map(({ outcome, email, claimed }) => `${outcome} ${email}${claimed ? ' claimed' : ''}`).sort()

  /** A directory of any size: to the bucket by the form that the sync gave. */
  async function uploadTo({ upload }: Sync, csv: string): Promise<void> {
    if (upload === undefined) throw new Error('the sync gave no form')
    const form = new FormData()
    for (const [name, value] of Object.entries(upload.fields)) form.append(name, value)
    form.append('file', new Blob([csv], { type: 'text/csv' }), 'directory.csv')
    const response = await fetch(upload.url, { method: 'POST', body: form })
    if (!response.ok) throw new Error(`${response.status} ${await response.text()}`)
    await world.service.settle()
  }

  it('Y1, Y2, Y3: after claims, synchronisation takes a dry run first, which marks the claimed; on, nobody can be claimed', async () => {
    await world.user('mila', { orgId: 'acme' })
    await world.user('tess')
    const claim = await world.claimed('acme', `tess@${DOMAIN}`, { type: 'direct' })
    const refused = await world.as('acme', 'PATCH', '/v1/organization', { directorySync: true })
    expect(problem(refused)).toMatchObject({ status: 409, code: 'dry_run_required' })

    const dry = await sync('acme', 'dry_run', [`Mila@${DOMAIN}`, `new@${DOMAIN}`])
    expect(dry).toMatchObject({ status: 'completed', counts: { added: 1, matched: 1, inactivated: 1 } })
    expect(linesOf(dry)).toEqual([
      `add new@${DOMAIN}`,
      `inactivate tess@${DOMAIN} claimed`,
      `match mila@${DOMAIN}`,
    ])
    expect(dry.entries.find(({ outcome }) => outcome === 'match')).toMatchObject({ caseDiffers: true })
    expect(await user('acme', claim.newUserId)).toMatchObject({ status: 'active' })

    expectOk(await world.as('acme', 'PATCH', '/v1/organization', { directorySync: true }))
    await world.user('late')
    const [late] = await world.claim('acme', [{ email: `late@${DOMAIN}` }])
    expect(late).toMatchObject({ result: 'refused', codes: ['directory_sync_enabled'] })
    expectOk(await world.as('acme', 'PATCH', '/v1/organization', { directorySync: false }))
  })

  it('Y4, Y5: a CSV’s missing are inactive, can’t sign in, and are back as they were once a list has them again', async () => {
    await world.org('dune', 'enterprise')
    await world.user('noor', { orgId: 'dune', status: 'not_verified' })
    await world.user('sem', { orgId: 'dune' })
    const waiting = await sync('dune', 'full')
    expect(waiting).toMatchObject({ status: 'waiting', entries: [] })
    await uploadTo(waiting, `Name;E-mailadres\r\nSem;SEM@${DOMAIN}\r\n`)
    const done = await syncById('dune', waiting.syncId)
    expect(done).toMatchObject({ status: 'completed', counts: { matched: 1, inactivated: 1 } })
    const missing = await user('dune', 'noor')
    expect(missing.status).toBe('inactive')
    const lives = Date.parse(missing.removedAt ?? '') - Date.parse(missing.inactiveSince ?? '')
    expect(lives).toBe(30 * 24 * 3600 * 1000)
    const due = (await world.service.schedules()).map(({ dueAt }) => Date.parse(dueAt))
    // Set to the end of the minute.
    expect(due).toContain((Math.floor(Date.parse(missing.removedAt ?? '') / 60_000) + 1) * 60_000)
    expect(await signIn(`noor@${DOMAIN}`)).toMatchObject({ allowed: false })
    expect(await signIn(`sem@${DOMAIN}`)).toMatchObject({ allowed: true })

    await world.service.advance('P29D')
    const back = await sync('dune', 'full', [`sem@${DOMAIN}`, `noor@${DOMAIN}`])
    expect(back).toMatchObject({ status: 'completed', counts: { matched: 1, restored: 1 } })
    const restored = await user('dune', 'noor')
    expect(restored).toMatchObject({ status: 'not_verified' })
    expect(restored).not.toHaveProperty('removedAt')
    await world.service.advance('P2D')
    expect(await user('dune', 'noor')).toMatchObject({ status: 'not_verified' })
  })

  it('Y4: a directory that would make most of the users inactive is held until an admin confirms it', async () => {
    await world.org('crew', 'enterprise')
    const rows = Array.from(
      { length: 60 },
      (_, n) => `crew-${n},crew-${n}@crew.example,C,${n},crew,active,false,en`,
    )
    const header = 'userId,email,firstName,lastName,orgId,status,paid,locale'
    await world.service.upload('accounts/crew.csv', `${header}\n${rows.join('\n')}\n`)
    await world.service.settle()
    const held = await sync('crew', 'full', ['crew-0@crew.example'])
    expect(held).toMatchObject({
      status: 'waiting',
      held: { reason: 'too_many_inactivations', inactivations: 59, users: 60 },
    })
    expect(await user('crew', 'crew-1')).toMatchObject({ status: 'active' })
    const confirm = `${SYNCS}/${held.syncId}/confirm`
    expect((await world.as('dune', 'POST', confirm)).status).toBe(404)
    expectOk(await world.as('crew', 'POST', confirm))
    await world.service.settle()
    expect(await syncById('crew', held.syncId)).toMatchObject({
      status: 'completed',
      applied: { inactivated: 59 },
    })
    expect(await user('crew', 'crew-1')).toMatchObject({ status: 'inactive' })
    expect(problem(await world.as('crew', 'POST', confirm))).toMatchObject({ status: 409, code: 'not_held' })
  })

  it('A2: tells the bus of syncs and of each user, and found nothing wrong', async () => {
    const kinds = new Set((await world.service.events()).map(({ detailType }) => detailType))
    for (const kind of ['sync.created', 'sync.started', 'sync.held', 'sync.confirmed', 'sync.completed'])
      expect(kinds).toContain(kind)
    for (const kind of ['user.inactivated', 'user.restored']) expect(kinds).toContain(kind)
    const { deadLetters } = await world.service.settle()
    expect(Object.values(deadLetters).filter((count) => count > 0)).toEqual([])
    expect(await world.service.problems()).toEqual([])
  })
})
