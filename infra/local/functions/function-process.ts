/** One process of a function: Lambda calls it an execution environment. */
import { type ChildProcess, fork } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import type { ClockState, FromRuntime, FunctionError, Memory, ToRuntime } from './runtime/protocol.ts'
import type { FunctionDefinition } from '../template/wiring-functions.ts'

/** `payload` is the handler's result as JSON. */
export type InvocationOutcome =
  | { readonly ok: true; readonly payload: string }
  | { readonly ok: false; readonly error: FunctionError }

/** Lambda's limit for a synchronous response. */
const maximumResponseBytes = 6 * 1024 * 1024

/** Lambda's limit for loading the module. */
const initTimeoutMs = 10_000

/** The heap's share of the memory, so that a function which Lambda would kill for its memory dies here too. */
const heapShare = 0.9

export interface ProcessOptions {
  /** The bundled functions/runtime/main.ts. */
  readonly runtime: string
  readonly definition: FunctionDefinition
  /** The complete environment. Nothing is inherited from the service. */
  readonly environment: Readonly<Record<string, string>>
  readonly dns?: string
  readonly clock: ClockState
  readonly onLine: (line: string) => void
  readonly onMemory: (memory: Memory) => void
  /** Called once when the process has ended, for whatever reason. */
  readonly onExit: () => void
}

export interface FunctionProcess {
  readonly pid: number | undefined
  /** False once the process has been told to end, which takes a moment. */
  isUsable(): boolean
  /** Handles one event at a time. Never rejects: like Lambda, it reports every failure as the outcome. */
  invoke(event: unknown): Promise<InvocationOutcome>
  /** Resolves when the process's `Date` follows this clock, or the process has ended. */
  setClock(clock: ClockState): Promise<void>
  /** Resolves when the process has ended. */
  end(): Promise<void>
}

const failure = (errorType: string, errorMessage: string): InvocationOutcome => ({
  ok: false,
  error: { errorType, errorMessage },
})

function forEachLine(stream: Readable | null, onLine: (line: string) => void): void {
  if (stream !== null)
    createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY }).on('line', onLine)
}

export function startProcess(options: ProcessOptions): FunctionProcess {
  const { definition, runtime } = options
  const child: ChildProcess = fork(runtime, [], {
    cwd: definition.directory,
    env: options.environment,
    execArgv: [`--max-old-space-size=${Math.max(64, Math.floor(definition.memoryMb * heapShare))}`],
    // Events and results are sent as one text each; the default serialization would escape them again.
    serialization: 'advanced',
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
  forEachLine(child.stdout, options.onLine)
  forEachLine(child.stderr, options.onLine)

  const gone = Promise.withResolvers<void>()
  const ready = Promise.withResolvers<InvocationOutcome | undefined>()
  const acknowledgements = new Map<number, () => void>()
  let current: ((outcome: InvocationOutcome) => void) | undefined
  let clocks = 0
  let isGone = false
  let isEnding = false

  const kill = (): void => {
    isEnding = true
    child.kill('SIGKILL')
  }
  const say = (message: ToRuntime): void => {
    if (child.connected) child.send(message, () => undefined)
  }
  const finish = (outcome: InvocationOutcome): void => {
    const waiting = current
    current = undefined
    waiting?.(outcome)
  }

  const initTimer = setTimeout(() => {
    ready.resolve(failure('Sandbox.Timedout', `Init timed out after ${initTimeoutMs / 1000} seconds`))
    kill()
  }, initTimeoutMs)

  child.on('message', (message: FromRuntime) => {
    switch (message.kind) {
      case 'ready':
        clearTimeout(initTimer)
        options.onMemory(message.memory)
        ready.resolve(undefined)
        break
      case 'unable':
        ready.resolve({ ok: false, error: message.error })
        kill()
        break
      case 'clock':
        acknowledgements.get(message.id)?.()
        break
      case 'done':
        options.onMemory(message.memory)
        finish(
          Buffer.byteLength(message.payload) > maximumResponseBytes
            ? failure(
                'Function.ResponseSizeTooLarge',
                'Response payload size exceeded maximum allowed payload size',
              )
            : { ok: true, payload: message.payload },
        )
        break
      case 'failed':
        options.onMemory(message.memory)
        finish({ ok: false, error: message.error })
        break
    }
  })

  const onGone = (how: string): void => {
    if (isGone) return
    isGone = true
    clearTimeout(initTimer)
    const outcome = failure('Runtime.ExitError', `Runtime exited ${how}`)
    ready.resolve(outcome)
    finish(outcome)
    for (const acknowledge of acknowledgements.values()) acknowledge()
    options.onExit()
    gone.resolve()
  }
  child.on('error', (error) => onGone(`before it ran: ${error.message}`))
  child.on('exit', (code, signal) => onGone(code === null ? `by ${signal}` : `with status ${code}`))

  say({
    kind: 'init',
    directory: definition.directory,
    handler: definition.handler,
    clock: options.clock,
    ...(options.dns !== undefined && { dns: options.dns }),
    functionName: definition.name,
    functionArn: definition.arn,
    memoryMb: definition.memoryMb,
  })

  return {
    pid: child.pid,
    isUsable: () => !isEnding && !isGone,
    async invoke(event) {
      const unable = await ready.promise
      if (unable !== undefined) return unable
      if (isGone) return failure('Runtime.ExitError', 'Runtime exited before the event came')
      const { promise, resolve } = Promise.withResolvers<InvocationOutcome>()
      current = resolve
      const requestId = randomUUID()
      const seconds = (definition.timeoutMs / 1000).toFixed(2)
      const timer = setTimeout(() => {
        finish(
          failure(
            'Sandbox.Timedout',
            `RequestId: ${requestId} Error: Task timed out after ${seconds} seconds`,
          ),
        )
        kill()
      }, definition.timeoutMs)
      say({ kind: 'invoke', requestId, event: JSON.stringify(event), timeoutMs: definition.timeoutMs })
      try {
        return await promise
      } finally {
        clearTimeout(timer)
      }
    },
    async setClock(clock) {
      if (isGone) return
      const id = ++clocks
      await new Promise<void>((resolve) => {
        acknowledgements.set(id, resolve)
        say({ kind: 'clock', id, clock })
      })
      acknowledgements.delete(id)
    },
    async end() {
      kill()
      await gone.promise
    },
  }
}
