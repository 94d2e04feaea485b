import { describe, expect } from 'vitest'
import type { TestResponse } from '../../support/api.ts'
import { meterCapacity, total } from '../../support/capacity.ts'
import { it } from '../../support/fixtures.ts'
import { type Likeness, likenesses } from '../../support/foreign.ts'

/*
 * How long an answer takes is mostly how many calls of the table it waits for. Wall-clock time is looked at by
 * `npm run likeness`.
 */
/** Those that follow each other as one. */
const inBrief = (commands: readonly string[]): string =>
  commands.map((each, n) => (commands[n - 1] === each ? '·' : each)).join(' ')

describe('what another organization has takes as long as what nobody has', () => {
  let cases: readonly Likeness[]
  let workOf: (ask: (n: number) => Promise<TestResponse>) => Promise<string>

  it.beforeAll(async ({ table, tableApi }) => {
    cases = await likenesses(tableApi)
    const meter = meterCapacity(table.client)
    workOf = async (ask) => {
      meter.take()
      const { status } = await ask(0)
      const { calls, reads, writes } = meter.take()
      // Those that are under way at once are answered in any order.
      const commands = calls.map(({ command, units }) => `${command} ${units}`).sort()
      return `${status}, ${total(reads)} R, ${total(writes)} W: ${inBrief(commands)}`
    }
  })

  it('E, R: the same calls of the table, in kind, number and units, whatever is asked for', async () => {
    expect(cases.length).toBeGreaterThan(25)
    const differing: unknown[] = []
    for (const { name, foreign: one, unknown: none } of cases) {
      const [first, second] = [await workOf(one), await workOf(none)]
      if (JSON.stringify(first) !== JSON.stringify(second))
        differing.push({ name, foreign: first, unknown: second })
    }
    expect(differing).toEqual([])
  })
})
