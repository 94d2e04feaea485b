import { type ChildProcess, execFile, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { eventually } from '../../../infra/local/client.ts'
import { localAssemblyOfRun } from '../../support/assemblies.ts'

const script = fileURLToPath(new URL('../../../infra/dev/start.ts', import.meta.url))
const has = (program: string) => spawnSync(program, ['--version']).error === undefined

let folder: string
let service: ChildProcess
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'first session-'))
})
afterEach(async () => {
  const ended = once(service, 'close')
  service.kill('SIGINT')
  await ended
  await rm(folder, { recursive: true, force: true })
})

const environment = () => {
  const { PORT: _, DYNAMODB_ENDPOINT: __, AWS_ACCESS_KEY_ID: ___, ...inherited } = process.env
  return { ...inherited, LOCAL_FOLDER: path.join(folder, 'local') }
}

/** What `npm start` prints, once it is up; start.test.ts has it synthesize its own template. */
async function startPrinting(...args: string[]): Promise<string> {
  const assembly = ['--assembly', await localAssemblyOfRun()]
  service = spawn(process.execPath, [script, ...assembly, ...args], { env: environment() })
  let output = ''
  for (const stream of [service.stdout, service.stderr])
    stream?.on('data', (text) => (output += String(text)))
  return eventually(async () => {
    if (service.exitCode !== null) throw new Error(output)
    return output.includes('Ctrl-C ends it.') ? output : undefined
  }, 240_000)
}

/** The lines to paste, as somebody would copy them: up to the empty line behind them. */
function sessionIn(output: string): string {
  const [, behind = ''] = output.split(/to paste into another shell:\n\n/)
  return behind.split('\n\n', 1)[0] ?? ''
}

/** In a shell of its own, in a folder that has nothing to do with the project; what it prints, line by line. */
async function paste(session: string): Promise<string[]> {
  const bash = ['-e', '-o', 'pipefail', '-c', session]
  const { stdout, stderr } = await promisify(execFile)('bash', bash, { cwd: folder, env: environment() })
  expect(stderr).toBe('')
  return stdout.trim().split('\n')
}

const answersIn = (lines: readonly string[]): unknown[] =>
  lines.flatMap((line) => (/^[{[]/.test(line) ? [JSON.parse(line)] : []))

describe.skipIf(!has('curl') || !has('bash'))('what npm start prints, pasted into a shell', () => {
  it('goes in ten calls from a service that knows nobody to the first claim and its mail', async () => {
    const session = sessionIn(await startPrinting())
    expect(session.match(/\bask .*\$(API|CONTROL|INBOX)\//g)).toHaveLength(10)
    const answers = answersIn(await paste(session))
    expect(answers).toContainEqual({
      results: [expect.objectContaining({ result: 'claimed', codes: [], claim: expect.anything() })],
    })
    expect(answers.at(-1)).toEqual({ messages: [expect.objectContaining({ to: ['ada@acme.example'] })] })
  })

  it('uploads the sample of a seeded service, by the AWS CLI or by curl, and shows its claims', async () => {
    const output = await startPrinting('--seed')
    const byCurl = /^ {2}curl -fT people\.csv .*$/m
      .exec(output)?.[0]
      .replaceAll('people.csv', 'events/first-people.csv')
      .replace('ORG/events/', 'acme/')
    const session = sessionIn(output)
    expect(session).toMatch(/^ {2}export AWS_ACCESS_KEY_ID=\S+ AWS_SECRET_ACCESS_KEY=\S+ AWS_REGION=/m)
    expect(session).toMatch(/^ {2}aws s3 cp events\/first-people\.csv s3:\/\/\S+ --endpoint-url http:\S+$/m)
    const answers = answersIn(
      await paste(has('aws') ? session : session.replace(/^ {2}aws s3 cp .*$/m, `${byCurl} -sS`)),
    )
    expect(answers).toContainEqual({
      items: [
        expect.objectContaining({ status: 'completed', claimed: 3, refused: 1, codes: { unknown_user: 1 } }),
      ],
    })
    expect(answers.at(-1)).toEqual({ messages: [expect.objectContaining({ to: ['bob@acme.example'] })] })
    // Once more, by the other way: nobody is claimed twice.
    const again = answersIn(await paste(session.replace(/^ {2}aws s3 cp .*$/m, `${byCurl} -sS`)))
    expect(again.at(-1)).toEqual({ messages: [expect.objectContaining({ to: ['bob@acme.example'] })] })
  })

  it('seeds a kept state once', async () => {
    const data = path.join(folder, 'data')
    await startPrinting('--seed', '--data', data)
    const ended = once(service, 'close')
    service.kill('SIGINT')
    await ended
    expect(await startPrinting('--seed', '--data', data)).toContain('has been seeded before')
  })
})
