/**
 * `npm run test:faults`: what runs against the embedded DynamoDB runs here against one as hard as the real one, in which
 * one call in twenty meets a fault. DYNAMODB_FAULTS gives others (`seed`, say).
 */
import { configDefaults, defineConfig } from 'vitest/config'

/** Reads of indexes don't lag here, since most tests look at once at what they have done; `hard-dynamodb` has them lag. */
const FAULTS = 'rate=0.05,seed=1,holdMs=5,late=0'

export default defineConfig({
  test: {
    include: ['test/integration/{storage,usecases,http}/**/*.test.ts', 'test/e2e/**/*.test.ts'],
    exclude: [
      ...configDefaults.exclude,
      // They count calls and capacity units, which every try that failed adds to.
      'test/integration/storage/{costs,deletion-costs,sync-costs}.test.ts',
      'test/integration/http/{bounded-lists,foreign-likeness}.test.ts',
      'test/integration/usecases/imports/samples.test.ts',
      // It kills a removal at each of its calls, by their number, which is another in every run here.
      'test/integration/usecases/deletion/delete-organization-faults.test.ts',
    ],
    env: { DYNAMODB_FAULTS: process.env.DYNAMODB_FAULTS ?? FAULTS },
    maxWorkers: 2,
    globalSetup: ['test/support/run-folder.ts'],
    // What is refused is asked for again after a pause, and after some pauses by a queue's next delivery.
    testTimeout: 300_000,
    hookTimeout: 300_000,
  },
})
