/**
 * What tests begin with, made once for each file that asks for it, and ended with the file:
 *
 * ```ts
 * it.beforeAll(({ table, background }) => { … })
 * it('…', async ({ tableApi }) => { … })
 * ```
 */
import { test } from 'vitest'
import { startApi } from './api.ts'
import { startBackground, storesOf } from './background.ts'
import { org, sourceOrg } from './builders.ts'
import { startSimulatedTable, startTable, type TestTable } from './dynamo.ts'
import { givenDomain, givenOrgs } from './given.ts'
import { smallWorld } from './worlds.ts'

const file = { scope: 'file' } as const

export const it = fixturesOver(startTable)

/** The same for files that play one thing again and again, cut off at another of its calls each time. */
export const itAtEveryCall = fixturesOver(startSimulatedTable)

/** @param start makes an empty table */
function fixturesOver(start: () => Promise<TestTable>) {
  return (
    test
      // An empty table of its own.
      // biome-ignore lint/correctness/noEmptyPattern: Vitest reads here which fixtures this one needs: none.
      .extend('table', file, async ({}, { onCleanup }) => {
        const table = await start()
        onCleanup(() => table.stop())
        return table
      })
      .extend('tableStores', file, ({ table }) => storesOf(table.table))
      // The API's functions over that table.
      .extend('tableApi', file, ({ table }) => startApi(table))
      // The functions behind the queues and the stream, over that table.
      .extend('background', file, ({ table }) => startBackground(table))
      // An org that has verified noordzee.example in that table, and the org that people are claimed from.
      .extend('verifiedOrg', file, async ({ tableStores }) => {
        const verified = org()
        await givenOrgs(tableStores, verified, sourceOrg())
        await givenDomain(tableStores, verified.orgId, 'noordzee.example')
        return verified
      })
      // The whole service, booted; see `smallWorld`.
      // biome-ignore lint/correctness/noEmptyPattern: as above.
      .extend('service', file, async ({}, { onCleanup }) => {
        const service = await smallWorld()
        onCleanup(() => service.stop())
        return service
      })
  )
}
