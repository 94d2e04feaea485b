/**
 * `npm run check:dynamodb`: runs the contract suite of the simulated and the embedded DynamoDB against moto's, an
 * independent implementation. Known differences of moto are listed with their reasons; any other failure fails the
 * check.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import * as z from 'zod'
import { projectRoot } from '../../infra/project.ts'
import { NOT_CHECKED, pythonTool } from '../../infra/checks/python-tool.ts'
import { KNOWN_OF_MOTO } from './dynamo/moto.ts'

const version = '5.2.5'

const reportSchema = z.object({
  testResults: z.array(
    z.object({
      message: z.string().optional(),
      assertionResults: z.array(
        z.object({
          title: z.string(),
          status: z.string(),
          failureMessages: z.array(z.string()).nullish(),
        }),
      ),
    }),
  ),
})

/** The address that moto prints; undefined if it ends before. */
async function endpointOf({ stderr }: ChildProcess): Promise<string | undefined> {
  if (stderr === null) return undefined
  for await (const line of createInterface({ input: stderr })) {
    const [endpoint] = /http:\/\/127\.0\.0\.1:\d+/.exec(line) ?? []
    if (endpoint !== undefined) {
      stderr.resume()
      return endpoint
    }
  }
  return undefined
}

/** The suite's "embedded" cases, which use the DynamoDB at DYNAMODB_ENDPOINT. */
function runSuite(endpoint: string, report: string): Promise<number | null> {
  const vitest = join(projectRoot, 'node_modules', 'vitest', 'vitest.mjs')
  const args = [
    'run',
    'test/simulation/dynamo',
    '-t',
    'embedded',
    '--reporter=json',
    `--outputFile=${report}`,
  ]
  const suite = spawn(process.execPath, [vitest, ...args], {
    cwd: projectRoot,
    env: { ...process.env, DYNAMODB_ENDPOINT: endpoint, DYNAMODB_FAULTS: '' },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  return new Promise((resolve, reject) => {
    suite.once('error', reject)
    suite.once('exit', resolve)
  })
}

async function judge(report: string): Promise<number> {
  const { testResults } = reportSchema.parse(JSON.parse(await readFile(report, 'utf8')))
  const cases = testResults.flatMap(({ assertionResults }) => assertionResults)
  const asked = cases.filter(({ status }) => status === 'passed' || status === 'failed')
  const failed = asked.filter(({ status }) => status === 'failed')
  for (const { title } of failed) {
    const reason = KNOWN_OF_MOTO[title]
    if (reason !== undefined) console.log(`known to differ: ${title}\n  ${reason}`)
  }
  const unknown = failed.filter(({ title }) => KNOWN_OF_MOTO[title] === undefined)
  for (const { title, failureMessages } of unknown)
    console.log(`DIFFERS: ${title}\n  ${failureMessages?.[0]?.split('\n')[0] ?? ''}`)
  const differing = new Set(failed.map(({ title }) => title))
  const outdated = Object.keys(KNOWN_OF_MOTO).filter((title) => !differing.has(title))
  for (const title of outdated) console.log(`DIFFERS NO MORE, or is gone: ${title}`)
  console.log(
    `moto ${version}: ${asked.length} cases, ${asked.length - failed.length} alike, ${failed.length - unknown.length} known to differ, ${unknown.length} that differ otherwise`,
  )
  return asked.length > 0 && unknown.length === 0 && outdated.length === 0 ? 0 : 1
}

async function main(): Promise<number> {
  const tool = pythonTool({
    check: 'check:dynamodb',
    name: 'moto',
    version,
    distribution: 'moto[server]',
    command: 'moto_server',
  })
  if (tool === undefined) return NOT_CHECKED
  const folder = await mkdtemp(join(tmpdir(), 'claim-service-check-'))
  const moto = spawn(tool, ['-H', '127.0.0.1', '-p', '0'], { stdio: ['ignore', 'ignore', 'pipe'] })
  try {
    const endpoint = await endpointOf(moto)
    if (endpoint === undefined) {
      console.error(`moto ${version} ended before it listened.`)
      return NOT_CHECKED
    }
    const report = join(folder, 'report.json')
    await runSuite(endpoint, report)
    return await judge(report)
  } finally {
    moto.kill()
    await rm(folder, { recursive: true, force: true })
  }
}

process.exitCode = await main()
