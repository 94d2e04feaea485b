import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { BroadcastChannel } from 'node:worker_threads'
import { createVitest, type Vitest } from 'vitest/node'
import { type Answer, type Ask, CHANNEL, type Message, type TestOutcome } from './warm-protocol.ts'

/** The results of the first run, stored in the sandbox for the process that replaces one whose mutant never ended. */
const FOUND = 'mutation-files.json'

interface Found {
  /** Sorts quick tests first, since one of them may kill the mutant. */
  readonly files: readonly string[]
  /** Test files that need the embedded DynamoDB. */
  readonly embedded: readonly string[]
  readonly busyMs: Readonly<Record<string, number>>
}

/** The interface that Stryker requires of a test runner. */
interface MutantRun {
  readonly activeMutant: { readonly id: string }
  readonly testFilter?: readonly string[]
  readonly hitLimit?: number
}

const SUCCESS = 0
const FAILED = 1
const SKIPPED = 2
const STATUS = { pass: SUCCESS, fail: FAILED, skip: SKIPPED }

const resultOf = ({ id, name, state, ms, file, error }: TestOutcome) => ({
  id,
  name,
  status: STATUS[state],
  timeSpentMs: ms,
  fileName: path.resolve(file),
  ...(state === 'fail' ? { failureMessage: error ?? 'failed' } : {}),
})

/** Stryker's test runner for tests that stay loaded in one worker of Vitest. */
class WarmTestRunner {
  #vitest: Vitest | undefined
  #found: Found = { files: [], embedded: [], busyMs: {} }
  readonly #channel = new BroadcastChannel(CHANNEL)
  #run: Promise<unknown> | undefined

  capabilities() {
    // Not true, but otherwise Stryker would start a process for each mutant that is also reached while the sources
    // load.
    return { reloadEnvironment: true }
  }

  async init(): Promise<void> {
    process.env.NODE_ENV = 'test'
    process.env.VITEST = '1'
    const vitest = await createVitest('test', {
      config: 'test/mutation/vitest.config.ts',
      runner: path.resolve('test/mutation/warm-runner.ts'),
      pool: 'threads',
      maxWorkers: 1,
      watch: false,
      coverage: { enabled: false },
      reporters: [{}],
      onConsoleLog: () => false,
    })
    this.#vitest = vitest
    const specifications = await vitest.globTestSpecifications()
    const [first] = specifications
    if (first === undefined) throw new Error('there are no tests')
    this.#found = existsSync(FOUND)
      ? JSON.parse(readFileSync(FOUND, 'utf8'))
      : {
          files: specifications.map(({ moduleId }) => path.relative(process.cwd(), moduleId)),
          embedded: [],
          busyMs: {},
        }
    const ready = this.#next()
    this.#run = vitest.runTestSpecifications([first]).catch(() => undefined)
    await ready
  }

  #next(): Promise<Answer | undefined> {
    return new Promise((resolve, reject) => {
      this.#channel.onmessage = (event) => {
        const { data } = event as { data: Message }
        if (data.from !== 'worker') return
        if (data.answer === 'failed') reject(new Error('why' in data ? data.why : ''))
        else resolve(data.answer === 'ready' ? undefined : data.answer)
      }
    })
  }

  async #ask(ask: Ask): Promise<Answer> {
    const message: Message = { from: 'stryker', ask }
    const next = this.#next()
    this.#channel.postMessage(message)
    const answer = await next
    if (answer === undefined) throw new Error('the worker began anew')
    return answer
  }

  async dryRun() {
    const {
      tests,
      coverage,
      embedded = [],
      busyMs = {},
    } = await this.#ask({
      kind: 'dry',
      files: this.#found.files,
    })
    const ofFile = (file: string): number =>
      tests.reduce((sum, { id, file: its }) => (its === file ? sum + (busyMs[id] ?? 0) : sum), 0)
    const files = this.#found.files.toSorted((a, b) => ofFile(a) - ofFile(b))
    this.#found = { files, embedded, busyMs }
    writeFileSync(FOUND, JSON.stringify(this.#found))
    return { status: 'complete', tests: tests.map(resultOf), mutantCoverage: coverage }
  }

  async mutantRun({ activeMutant, testFilter = [], hitLimit }: MutantRun) {
    const {
      tests,
      hits = 0,
      timedOut = false,
    } = await this.#ask({
      kind: 'mutant',
      mutant: activeMutant.id,
      hitLimit,
      testIds: testFilter,
      ...this.#found,
    })
    const nrOfTests = tests.filter(({ state }) => state !== 'skip').length
    if (hitLimit !== undefined && hits > hitLimit)
      return { status: 'timeout', reason: `Hit limit reached (${hits}/${hitLimit})` }
    if (timedOut) return { status: 'timeout', reason: 'It went on for ever' }
    const failed = tests.filter(({ state }) => state === 'fail')
    return failed.length === 0
      ? { status: 'survived', nrOfTests }
      : {
          status: 'killed',
          killedBy: failed.map(({ id }) => id),
          failureMessage: failed[0]?.error ?? 'failed',
          nrOfTests,
        }
  }

  async dispose(): Promise<void> {
    const message: Message = { from: 'stryker', ask: { kind: 'end' } }
    this.#channel.postMessage(message)
    await this.#run
    this.#channel.close()
    await this.#vitest?.close()
  }
}

const factory = Object.assign(() => new WarmTestRunner(), { inject: [] })

export const strykerPlugins = [{ kind: 'TestRunner', name: 'warm', factory }]
