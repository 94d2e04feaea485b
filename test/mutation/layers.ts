export type Layer = 'rules' | 'usecases' | 'storage'

interface Judged {
  readonly files: string
  /** What judges it: folders of tests. */
  readonly tests: readonly string[]
  readonly leastKilledPercent: number
}

export const layers: Readonly<Record<Layer, Judged>> = {
  // Pure code by pure tests of its own: a rule that only a test of its user proves is proven by chance.
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
