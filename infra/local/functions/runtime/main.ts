/**
 * Runs a function's handler, as Lambda's Node.js runtime does. esbuild bundles it when the service starts: a process
 * that has to strip types starts 60 ms later.
 *
 * It handles one event at a time. It ends when its channel to the service closes, so no process outlives a service
 * that was killed.
 */
import { createRequire } from 'node:module'
import path from 'node:path'
import { shiftDate } from './clock.ts'
import type { FromRuntime, FunctionError, InitMessage, InvokeMessage, Memory, ToRuntime } from './protocol.ts'
import { useDnsServer } from './resolver.ts'

type Handler = (event: unknown, context: unknown) => unknown

const isHandler = (value: unknown): value is Handler => typeof value === 'function'

function send(message: FromRuntime): void {
  process.send?.(message)
}

function memory(): Memory {
  const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage()
  return {
    peakRssBytes: maxRSS * 1024,
    rssBytes: process.memoryUsage.rss(),
    cpuMicroseconds: userCPUTime + systemCPUTime,
  }
}

function describe(error: unknown): FunctionError {
  if (!(error instanceof Error)) return { errorType: typeof error, errorMessage: String(error) }
  return {
    errorType: error.name,
    errorMessage: error.message,
    trace: (error.stack ?? '').split('\n'),
  }
}

function load({ directory, handler }: InitMessage): Handler {
  const dot = handler.lastIndexOf('.')
  const [file, name] = [handler.slice(0, dot), handler.slice(dot + 1)]
  const loaded: unknown = createRequire(path.join(directory, 'package.json'))(path.join(directory, file))
  const found: unknown = typeof loaded === 'object' && loaded !== null ? Reflect.get(loaded, name) : undefined
  if (!isHandler(found)) throw new TypeError(`${handler} is undefined or not exported`)
  return found
}

async function invoke(handler: Handler, init: InitMessage, message: InvokeMessage): Promise<void> {
  const { requestId, timeoutMs } = message
  const startedAt = performance.now()
  const context = {
    callbackWaitsForEmptyEventLoop: true,
    functionName: init.functionName,
    functionVersion: '$LATEST',
    invokedFunctionArn: init.functionArn,
    memoryLimitInMB: String(init.memoryMb),
    awsRequestId: requestId,
    logGroupName: process.env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME,
    getRemainingTimeInMillis: () => Math.max(0, Math.floor(timeoutMs - (performance.now() - startedAt))),
  }
  try {
    const result = await handler(JSON.parse(message.event), context)
    send({ kind: 'done', requestId, payload: JSON.stringify(result) ?? 'null', memory: memory() })
  } catch (error) {
    const described = describe(error)
    console.error(
      `${requestId}\tERROR\tInvoke Error\t${JSON.stringify({ ...described, stack: described.trace })}`,
    )
    send({ kind: 'failed', requestId, error: described, memory: memory() })
  }
}

function start(init: InitMessage): void {
  const setClock = shiftDate(init.clock)
  if (init.dns !== undefined) useDnsServer(init.dns)
  let handler: Handler | undefined
  process.on('message', (message: ToRuntime) => {
    if (message.kind === 'clock') {
      setClock(message.clock)
      send({ kind: 'clock', id: message.id })
    } else if (message.kind === 'invoke' && handler !== undefined) {
      void invoke(handler, init, message)
    }
  })
  try {
    handler = load(init)
    send({ kind: 'ready', memory: memory() })
  } catch (error) {
    console.error(error)
    send({ kind: 'unable', error: describe(error) })
  }
}

process.once('message', (message: ToRuntime) => {
  if (message.kind === 'init') start(message)
})
process.on('disconnect', () => process.exit())
// A Ctrl-C in the terminal reaches the whole process group. The service ends this process when it is done with it.
process.on('SIGINT', () => {})
