import { configDefaults, defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/{unit,property,integration,e2e,infra,simulation}/**/*.test.ts'],
    // It takes minutes, and is part of `npm run test:faults`.
    exclude: [...configDefaults.exclude, 'test/e2e/hard-dynamodb.test.ts'],
    // Two cores is what CI has, and the integration tests bring emulators of their own.
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 120_000,
    coverage: {
      provider: 'v8',
      include: ['shared/**/*.ts', 'functions/**/*.ts'],
      // It runs in a browser, where test/e2e/console looks at it.
      exclude: ['functions/console/app/**'],
      reporter: ['text-summary'],
    },
  },
})
