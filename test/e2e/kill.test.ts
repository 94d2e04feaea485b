import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eventually } from '../../infra/local/client.ts'
import { localAssemblyOfRun } from '../support/assemblies.ts'
import { KillableService } from '../support/killable.ts'
import { claimView, DOMAIN, expectOk, importView, type World } from '../support/world.ts'

const PEOPLE = 300
/** The most mails that can be under way when the power goes: two workers with five each. */
const MAILS_UNDER_WAY = 10
/** A boot, and mails that wait for a dead sender's lease while the machine does other things too. */
const KILL_LIMIT_MS = 600_000

const address = (n: number): string => `person${n}@${DOMAIN}`
const numbers = Array.from({ length: PEOPLE }, (_, n) => n)

async function loadPeople(world: World): Promise<void> {
  await world.org('personal', 'consumer')
  await world.org('acme', 'enterprise')
  await world.verify('acme', DOMAIN)
  const rows = numbers.map((n) => `p${n},${address(n)},Per,Son ${n},personal,active,false,en`)
  const header = 'userId,email,firstName,lastName,orgId,status,paid,locale'
  await world.service.upload('accounts/people.csv', `${header}\n${rows.join('\n')}\n`)
  await world.service.settle()
}

const people = (from: number, to: number): string =>
  `Email\n${numbers.slice(from, to).map(address).join('\n')}\n`

/** Waits until some of the rows, and not all, have been handled. */
async function midway(world: World): Promise<void> {
  await eventually(async () => {
    const answer = expectOk(await world.as('acme', 'GET', '/v1/imports?limit=1'))
    const [latest] = (answer.body as { items: unknown[] }).items.map((item) => importView.parse(item))
    return latest?.status === 'running' && latest.claimed > 0 ? true : undefined
  })
}

describe('an import whose workers, or whose whole service, are killed', () => {
  let folder: string
  let service: KillableService
  let world: World
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'kill-'))
    service = new KillableService(folder, await localAssemblyOfRun())
    world = await service.world()
    await loadPeople(world)
  })
  afterAll(async () => {
    await service.kill()
    await rm(folder, { recursive: true, force: true })
  })

  const mailsOf = async (from: number, to: number): Promise<number[]> => {
    const wanted = new Set(numbers.slice(from, to).map(address))
    const counts = new Map([...wanted].map((to) => [to, 0]))
    for (const { to } of await world.service.messages())
      for (const each of to) if (wanted.has(each)) counts.set(each, (counts.get(each) ?? 0) + 1)
    return [...counts.values()]
  }

  it('I6, C6: a row worker killed in mid-chunk claims nobody twice, mails nobody twice and loses no row', async () => {
    await world.service.upload('imports/acme/first.csv', people(0, 150))
    const worker = await eventually(async () => {
      const found = (await world.service.functions()).find(({ name }) => name.includes('ImportRows'))
      return found !== undefined && found.invocations > 0 ? found.pids[0] : undefined
    })
    process.kill(worker, 'SIGKILL')
    await world.service.settle()
    // What it had in hand comes back when the queue's visibility time-out is over.
    await world.service.advance('PT5M')
    const [done] = await world.list(importView, 'acme', '/v1/imports')
    expect(done).toMatchObject({ status: 'completed', rowsRead: 150, claimed: 150, refused: 0, unchanged: 0 })
    expect(await world.list(claimView, 'acme', '/v1/claims')).toHaveLength(150)
    expect((await mailsOf(0, 150)).every((count) => count === 1)).toBe(true)
  })

  it(
    'I6: after a kill -9 of everything it goes on where it was: every row once, every person told',
    async () => {
      await world.service.upload('imports/acme/second.csv', people(150, PEOPLE))
      await midway(world)
      await service.kill()
      service = new KillableService(folder, await localAssemblyOfRun())
      world = await service.world()
      await world.service.settle()
      // Mails that were being sent wait until the lease of whoever was sending them is over.
      await world.service.advance('PT15M')
      const [done] = await world.list(importView, 'acme', '/v1/imports')
      expect(done).toMatchObject({
        status: 'completed',
        rowsRead: 150,
        claimed: 150,
        refused: 0,
        unchanged: 0,
      })
      expect(await world.list(claimView, 'acme', '/v1/claims')).toHaveLength(PEOPLE)
      const mails = await mailsOf(150, PEOPLE)
      expect(mails.every((count) => count >= 1)).toBe(true)
      // The one window (see `mailStore`): what SES had taken and nobody had noted yet.
      expect(mails.filter((count) => count > 1).length).toBeLessThanOrEqual(MAILS_UNDER_WAY)
    },
    KILL_LIMIT_MS,
  )
})
