import { defineConfig } from 'vitest/config'

/** What judges the mutants: the tests in the folders, or of the files, that `run.ts` names. */
const tests = (process.env.MUTATION_TESTS ?? '').split(' ')

export default defineConfig({
  test: {
    include: tests.map((each) => (each.endsWith('.ts') ? each : `${each}/**/*.test.ts`)),
    // They print nothing, and share no state: loading the sources anew for each file takes most of their time.
    isolate: false,
    globalSetup: ['test/support/run-folder.ts'],
    maxWorkers: 1,
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
})
