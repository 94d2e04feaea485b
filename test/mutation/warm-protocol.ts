/** The messages between Stryker’s process and the worker in which the tests are loaded. */
export const CHANNEL = 'mutation'

/** How often each mutant was hit, by its id. */
export type Hits = Record<string, number>

export interface MutantCoverage {
  readonly static: Hits
  readonly perTest: Record<string, Hits>
}

export interface TestOutcome {
  /** `file#full name`. */
  readonly id: string
  readonly file: string
  readonly name: string
  readonly state: 'pass' | 'fail' | 'skip'
  readonly ms: number
  readonly error: string | undefined
}

export type Ask =
  | { readonly kind: 'dry'; readonly files: readonly string[] }
  | {
      readonly kind: 'mutant'
      readonly mutant: string
      readonly hitLimit: number | undefined
      /** The ids of the tests to run; without any, all tests. */
      readonly testIds: readonly string[]
      readonly files: readonly string[]
      /** Test files that need the embedded DynamoDB. */
      readonly embedded: readonly string[]
      /** The CPU time of each test without a mutant. */
      readonly busyMs: Readonly<Record<string, number>>
    }
  | { readonly kind: 'end' }

export interface Answer {
  readonly tests: readonly TestOutcome[]
  readonly coverage?: MutantCoverage
  readonly embedded?: readonly string[]
  readonly busyMs?: Readonly<Record<string, number>>
  readonly hits?: number
  readonly timedOut?: boolean
}

export type Message =
  | { readonly from: 'stryker'; readonly ask: Ask }
  | { readonly from: 'worker'; readonly answer: Answer | 'ready' }
  | { readonly from: 'worker'; readonly answer: 'failed'; readonly why: string }
