import { describe, expect } from 'vitest'
import { sendRateStore } from '../../../../shared/storage/stores/send-rate.ts'
import type { TestTable } from '../../../support/dynamo.ts'
import { it } from '../../../support/fixtures.ts'

/** At rates whose interval is no whole number of milliseconds, DynamoDB's number has more digits than JavaScript's. */
describe('the mails’ rate in the table', () => {
  let db: TestTable
  it.beforeAll(({ table }) => {
    db = table
  })

  it('begins anew after an idle time, whatever digits the number has (N1)', async () => {
    let nowMs = Date.parse('2026-11-26T20:00:00Z')
    const rate = sendRateStore(db.table, 1_000, () => nowMs)
    for (let round = 0; round < 20; round++) {
      for (const wanted of [1, 7, 10]) {
        expect(await rate.reserve(wanted, 5_000)).toMatchObject({ slots: { count: wanted } })
      }
      nowMs += 60_000
    }
  })
})
