import { defineConfig } from 'vitest/config'

/** What judges the mutants of the rules: the tests that need no storage. */
export default defineConfig({
  test: {
    include: ['test/{unit,property}/{rules,messages,usecases}/**/*.test.ts'],
    maxWorkers: 1,
    testTimeout: 60_000,
  },
})
