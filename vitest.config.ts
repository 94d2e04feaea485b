import { configDefaults, defineConfig } from 'vitest/config'

const browserTests = [
  'test/integration/decision-page/{docs,every-page}.test.ts',
  'test/e2e/decision-page.test.ts',
  'test/e2e/console/**/*.test.ts',
]

/** Beside those that each project leaves out. */
const leftOut = [
  ...configDefaults.exclude,
  // It takes minutes, and is part of `npm run test:faults`.
  'test/e2e/hard-dynamodb.test.ts',
]

export default defineConfig({
  test: {
    // Two cores is what CI has, and the integration tests bring emulators of their own.
    maxWorkers: 2,
    globalSetup: ['test/support/run-folder.ts'],
    // They end what hangs, and must not end what is slow on a machine that others keep busy.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['test/{unit,property}/**/*.test.ts'],
          exclude: leftOut,
          // They are pure: loading the sources anew for each file took two thirds of their time.
          isolate: false,
        },
      },
      {
        extends: true,
        test: { name: 'simulation', include: ['test/simulation/**/*.test.ts'], exclude: leftOut },
      },
      {
        extends: true,
        test: {
          name: 'integration',
          include: ['test/{integration,infra}/**/*.test.ts'],
          exclude: [...leftOut, ...browserTests],
          isolate: false,
        },
      },
      {
        extends: true,
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          exclude: [...leftOut, ...browserTests],
          isolate: false,
        },
      },
      { extends: true, test: { name: 'browser', include: browserTests, exclude: leftOut } },
    ],
    // It took a third more of the simulation's time and a seventh of the others': .ci/run and `npm run coverage` ask for it.
    coverage: {
      provider: 'v8',
      include: ['shared/**/*.ts', 'functions/**/*.ts'],
      // It runs in a browser, where test/e2e/console looks at it.
      exclude: ['functions/console/app/**'],
      reporter: ['text-summary'],
    },
  },
})
