import { execFile } from 'node:child_process'
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { build } from 'esbuild'
import { bundle, bundleOptions } from '../../infra/build/bundles.ts'
import { type FunctionName, serviceFunctions } from '../../infra/functions.ts'
import { sampleEnvironment } from '../support/environment.ts'
import { median } from './cpu.ts'

const run = promisify(execFile)

/** Measures the CPU time of loading a file in a cold start, in milliseconds, without Node.js’s own start. */
const LOADER = `
  const before = process.cpuUsage()
  require(process.argv[1])
  const { user, system } = process.cpuUsage(before)
  process.stdout.write(String((user + system) / 1000))
  process.exit()
`

export interface StartUp {
  readonly name: FunctionName
  readonly bytes: number
  readonly bareBytes: number
  readonly loadMs: number
  readonly bareLoadMs: number
}

/** By package: the class that a bare bundle instantiates. */
const CLIENTS: Readonly<Record<string, string>> = {
  '@aws-sdk/client-dynamodb': 'DynamoDBClient',
  '@aws-sdk/client-eventbridge': 'EventBridgeClient',
  '@aws-sdk/client-s3': 'S3Client',
  '@aws-sdk/client-scheduler': 'SchedulerClient',
  '@aws-sdk/client-ses': 'SESClient',
  '@aws-sdk/client-sqs': 'SQSClient',
}

/** The packages of a function’s clients. */
async function clientsOf(name: FunctionName): Promise<string[]> {
  const { metafile } = await build({
    ...bundleOptions,
    entryPoints: [`functions/${name}/index.ts`],
    outdir: tmpdir(),
    write: false,
    metafile: true,
  })
  const inputs = Object.values(metafile.outputs).flatMap(({ inputs }) =>
    Object.entries(inputs).flatMap(([file, { bytesInOutput }]) => (bytesInOutput > 0 ? [file] : [])),
  )
  return Object.keys(CLIENTS).filter((client) =>
    inputs.some((file) => file.includes(`node_modules/${client}/`)),
  )
}

async function loadMs(file: string, cwd: string): Promise<number> {
  const { stdout } = await run(process.execPath, ['-e', LOADER, '--', file], {
    cwd,
    env: {
      ...sampleEnvironment,
      AWS_REGION: 'eu-west-1',
      AWS_ACCESS_KEY_ID: 'x',
      AWS_SECRET_ACCESS_KEY: 'x',
    },
  })
  return Number(stdout)
}

/**
 * Loads each bundle and a bare one that only creates the same clients (bundled in the same way, with the unmodified
 * SDK), in turn, `rounds` times.
 */
export async function measureStartUps(rounds: number): Promise<StartUp[]> {
  const directory = await mkdtemp(join(tmpdir(), 'bundles-'))
  try {
    const bundles = await bundle(serviceFunctions, directory)
    const measured: StartUp[] = []
    for (const name of serviceFunctions) {
      const file = join(bundles.get(name) ?? '', 'index.js')
      const clients = await clientsOf(name)
      const source = clients.map((client) => `import { ${CLIENTS[client]} } from '${client}'`)
      const made = clients.map((client) => `new ${CLIENTS[client]}({})`)
      const bare = join(directory, `${name}-bare.js`)
      const entry = join(directory, `${name}-bare.mjs`)
      await writeFile(
        entry,
        `${source.join('\n')}\nexport const handler = () => [${made.join(', ')}]\nhandler()\n`,
      )
      await build({
        ...bundleOptions,
        plugins: [],
        entryPoints: [entry],
        outfile: bare,
        nodePaths: ['node_modules'],
      })
      const [ours, bares]: [number[], number[]] = [[], []]
      for (let round = 0; round < rounds; round++) {
        ours.push(await loadMs(file, directory))
        bares.push(await loadMs(bare, directory))
      }
      measured.push({
        name,
        bytes: (await stat(file)).size,
        bareBytes: (await stat(bare)).size,
        loadMs: median(ours),
        bareLoadMs: median(bares),
      })
    }
    return measured
  } finally {
    await rm(directory, { recursive: true })
  }
}
