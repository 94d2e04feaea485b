/**
 * Runs the functions in processes, which start with the first event and are kept warm. A function has at most
 * `PROCESSES_PER_FUNCTION` of them, whatever concurrency its event source allows, since they all share this machine's
 * cores. Events wait for a process in order.
 */
import { randomUUID } from 'node:crypto'
import { availableParallelism } from 'node:os'
import { LOCAL_REGION as region } from '../aws/names.ts'
import { type FunctionProcess, type InvocationOutcome, startProcess } from './function-process.ts'
import type { ClockState } from './runtime/protocol.ts'
import type { FunctionDefinition } from '../template/wiring-functions.ts'

export type { InvocationOutcome } from './function-process.ts'

/**
 * As many as the machine has cores, since more would only wait for these. At least two, so that a slow request
 * doesn't delay a short one; at most eight, since each takes some 70 MB.
 */
export const PROCESSES_PER_FUNCTION = Math.min(8, Math.max(2, availableParallelism()))

/**
 * Lambda also ends idle processes after some minutes. Several services on one machine must not keep all they ever
 * started.
 */
const endIdleAfterMs = 5 * 60_000

export interface FunctionReport {
  readonly name: string
  readonly logicalId: string
  readonly invocations: number
  readonly errors: number
  /** Number of processes that are running. */
  readonly processes: number
  readonly pids: readonly number[]
  /** Largest resident memory of any process of the function so far. */
  readonly peakRssBytes: number
  /** CPU time of all its processes so far: until each was ready, and from then until its last answer. */
  readonly startMicroseconds: number
  readonly workMicroseconds: number
  /** Bytes of its output in UTF-8. */
  readonly logBytes: number
}

export interface FunctionsOptions {
  readonly definitions: readonly FunctionDefinition[]
  /** The bundled functions/runtime/main.ts. */
  readonly runtime: string
  /** The AWS gateway's address, to which all calls of the SDK go. */
  readonly awsEndpoint: string
  /** The credentials that sign each function's calls and identify it, by function name. */
  readonly credentials: ReadonlyMap<string, { accessKeyId: string; secretAccessKey: string }>
  readonly dns?: string
  readonly clock: ClockState
  readonly onLine: (functionName: string, line: string) => void
}

export interface Functions {
  /** Waits for a free process. Throws only for an unknown ARN; failures of the function are in the outcome. */
  invoke(functionArn: string, event: unknown): Promise<InvocationOutcome>
  /** Invokes a function by its logical id; undefined if there is none. */
  invokeNamed(logicalId: string, event: unknown): Promise<InvocationOutcome | undefined>
  /** Resolves when every process's `Date` follows this clock. Processes that start later follow it too. */
  setClock(clock: ClockState): Promise<void>
  list(): readonly FunctionReport[]
  stop(): Promise<void>
}

interface Slot {
  readonly process: FunctionProcess
  isIdle: boolean
  idleTimer?: NodeJS.Timeout
}

interface Pool {
  readonly definition: FunctionDefinition
  readonly limit: number
  readonly slots: Set<Slot>
  readonly waiting: ((slot: Slot) => void)[]
  invocations: number
  errors: number
  peakRssBytes: number
  startMicroseconds: number
  workMicroseconds: number
  logBytes: number
}

function environmentOf(options: FunctionsOptions, definition: FunctionDefinition): Record<string, string> {
  const credentials = options.credentials.get(definition.name)
  return {
    ...definition.environment,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_ACCESS_KEY_ID: credentials?.accessKeyId ?? '',
    AWS_SECRET_ACCESS_KEY: credentials?.secretAccessKey ?? '',
    AWS_ENDPOINT_URL: options.awsEndpoint,
    // The function must not see the AWS settings of this machine's user.
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    AWS_LAMBDA_FUNCTION_NAME: definition.name,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(definition.memoryMb),
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${definition.name}`,
    AWS_LAMBDA_LOG_STREAM_NAME: randomUUID(),
    LAMBDA_TASK_ROOT: definition.directory,
    LANG: 'en_US.UTF-8',
    TZ: ':UTC',
  }
}

export function createFunctions(options: FunctionsOptions): Functions {
  let clock = options.clock
  let isStopping = false
  const pools = new Map<string, Pool>(
    options.definitions.map((definition) => [
      definition.arn,
      {
        definition,
        limit: Math.min(PROCESSES_PER_FUNCTION, definition.reservedConcurrency ?? PROCESSES_PER_FUNCTION),
        slots: new Set<Slot>(),
        waiting: [],
        invocations: 0,
        errors: 0,
        peakRssBytes: 0,
        startMicroseconds: 0,
        workMicroseconds: 0,
        logBytes: 0,
      },
    ]),
  )

  function start(pool: Pool): Slot {
    const { definition } = pool
    let lastMicroseconds: number | undefined
    const slot: Slot = {
      isIdle: false,
      process: startProcess({
        runtime: options.runtime,
        definition,
        environment: environmentOf(options, definition),
        ...(options.dns !== undefined && { dns: options.dns }),
        clock,
        onLine: (line) => {
          pool.logBytes += Buffer.byteLength(line) + 1
          options.onLine(definition.name, line)
        },
        onMemory: ({ peakRssBytes, cpuMicroseconds }) => {
          pool.peakRssBytes = Math.max(pool.peakRssBytes, peakRssBytes)
          if (lastMicroseconds === undefined) pool.startMicroseconds += cpuMicroseconds
          else pool.workMicroseconds += cpuMicroseconds - lastMicroseconds
          lastMicroseconds = cpuMicroseconds
        },
        onExit: () => {
          clearTimeout(slot.idleTimer)
          pool.slots.delete(slot)
          const next = isStopping ? undefined : pool.waiting.shift()
          next?.(start(pool))
        },
      }),
    }
    pool.slots.add(slot)
    return slot
  }

  function acquire(pool: Pool): Slot | Promise<Slot> {
    for (const slot of pool.slots) {
      if (!slot.isIdle || !slot.process.isUsable()) continue
      clearTimeout(slot.idleTimer)
      slot.isIdle = false
      return slot
    }
    if (pool.slots.size < pool.limit) return start(pool)
    return new Promise((resolve) => pool.waiting.push(resolve))
  }

  function release(pool: Pool, slot: Slot): void {
    // A process that has ended has passed on its place already, and one that is ending will.
    if (!pool.slots.has(slot) || !slot.process.isUsable()) return
    const next = pool.waiting.shift()
    if (next !== undefined) {
      next(slot)
      return
    }
    slot.isIdle = true
    slot.idleTimer = setTimeout(() => void slot.process.end(), endIdleAfterMs).unref()
  }

  async function invoke(functionArn: string, event: unknown): Promise<InvocationOutcome> {
    const pool = pools.get(functionArn)
    if (pool === undefined) throw new Error(`there is no function ${functionArn}`)
    if (pool.limit === 0 || isStopping) {
      return { ok: false, error: { errorType: 'TooManyRequestsException', errorMessage: 'Rate Exceeded.' } }
    }
    const slot = await acquire(pool)
    pool.invocations += 1
    const outcome = await slot.process.invoke(event)
    if (!outcome.ok) {
      pool.errors += 1
      options.onLine(pool.definition.name, `${outcome.error.errorType}: ${outcome.error.errorMessage}`)
    }
    release(pool, slot)
    return outcome
  }

  return {
    invoke,
    async invokeNamed(logicalId, event) {
      const definition = options.definitions.find((each) => each.logicalId === logicalId)
      return definition && invoke(definition.arn, event)
    },
    async setClock(next) {
      clock = next
      await Promise.all(
        [...pools.values()].flatMap((pool) => [...pool.slots].map((slot) => slot.process.setClock(next))),
      )
    },
    list: () =>
      [...pools.values()].map(({ definition, limit: _, slots, waiting: __, ...counted }) => ({
        name: definition.name,
        logicalId: definition.logicalId,
        processes: slots.size,
        pids: [...slots].flatMap(({ process }) => (process.pid === undefined ? [] : [process.pid])),
        ...counted,
      })),
    async stop() {
      isStopping = true
      await Promise.all(
        [...pools.values()].flatMap((pool) => [...pool.slots].map((slot) => slot.process.end())),
      )
    },
  }
}
