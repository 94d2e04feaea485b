/**
 * `npm start`: boots the service and keeps it running until it is told to end. `npm start -- --help` explains the
 * options.
 */
import path from 'node:path'
import { SettingsError } from '../../shared/contracts/setting-texts.ts'
import { readSettings } from '../../shared/contracts/settings.ts'
import { projectRoot } from '../project.ts'
import { startAssembling } from '../local/assembly/assemble.ts'
import type { Running } from '../local/boot/options.ts'
import { readOptions } from '../local/cli/command-line.ts'
import { endpointsFile, localFolder, removeEndpoints } from '../local/instance/endpoints.ts'
import { describeError, ExpectedError } from '../local/cli/expected-error.ts'
import { END_SIGNALS } from '../local/cli/signals.ts'
import { changeTo, sessionFromNothing, sessionOfSeed, uploadByCurl } from './first-session.ts'
import { lockFolder } from '../local/instance/instance-lock.ts'
import { serviceOptions } from './service-options.ts'

const USUAL_PORT = 4000

const command = {
  name: 'npm start',
  about: `Boots the whole service on this machine and stays up until Ctrl-C. The API is on port ${USUAL_PORT}, S3, DynamoDB, the studio,
the control and the issuer on the five behind it; where one is taken, on the next free one.`,
  options: {
    port: { value: 'N', help: "the API's port, and no other; the rest follow it" },
    data: { value: 'DIR', help: 'keeps all state in that folder, where it survives a stop or a kill' },
    seed: { help: 'begins with two organizations, people, a verified domain, and a CSV to upload' },
    assembly: { value: 'DIR', help: "runs what `cdk synth` wrote there, in place of the app's own template" },
    'allowed-origins': {
      value: 'LIST',
      help: 'origins whose pages may call the API and upload, by commas, as http://localhost:5173',
    },
    verbose: { help: 'prints what the functions log' },
  },
  environment: {
    PORT: 'as --port',
    DYNAMODB_ENDPOINT: 'the address of a DynamoDB to use instead of the one that comes along',
    DYNAMODB_FAULTS:
      'as rate=0.1,seed=7: makes DynamoDB as hard on the service as the real one (infra/local/README.md says more)',
  },
} as const

/**
 * How often to check whether npm is still running: whoever kills npm means the service, and npm can't always pass the
 * signal on.
 */
const PARENT_POLL_MS = 500

/** Longest wait for the parts to stop. A part that hangs ends with this process, which its watchdog notices. */
const stopLimitMs = 2_500

interface Arguments {
  readonly port: number
  readonly mayMovePort: boolean
  readonly data?: string
  readonly isSeeded: boolean
  readonly assembly?: string
  readonly allowedOrigins: string
  readonly isVerbose: boolean
}

/** Checks the origins by the rules of a deployment's setting. */
function checkedOrigins(allowedOrigins: string): string {
  try {
    readSettings({ allowedOrigins })
  } catch (error) {
    if (error instanceof SettingsError)
      throw new ExpectedError(error.message.replace('allowedOrigins', '--allowed-origins'))
    throw error
  }
  return allowedOrigins
}

/** Returns `undefined` if help was asked for. */
function readArguments(): Arguments | undefined {
  const values = readOptions(command)
  if (values === undefined) return undefined
  if (values.assembly !== undefined && values['allowed-origins'] !== undefined)
    throw new ExpectedError('--allowed-origins is a setting of the template, which --assembly gives')
  const text = values.port ?? process.env.PORT ?? ''
  const port = text === '' ? USUAL_PORT : Number(text)
  if (!Number.isInteger(port) || port < 1 || port > 65_535) throw new ExpectedError(`${text} is no port`)
  return {
    port,
    mayMovePort: text === '',
    ...(values.data !== undefined && { data: path.resolve(values.data) }),
    isSeeded: values.seed === true,
    ...(values.assembly !== undefined && { assembly: path.resolve(values.assembly) }),
    allowedOrigins: checkedOrigins(values['allowed-origins'] ?? ''),
    isVerbose: values.verbose === true,
  }
}

const indented = (lines: readonly string[]): string => lines.map((line) => `  ${line}`).join('\n')

function describe({ endpoints, logFile }: Running, data: string | undefined, isSeeded: boolean): string {
  const { api, s3, bucket, inbox, control, dynamodb, table, issuer } = endpoints
  const session = isSeeded ? sessionOfSeed(endpoints) : sessionFromNothing(endpoints)
  return `
The claim service is up (${(performance.now() / 1000).toFixed(1)} s). Open this:

  ${inbox}   the studio: move the clock, read mails, look at schedules, queues, the log and events, seed

  console    ${api}/console   (what an organization's admins work with; the issuer lets you choose who you are)
  API        ${api}   (to read: ${api}/docs, its description: ${api}/openapi.json)
  issuer     ${issuer}
  inbox      ${inbox}/messages   (the studio's mails as JSON)
  control    ${control}   (GET and POST /clock, POST /settle, GET /schedules, POST /dns)
  S3         ${s3}   bucket ${bucket}
  DynamoDB   ${dynamodb}   table ${table}
  log        ${logFile}
  state      ${data ?? 'in memory: it ends with this process (--data DIR keeps it)'}

${isSeeded ? 'A first session' : 'From nothing to the first claim (or start with --seed)'}, to paste into another shell:

${indented([changeTo(projectRoot), ...session])}

A token for an admin of the org ORG (--role reader or platform for others):
  npm run -s token -- --org ORG

Upload a file of people to claim for it, either way:
  AWS_ACCESS_KEY_ID=any AWS_SECRET_ACCESS_KEY=any aws s3 cp people.csv s3://${bucket}/imports/ORG/people.csv --endpoint-url ${s3}
  ${uploadByCurl(endpoints, 'people.csv', 'imports/ORG/people.csv')}

Ctrl-C ends it.`
}

async function fill({ endpoints, key }: Running): Promise<void> {
  const { createClient } = await import('../local/client.ts')
  const { seed } = await import('./seed.ts')
  const isNew = await seed(createClient(endpoints, key))
  if (!isNew) console.log('The state that was kept has been seeded before, and stays as it is.')
}

/** Ends the service when its parent process changes, which means that npm or the shell that npm started was killed. */
function endWithNpm(end: () => void): void {
  if (process.env.npm_lifecycle_event !== 'start') return
  const parent = process.ppid
  const watch = setInterval(() => {
    if (process.ppid === parent) return
    clearInterval(watch)
    end()
  }, PARENT_POLL_MS)
  watch.unref()
}

async function main(): Promise<void> {
  const given = readArguments()
  if (given === undefined) return
  const { data, isSeeded, assembly, allowedOrigins, ...options } = given
  const unlock = await lockFolder(localFolder)
  // A killed service may have left the file behind, and would send others to addresses that nobody serves.
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
  const endByItself = (code: number) => {
    end(code).catch((error: unknown) => {
      console.error(describeError(error))
      process.exit(1)
    })
  }
  endWithNpm(() => endByItself(0))
  for (const signal of END_SIGNALS) {
    process.on(signal, () => endByItself(0))
  }
  try {
    const assembling = await startAssembling({
      ...(assembly !== undefined && { assembly }),
      settings: { allowedOrigins },
    })
    // Imported late: loading the parts takes a second, during which the synthesis runs.
    const { boot } = await import('../local/boot.ts')
    running = await boot({
      ...options,
      ...(data !== undefined && { data }),
      assembling,
      endpointsFile,
      ...serviceOptions,
      logFile: path.join(localFolder, 'functions.log'),
      show: (line) => console.error(line),
      onFatal: (error) => {
        console.error(describeError(error))
        end(1).catch(() => process.exit(1))
      },
    })
    if (isSeeded) await fill(running)
  } catch (error) {
    await running?.stop()
    await unlock()
    throw error
  }
  console.log(describe(running, data, isSeeded))
  running.prepareStudio().catch((error: unknown) => console.error(describeError(error)))
}

main().catch((error: unknown) => {
  console.error(describeError(error))
  process.exit(1)
})
