import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { claimResults } from '../../../shared/http/schemas/claim.ts'
import { openTable } from '../../../shared/storage/client.ts'
import { keys } from '../../../shared/storage/keys.ts'
import { startApi, type TestApi } from '../../support/api.ts'
import { givenVia } from '../../support/api-given.ts'
import { startBackground } from '../../support/background.ts'
import { keepChanging } from '../../support/busy.ts'
import { startTable, type TestTable } from '../../support/dynamo.ts'

const DOMAIN = 'dunes.example'
const USERS = 20

/** Fault 4, C8: of 20 users one is busy, and 19 are claimed. */
describe('one record that others keep changing', () => {
  let db: TestTable
  let api: TestApi
  beforeAll(async () => {
    const opened = await startTable({})
    // Nobody pauses between two tries.
    db = { ...opened, table: openTable(opened.name, opened.client, async () => {}) }
    api = startApi(db)
    await givenVia(api).company('dunes', DOMAIN)
  })
  afterAll(() => db.stop())

  async function people(name: string): Promise<string[]> {
    const ids = Array.from({ length: USERS }, (_, n) => `${name}-${n}`)
    for (const id of ids) await givenVia(api).user(id, { email: `${id}@${DOMAIN}` })
    return ids
  }
  const expected = (busy: number) =>
    Array.from({ length: USERS }, (_, n) =>
      n === busy ? { result: 'refused', codes: ['busy'] } : { result: 'claimed', codes: [] },
    )

  /** Both ways of being changed all the time: by single writes, and by transactions. */
  const ways = {
    async writes(recordId: string): Promise<() => void> {
      return keepChanging(db, [recordId]).stop
    },
    async transactions(recordId: string): Promise<() => void> {
      const { pk, sk } = keys.account(recordId)
      const letGo = await db.faults?.hold(db.name, { pk: { S: pk }, sk: { S: sk } })
      return letGo ?? (() => {})
    },
  }

  it.each(['writes', 'transactions'] as const)(
    'C8: by %s costs its own user alone, by HTTP, who can be claimed when it is over',
    async (way) => {
      const ids = await people(`http-${way}`)
      const stop = await ways[way](ids[7] ?? '')
      onTestFinished(stop)
      const body = { users: ids.map((userId) => ({ userId })), acknowledgePermanent: true }
      const response = await api.admin('dunes').post('/v1/claims', body)
      expect(response.status).toBe(200)
      expect(claimResults.parse(response.body).results).toMatchObject(expected(7))
      stop()
      const again = await api.admin('dunes').post('/v1/claims', { ...body, users: [{ userId: ids[7] }] })
      expect(claimResults.parse(again.body).results).toMatchObject([{ result: 'claimed' }])
    },
  )

  it.each(['writes', 'transactions'] as const)(
    'C8, I3: by %s costs its own row alone, by CSV',
    async (way) => {
      const ids = await people(`csv-${way}`)
      const world = await startBackground(db)
      const stop = await ways[way](ids[7] ?? '')
      onTestFinished(stop)
      world.upload(`imports/dunes/${way}.csv`, `Email\n${ids.map((id) => `${id}@${DOMAIN}`).join('\n')}\n`)
      await world.settle()
      const { items: imports } = await world.stores.imports.list('dunes', 2)
      const done = imports.find(({ fileName }) => fileName === `${way}.csv`)
      expect(done).toMatchObject({ status: 'completed', rowsRead: USERS, accepted: USERS - 1, refused: 1 })
      const report = world.bucket.text(done?.reportKey ?? '')
      expect(report.split('\n').filter((line) => line.includes(',busy,'))).toEqual([
        expect.stringContaining(`${ids[7]}@${DOMAIN}`),
      ])
    },
  )
})
