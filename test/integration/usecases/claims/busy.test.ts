import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { DELETION_LEASE_MS } from '../../../../shared/rules/limits.ts'
import { loadAccounts } from '../../../../shared/usecases/imports/load-accounts.ts'
import { MAX_ROUNDS } from '../../../../shared/lib/optimistic-retry.ts'
import { account, T0 } from '../../../support/builders.ts'
import { keepChanging } from '../../../support/busy.ts'
import { cellsOf, readFile as readCsv } from '../../../support/csv.ts'
import { type DirectoryWorld, startDirectory } from '../../../support/directory.ts'
import { organizationsBeingDeleted } from '../../../support/organizations-being-deleted.ts'

/** So many users at once, of whom one is changed by others whenever it is about to be written. */
const USERS = 20
const BUSY = 7

describe('one record that others keep changing', () => {
  let directory: DirectoryWorld

  beforeAll(async () => {
    directory = await startDirectory()
    await directory.given.org('personal', { kind: 'consumer' })
  })
  afterAll(() => directory.stop())

  /** Others change the record until they are stopped, or the test is over. */
  function othersAt(recordId: string) {
    const others = keepChanging(directory.db, [recordId])
    onTestFinished(others.stop)
    return others
  }

  /** People who can be claimed by an org of their own. */
  async function people(orgId: string): Promise<{ id: string; email: string }[]> {
    await directory.org(orgId)
    await directory.given.verifiedDomain(orgId, `${orgId}.example`)
    const all = Array.from({ length: USERS }, (_, n) => ({
      id: `${orgId}-${n}`,
      email: `p${n}@${orgId}.example`,
    }))
    for (const { id, email } of all) await directory.given.user(id, { email, orgId: 'personal' })
    await directory.world.settle()
    return all
  }
  const busyOf = (all: readonly { id: string }[]): string => all[BUSY]?.id ?? ''
  const statusOfRequest = (n: number): string => (n === BUSY ? 'refused busy' : 'claimed')

  it('C8: costs only its own user: the 19 others of the request are claimed, and mailed', async () => {
    const all = await people('request')
    const others = othersAt(busyOf(all))
    const users = all.map(({ email }) => ({ email }))
    const { status, body } = await directory.api
      .admin('request')
      .post('/v1/claims', { users, acknowledgePermanent: true })
    expect({ status, body }).toMatchObject({
      status: 200,
      body: {
        results: all.map((_, n) =>
          n === BUSY ? { result: 'refused', codes: ['busy'] } : { result: 'claimed', codes: [] },
        ),
      },
    })
    expect(others.changes()).toBe(MAX_ROUNDS)
    others.stop()
    const mailedBefore = directory.world.mailer.sent.length
    await directory.world.settle()
    expect(directory.world.mailer.sent.length - mailedBefore).toBe(USERS - 1)
    const again = await directory.api
      .admin('request')
      .post('/v1/claims', { users: users.slice(BUSY, BUSY + 1), acknowledgePermanent: true })
    expect(again.body).toMatchObject({ results: [{ result: 'claimed' }] })
  })

  it('C8, I3: costs a CSV only its own row: the import completes, and the report tells it', async () => {
    const all = await people('file')
    othersAt(busyOf(all))
    directory.world.upload('imports/file/a.csv', `Email\n${all.map(({ email }) => email).join('\n')}\n`)
    await directory.world.settle()
    const { items: imports } = await directory.world.stores.imports.list('file', 10)
    expect(imports).toMatchObject([
      { status: 'completed', rowsRead: USERS, accepted: USERS - 1, refused: 1, unchanged: 0 },
    ])
    const report = await readCsv(Buffer.from(directory.world.bucket.text(imports[0]?.reportKey ?? '')))
    const [header = [], ...rows] = cellsOf(report)
    const told = (cells: readonly string[]): string =>
      [cells[header.indexOf('Result')], cells[header.indexOf('Code')]].join(' ').trim()
    expect(rows.map(told)).toEqual(all.map((_, n) => statusOfRequest(n)))
    expect(rows[BUSY]?.at(-1)).toMatch(/Others were changing this account/)
  })

  it('C8: costs a load only its own account', async () => {
    const all = await people('load')
    othersAt(busyOf(all))
    const wanted = all.map(({ id: userId, email }) => ({ ...account({ userId, email }), lastName: 'Jansen' }))
    const outcomes = await loadAccounts(directory.world.stores, wanted, { now: T0, by: 'platform:test' })
    expect(
      outcomes.map((outcome) => ('code' in outcome ? `refused ${outcome.code}` : outcome.outcome)),
    ).toEqual(all.map((_, n) => (n === BUSY ? 'refused busy' : 'updated')))
  })

  it('Y4: costs a sync only its own user, whom the next one finds', async () => {
    const ids = Array.from({ length: 6 }, (_, n) => `sync-${n}`)
    await directory.org('sync', Object.fromEntries(ids.map((id) => [id, {}])))
    const others = othersAt('sync-1')
    const first = await directory.sync('sync', 'full', [
      'sync-3@sync.example',
      'sync-4@sync.example',
      'sync-5@sync.example',
    ])
    await directory.world.settle()
    expect(await directory.syncOf('sync', first.syncId)).toMatchObject({
      status: 'completed',
      counts: { inactivated: 3 },
      applied: { inactivated: 2 },
    })
    const statuses = async () => Promise.all(ids.map(async (id) => (await directory.user('sync', id)).status))
    expect((await statuses()).map((status) => status === 'inactive')).toEqual([
      true,
      false,
      true,
      false,
      false,
      false,
    ])
    others.stop()
    await directory.sync('sync', 'full', [
      'sync-3@sync.example',
      'sync-4@sync.example',
      'sync-5@sync.example',
    ])
    await directory.world.settle()
    expect((await statuses())[1]).toBe('inactive')
  })

  it('O1: holds an org’s deletion up for its own account only, and no longer than it goes on', async () => {
    const { db, world } = directory
    const orgs = organizationsBeingDeleted(db, world)
    const at = await orgs.newWorld()
    const { orgId } = at.going
    const users = [await orgs.user(at, orgId), await orgs.user(at, orgId), await orgs.user(at, orgId)]
    await orgs.request(at)
    await world.ignoreEffects()
    const left = async () =>
      (await Promise.all(users.map(orgs.account))).map((account) => account !== undefined)
    const remove = async () => {
      world.queues.deletions.send([{ orgId }])
      await world.drain('deletions')
    }
    const others = othersAt(users[1] ?? '')
    await remove()
    expect(await left()).toEqual([false, true, false])
    others.stop()
    directory.advance(DELETION_LEASE_MS)
    await remove()
    directory.advance(DELETION_LEASE_MS)
    await remove()
    expect(await left()).toEqual([false, false, false])
    expect(await world.stores.organizations.getAny(orgId)).toBeUndefined()
  })
})
