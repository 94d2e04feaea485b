/** `npm start [-- --port N] [--data DIR] [--verbose]`: boots the service and stays up until it is told to end. */
import path from 'node:path'
import { parseArgs } from 'node:util'
import { startAssembling } from './assemble.ts'
import { TemplateError } from './assembly.ts'
import type { Running } from './boot.ts'
import { endpointsFile, localFolder, removeEndpoints } from './endpoints.ts'
import { AlreadyRunningError, lockFolder } from './instance-lock.ts'
import { PortInUseError } from './listen.ts'

const usage = 'Usage: npm start [-- --port N] [--data DIR] [--verbose]'

/** A part that hangs is left to the end of the process, which its watchdog notices. */
const stopLimitMs = 2_500

class UsageError extends Error {}

interface Arguments {
  readonly port?: number
  readonly data?: string
  readonly isVerbose: boolean
}

function parse() {
  try {
    return parseArgs({
      options: {
        port: { type: 'string' },
        data: { type: 'string' },
        verbose: { type: 'boolean', default: false },
      },
    }).values
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error))
  }
}

function readArguments(): Arguments {
  const values = parse()
  const text = values.port ?? process.env.PORT
  const port = text === undefined || text === '' ? undefined : Number(text)
  if (port !== undefined && (!Number.isInteger(port) || port < 1 || port > 65_535)) {
    throw new UsageError(`${text} is no port`)
  }
  return {
    ...(port !== undefined && { port }),
    ...(values.data !== undefined && { data: path.resolve(values.data) }),
    isVerbose: values.verbose,
  }
}

function describe({ endpoints, logFile }: Running, data: string | undefined): string {
  const { api, s3, bucket, inbox, control, dynamodb, table } = endpoints
  return `
The claim service is up (${(performance.now() / 1000).toFixed(1)} s).

  API        ${api}   (its description: ${api}/openapi.json)
  inbox      ${inbox}
  control    ${control}   (GET and POST /clock, POST /settle, GET /schedules, POST /dns)
  S3         ${s3}   bucket ${bucket}
  DynamoDB   ${dynamodb}   table ${table}
  log        ${logFile}
  state      ${data ?? 'in memory: it ends with this process (--data DIR keeps it)'}

A token for an admin of the org ORG (--role reader or platform for others):
  TOKEN=$(npm run -s token -- --org ORG)

Upload a file of people to claim for it, either way:
  aws s3 cp people.csv s3://${bucket}/imports/ORG/people.csv --endpoint-url ${s3}
  curl -fT people.csv --aws-sigv4 aws:amz:us-east-1:s3 --user any:any ${s3}/${bucket}/imports/ORG/people.csv

Then:
  curl -H "Authorization: Bearer $TOKEN" ${api}/v1/imports

Ctrl-C ends it.`
}

/** What went wrong in words where it is the caller's to mend, with its stack where it is ours. */
function explain(error: unknown): string {
  if (error instanceof UsageError) return `${error.message}\n${usage}`
  if (
    error instanceof PortInUseError ||
    error instanceof AlreadyRunningError ||
    error instanceof TemplateError
  ) {
    return error.message
  }
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}

async function main(): Promise<void> {
  const { port, data, isVerbose } = readArguments()
  const unlock = await lockFolder(localFolder)
  // One that a killed service left behind would send others to addresses that nobody answers.
  await removeEndpoints(endpointsFile)
  let running: Running | undefined
  let isEnding = false

  const end = async (code: number) => {
    if (isEnding) process.exit(code)
    isEnding = true
    setTimeout(() => process.exit(code), stopLimitMs).unref()
    await running?.stop()
    await unlock()
    process.exit(code)
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      end(0).catch((error: unknown) => {
        console.error(explain(error))
        process.exit(1)
      })
    })
  }
  try {
    const assembling = await startAssembling()
    // The parts take a second to load, in which the synthesis goes on.
    const { boot } = await import('./boot.ts')
    running = await boot({
      ...(port !== undefined && { port }),
      ...(data !== undefined && { data }),
      assembling,
      endpointsFile,
      logFile: path.join(localFolder, 'functions.log'),
      isVerbose,
      show: (line) => console.error(line),
      onFatal: (error) => {
        console.error(explain(error))
        end(1).catch(() => process.exit(1))
      },
    })
  } catch (error) {
    await unlock()
    throw error
  }
  console.log(describe(running, data))
}

main().catch((error: unknown) => {
  console.error(explain(error))
  process.exit(1)
})
