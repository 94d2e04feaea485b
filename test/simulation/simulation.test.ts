import { expect, it } from 'vitest'
import { run } from './run.ts'
import { describeFailure, shrink } from './shrink.ts'

/** Seeds that run with every `npm test`; `npm run simulate` plays more. */
const SEEDS = 200
const SEEDS_PER_TEST = 20

it.each(Array.from({ length: SEEDS / SEEDS_PER_TEST }, (_, n) => n * SEEDS_PER_TEST + 1))(
  'keeps every rule through the random histories of twenty seeds, from %i on',
  async (from) => {
    for (let seed = from; seed < from + SEEDS_PER_TEST; seed++) {
      const outcome = await run(seed)
      if (outcome.violations.length > 0) expect.fail(describeFailure(await shrink(outcome)))
    }
  },
)

it('plays a seed again to the letter', async () => {
  const hostile = [1, 3, 40]
  for (const seed of hostile) expect(await run(seed)).toEqual(await run(seed))
})
