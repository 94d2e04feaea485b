import { defineConfig } from 'vitest/config'

/** The tests that must kill the mutants: in the folders or files that `run.ts` names. */
const tests = (process.env.MUTATION_TESTS ?? '').split(' ')

export default defineConfig({
  test: {
    include: tests.map((each) => (each.endsWith('.ts') ? each : `${each}/**/*.test.ts`)),
    // Without isolation: the tests share no state, and loading the sources for each file would take most of the time.
    isolate: false,
    globalSetup: ['test/support/run-folder.ts'],
    maxWorkers: 1,
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
})
