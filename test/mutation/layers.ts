export type Layer = 'rules' | 'usecases' | 'storage'

interface Judged {
  readonly files: string
  /** The folders of tests that must kill its mutants. */
  readonly tests: readonly string[]
  readonly leastKilledPercent: number
}

export const layers: Readonly<Record<Layer, Judged>> = {
  // Rules are tested only by their own unit tests: a mutant killed only by a caller’s test is killed by chance.
  rules: {
    files: 'shared/rules/**/*.ts',
    tests: ['test/unit/rules', 'test/property/rules'],
    leastKilledPercent: 97,
  },
  usecases: {
    files: 'shared/usecases/**/*.ts',
    tests: [
      'test/unit/usecases',
      'test/property/usecases',
      'test/integration/usecases',
      'test/integration/http',
    ],
    leastKilledPercent: 85,
  },
  storage: {
    files: 'shared/storage/**/*.ts',
    tests: ['test/unit/storage', 'test/integration/storage', 'test/integration/usecases'],
    leastKilledPercent: 85,
  },
}
