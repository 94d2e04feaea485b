/**
 * Fixtures, made once for each test file that asks for them, and stopped at its end:
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

/** The same for test files that repeat one thing many times, interrupted at another of its calls each time. */
export const itAtEveryCall = fixturesOver(startSimulatedTable)

/** @param start creates an empty table */
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
      // In that table, an org that has verified noordzee.example, and the org that its people are claimed from.
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
