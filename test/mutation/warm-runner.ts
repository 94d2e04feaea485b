import path from 'node:path'
import { performance } from 'node:perf_hooks'
import { BroadcastChannel } from 'node:worker_threads'
import { type RunnerTask, type RunnerTestCase, type RunnerTestFile, TestRunner } from 'vitest'
import { startTests } from 'vitest/internal/browser'
import {
  type Answer,
  type Ask,
  CHANNEL,
  type Hits,
  type Message,
  type MutantCoverage,
  type TestOutcome,
} from './warm-protocol.ts'

/**
 * CPU time that a test may take with a mutant in addition to three times its usual time. Counted in CPU time and not
 * in real time, so that a busy machine doesn’t look like an endless loop.
 */
const BUSY_MS = 700
const IDLE_MS = 4_000
const TIMES_ITS_OWN = 3
const LOOK_EVERY_MS = 100

/** CPU time of this thread since then, in milliseconds. */
function stopwatch(): { busyMs: () => number; idleMs: () => number } {
  const cpu = process.threadCpuUsage()
  const loop = performance.eventLoopUtilization()
  return {
    busyMs: () => {
      const { user, system } = process.threadCpuUsage(cpu)
      return (user + system) / 1000
    },
    idleMs: () => performance.eventLoopUtilization(loop).idle,
  }
}

/**
 * The global object in which Stryker's switches in the code look up the active mutant, and count what was reached.
 */
interface Switchboard {
  activeMutant?: string | undefined
  currentTestId?: string | undefined
  hitCount?: number | undefined
  hitLimit?: number | undefined
  mutantCoverage?: MutantCoverage
}

declare global {
  var __stryker__: Switchboard | undefined
}

globalThis.__stryker__ ??= {}
const switchboard: Switchboard = globalThis.__stryker__

/** Called from within the code while a mutant is active, since timers don’t fire in code that never waits. */
let look = (): void => {}
const READS_BETWEEN_LOOKS = 1_000
let mutantOn: string | undefined
let reads = 0
/** The mutant was switched off because it took too long; work that it has started may still be running. */
let isOverdue = false
Object.defineProperty(switchboard, 'activeMutant', {
  get: () => {
    if (++reads % READS_BETWEEN_LOOKS > 0) return mutantOn
    if (mutantOn !== undefined) look()
    else if (isOverdue) throw new Error('it goes on without the mutant')
    return mutantOn
  },
  set: (mutant: string | undefined) => {
    mutantOn = mutant
  },
})

const nameOf = (task: RunnerTask): string =>
  task.suite === undefined ? task.name : `${nameOf(task.suite)} > ${task.name}`

const idOf = (test: RunnerTestCase): string =>
  `${path.relative(process.cwd(), test.file.filepath)}#${nameOf(test)}`

const testsIn = (tasks: readonly RunnerTask[]): RunnerTestCase[] =>
  tasks.flatMap((task) => (task.type === 'suite' ? testsIn(task.tasks) : [task]))

const messageOf = (task: RunnerTask): string | undefined =>
  task.result?.errors?.map(({ message }) => message).join('\n')

/** The first error outside of a test: in a hook, or in the file itself. */
function failedOutside(task: RunnerTask): string | undefined {
  if (task.type !== 'suite') return undefined
  const own = task.result?.errors?.length ? messageOf(task) : undefined
  return own ?? task.tasks.map(failedOutside).find((message) => message !== undefined)
}

/** Leaves out unwanted tests, and suites without other tests, with their hooks. */
function narrow(tasks: readonly RunnerTask[], wanted: ReadonlySet<string>): boolean {
  let any = false
  for (const task of tasks) {
    const runs = task.type === 'suite' ? narrow(task.tasks, wanted) : wanted.has(idOf(task))
    if (!runs) task.mode = 'skip'
    any ||= runs
  }
  return any
}

/**
 * Runs test files repeatedly in one worker, with the sources loaded once: loading them takes a hundred times as long
 * as a mutant’s tests. Only the test file itself is loaded again.
 */
export default class WarmRunner extends TestRunner {
  /** Called before the only file that Vitest runs, which just keeps the worker alive. */
  async onBeforeCollect(): Promise<void> {
    const channel = new BroadcastChannel(CHANNEL)
    const tell = (message: Message): void => channel.postMessage(message)
    const { promise: ended, resolve: end } = Promise.withResolvers<void>()
    let before: Promise<unknown> = Promise.resolve()
    channel.onmessage = (event) => {
      const { data } = event as { data: Message }
      if (data.from !== 'stryker') return
      const { ask } = data
      if (ask.kind === 'end') end()
      else
        before = before
          .then(() => this.#answer(ask))
          .then(
            (answer) => tell({ from: 'worker', answer }),
            (error: unknown) =>
              tell({
                from: 'worker',
                answer: 'failed',
                why: error instanceof Error ? (error.stack ?? '') : String(error),
              }),
          )
    }
    tell({ from: 'worker', answer: 'ready' })
    await ended
    channel.close()
    throw new Error('the mutants are through')
  }

  #answer(ask: Exclude<Ask, { kind: 'end' }>): Promise<Answer> {
    return ask.kind === 'dry' ? this.#dryRun(ask.files) : this.#mutantRun(ask)
  }

  async #dryRun(files: readonly string[]): Promise<Answer> {
    const tests: TestOutcome[] = []
    const embedded: string[] = []
    const busyMs: Record<string, number> = {}
    for (const file of files) {
      // A first run for code that runs when modules are loaded or first used. Mutants reached only then are static.
      process.env.TEST_TABLE = 'memory'
      await this.#run(file, {})
      let outcomes = await this.#run(file, { busyMs })
      // Leave out tests that meter or disturb DynamoDB calls, if the rest of the file can use the simulated table.
      const passed = outcomes.filter(({ state }) => state === 'pass')
      if (passed.length > 0) outcomes = passed
      else {
        process.env.TEST_TABLE = 'embedded'
        embedded.push(file)
        outcomes = await this.#run(file, { busyMs })
      }
      tests.push(...outcomes)
    }
    switchboard.mutantCoverage ??= { static: {}, perTest: {} }
    const all = switchboard.mutantCoverage
    const perTest: Record<string, Hits> = {}
    for (const { id, file, state } of tests) {
      if (state !== 'pass') continue
      const hits = { ...all.perTest[file] }
      for (const [mutant, count] of Object.entries(all.perTest[id] ?? {}))
        hits[mutant] = (hits[mutant] ?? 0) + count
      perTest[id] = hits
    }
    return { tests, embedded, busyMs, coverage: { static: all.static, perTest } }
  }

  #underWay = { test: '', watch: stopwatch() }

  #begin(test: string): void {
    this.#underWay = { test, watch: stopwatch() }
  }

  async #mutantRun(ask: Extract<Ask, { kind: 'mutant' }>): Promise<Answer> {
    const { mutant, hitLimit, testIds, files, embedded, busyMs } = ask
    const wanted = testIds.length === 0 ? undefined : new Set(testIds)
    const chosen =
      wanted === undefined ? files : files.filter((file) => testIds.some((id) => id.startsWith(`${file}#`)))
    const tests: TestOutcome[] = []
    switchboard.hitCount = 0
    switchboard.hitLimit = hitLimit
    switchboard.activeMutant = mutant
    let timedOut = false
    this.#begin('')
    // With the mutant switched off, an endless loop ends, and the worker doesn’t have to be restarted.
    look = () => {
      const { test, watch } = this.#underWay
      const own = busyMs[test] ?? 0
      if (watch.busyMs() < BUSY_MS + TIMES_ITS_OWN * own && watch.idleMs() < IDLE_MS) return
      timedOut = true
      isOverdue = true
      switchboard.activeMutant = undefined
    }
    const timer = setInterval(look, LOOK_EVERY_MS)
    try {
      for (const file of chosen) {
        process.env.TEST_TABLE = embedded.includes(file) ? 'embedded' : 'memory'
        tests.push(...(await this.#judge(file, wanted, mutant)))
        if (timedOut || tests.some(({ state }) => state === 'fail')) break
      }
    } finally {
      clearInterval(timer)
      isOverdue = false
      switchboard.activeMutant = undefined
      switchboard.hitLimit = undefined
    }
    return { tests, hits: switchboard.hitCount, timedOut }
  }

  /** Tests that have passed without the others of their file, and those that can't. */
  readonly #sound = new Set<string>()
  readonly #unsound = new Set<string>()

  /**
   * Runs tests of a file with a mutant, up to the first that fails. These are only some of the file’s tests: one that
   * also fails without the mutant depends on an earlier test, and proves nothing.
   */
  async #judge(
    file: string,
    wanted: ReadonlySet<string> | undefined,
    mutant: string,
  ): Promise<TestOutcome[]> {
    for (;;) {
      const chosen = wanted?.difference(this.#unsound)
      const outcomes = await this.#run(file, { wanted: chosen })
      for (const { id, state } of outcomes) if (state === 'pass') this.#sound.add(id)
      const failed = outcomes.find(({ state }) => state === 'fail')
      if (failed === undefined || this.#sound.has(failed.id) || switchboard.activeMutant === undefined)
        return outcomes
      switchboard.activeMutant = undefined
      const again = await this.#run(file, { wanted: chosen })
      switchboard.activeMutant = mutant
      for (const { id, state } of again) if (state === 'pass') this.#sound.add(id)
      const unsound = again.filter(({ state }) => state === 'fail')
      if (unsound.length === 0 || chosen === undefined) return outcomes
      for (const { id } of unsound) this.#unsound.add(id)
    }
  }

  async #run(
    file: string,
    {
      wanted,
      busyMs,
    }: {
      wanted?: ReadonlySet<string> | undefined
      /** For a run that counts what is reached: called with the CPU time of each test. */
      busyMs?: Record<string, number>
    },
  ): Promise<TestOutcome[]> {
    let failed = false
    const covers = busyMs !== undefined
    const outside = (): void => {
      switchboard.currentTestId = covers ? file : undefined
    }
    const runner: TestRunner = Object.create(this)
    Object.assign(runner, {
      // Nothing of this is reported to Vitest or kept.
      onBeforeCollect: undefined,
      onCleanupWorkerContext: undefined,
      onTaskUpdate: async () => {},
      onCollectStart: () => {},
      onCollected: async () => {},
      onAfterRunSuite: async () => {},
      onAfterRunFiles: () => {},
      onBeforeRunFiles: (files: RunnerTestFile[]) => {
        if (wanted !== undefined) narrow(files, wanted)
      },
      onBeforeRunTask: async (test: RunnerTestCase) => {
        if (failed && !covers) test.mode = 'skip'
        if (covers) switchboard.currentTestId = idOf(test)
        this.#begin(idOf(test))
      },
      onAfterRunTask: async (test: RunnerTestCase) => {
        if (test.result?.state === 'fail') failed = true
        if (busyMs !== undefined) busyMs[idOf(test)] = this.#underWay.watch.busyMs()
        this.#begin('')
        outside()
      },
    })
    outside()
    const [done] = await startTests([path.resolve(file)], runner)
    switchboard.currentTestId = undefined
    if (done === undefined) return []
    const error = failedOutside(done)
    const outcomes = testsIn(done.tasks).map(
      (test): TestOutcome => ({
        id: idOf(test),
        file,
        name: nameOf(test),
        state: test.result?.state === 'pass' ? 'pass' : test.result?.state === 'fail' ? 'fail' : 'skip',
        ms: test.result?.duration ?? 0,
        error: messageOf(test),
      }),
    )
    if (error === undefined) return outcomes
    // A failing hook counts as a failing test, so that the mutant has a killer.
    const [first] = outcomes
    return first === undefined
      ? [{ id: `${file}#`, file, name: '', state: 'fail', ms: 0, error }]
      : [{ ...first, state: 'fail', error }, ...outcomes.slice(1)]
  }
}
