import { tmpdir } from 'node:os'
import path from 'node:path'
import { configDefaults, defineConfig } from 'vitest/config'
import { LongFilesFirst } from './test/support/sequencer.ts'

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

/**
 * Two cores is what CI has. Who drives a whole service from outside waits for it a quarter of the time, and one worker more fills
 * that; the simulation, which never waits, fills what the first services take to be built.
 */
const withServices = { maxWorkers: 3, sequence: { groupOrder: 0 } } as const
/** They keep a core each busy: another worker would only load all modules once more. */
const withTables = { maxWorkers: 2, sequence: { groupOrder: 1 } } as const

export default defineConfig({
  test: {
    sequence: { sequencer: LongFilesFirst },
    globalSetup: ['test/support/run-folder.ts'],
    // For the workers, and more so for the commands that tests start: without what was compiled before they take a third longer.
    env: { NODE_COMPILE_CACHE: path.join(tmpdir(), 'node-compile-cache') },
    // They end what hangs, and must not end what is slow on a machine that others keep busy.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          ...withTables,
          include: ['test/{unit,property}/**/*.test.ts'],
          exclude: leftOut,
          // They are pure: loading the sources anew for each file took two thirds of their time.
          isolate: false,
        },
      },
      {
        extends: true,
        test: {
          name: 'simulation',
          ...withServices,
          include: ['test/simulation/**/*.test.ts'],
          exclude: leftOut,
        },
      },
      {
        extends: true,
        test: {
          name: 'integration',
          ...withTables,
          include: ['test/{integration,infra}/**/*.test.ts'],
          exclude: [...leftOut, ...browserTests],
          isolate: false,
        },
      },
      {
        extends: true,
        test: {
          name: 'e2e',
          ...withServices,
          include: ['test/e2e/**/*.test.ts'],
          exclude: [...leftOut, ...browserTests],
          isolate: false,
        },
      },
      { extends: true, test: { name: 'browser', ...withTables, include: browserTests, exclude: leftOut } },
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
