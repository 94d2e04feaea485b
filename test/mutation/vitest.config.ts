import { defineConfig } from 'vitest/config'

/** What judges the mutants of the rules: the tests that need neither a table nor a service. */
export default defineConfig({
  test: {
    include: ['test/{unit,property}/{rules,messages,usecases,csv,http,mail,storage}/**/*.test.ts'],
    maxWorkers: 1,
    testTimeout: 60_000,
  },
})
