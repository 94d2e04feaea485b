import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { access, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { eventually } from '../../../infra/local/client.ts'
import { type Endpoints, readEndpoints } from '../../../infra/local/instance/endpoints.ts'
import { projectRoot } from '../../../infra/project.ts'
import { localAssemblyOfRun } from '../../support/assemblies.ts'

const script = (name: string) => fileURLToPath(new URL(`../../../infra/dev/${name}.ts`, import.meta.url))

let folder: string
const children: ChildProcess[] = []

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'start-'))
})
afterEach(() => {
  for (const { pid } of children.splice(0)) {
    try {
      if (pid !== undefined) process.kill(-pid, 'SIGKILL')
    } catch {
      // It ended by itself.
    }
  }
})
afterAll(() => rm(folder, { recursive: true, force: true }))

interface Command {
  readonly child: ChildProcess
  output(): string
  /** Resolves with its status. */
  readonly ended: Promise<number | null>
}

/** One of the commands behind npm's, with a `.local` of its own and a process group of its own. */
function run(name: string, args: readonly string[], environment: Record<string, string> = {}): Command {
  const { PORT: _, DYNAMODB_ENDPOINT: __, ...inherited } = process.env
  const child = spawn(process.execPath, [script(name), ...args], {
    detached: true,
    env: { ...inherited, LOCAL_FOLDER: path.join(folder, 'local'), ...environment },
  })
  children.push(child)
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (output += String(text)))
  const ended = once(child, 'close').then(([code]: (number | null)[]) => code ?? null)
  return { child, output: () => output, ended }
}

const endpointsFile = (local = 'local') => path.join(folder, local, 'endpoints.json')

async function started(command: Command, local?: string): Promise<Endpoints> {
  return eventually(async () => {
    if (command.child.exitCode !== null) throw new Error(command.output())
    return readEndpoints(endpointsFile(local))
  }, 240_000)
}

const answers = (url: string) =>
  fetch(url).then(
    () => true,
    () => false,
  )

describe('npm start', () => {
  it('says where everything is, keeps others out, and ends all of it at Ctrl-C', async () => {
    const service = run('start', [])
    const endpoints = await started(service)
    expect(Object.keys(endpoints)).toEqual([
      'api',
      's3',
      'bucket',
      'dynamodb',
      'table',
      'inbox',
      'control',
      'region',
      'issuer',
    ])
    for (const url of [endpoints.api, endpoints.s3, endpoints.dynamodb, endpoints.inbox, endpoints.control]) {
      expect(await answers(url)).toBe(true)
    }
    const upload = `aws s3 cp people.csv s3://${endpoints.bucket}/imports/ORG/people.csv --endpoint-url ${endpoints.s3}`
    await eventually(async () => (service.output().includes(upload) ? true : undefined))
    const ports = [endpoints.api, endpoints.s3, endpoints.dynamodb, endpoints.inbox, endpoints.control].map(
      (url) => Number(new URL(url).port),
    )
    expect(Math.min(...ports)).toBe(ports[0])
    expect(ports[0]).toBeGreaterThanOrEqual(4000)
    // Below the ports that systems give out by themselves.
    expect(Math.max(...ports)).toBeLessThan(10_000)

    const second = run('start', [])
    expect(await second.ended).toBe(1)
    expect(second.output()).toContain('running')
    expect(await readEndpoints(endpointsFile())).toEqual(endpoints)

    const port = new URL(endpoints.api).port
    const other = { LOCAL_FOLDER: path.join(folder, 'other') }
    const samePort = run('start', ['--port', port], other)
    expect(await samePort.ended).toBe(1)
    expect(samePort.output()).toContain(`Port ${port} is in use.`)
    for (const { output } of [second, samePort]) expect(output().trim().split('\n')).toHaveLength(1)

    // Without a port of its own, another one moves on to the next free ones.
    const beside = run('start', ['--assembly', await localAssemblyOfRun()], other)
    const besideIt = await started(beside, 'other')
    expect(new URL(besideIt.api).port).not.toBe(port)
    expect(await answers(endpoints.api)).toBe(true)
    beside.child.kill('SIGINT')
    expect(await beside.ended).toBe(0)

    // As the terminal does: to the whole group.
    if (service.child.pid !== undefined) process.kill(-service.child.pid, 'SIGINT')
    expect(await service.ended).toBe(0)
    await expect(access(endpointsFile())).rejects.toThrow('ENOENT')
    for (const url of [endpoints.api, endpoints.s3, endpoints.dynamodb, endpoints.inbox, endpoints.control]) {
      expect(await answers(url)).toBe(false)
    }
  }, 240_000)

  it.each(['SIGTERM', 'SIGKILL'] as const)(
    'ends with npm, which %s ends',
    async (signal) => {
      const { PORT: _, DYNAMODB_ENDPOINT: __, ...inherited } = process.env
      const local = `npm-${signal}`
      const npm = spawn('npm', ['start', '--', '--assembly', await localAssemblyOfRun()], {
        cwd: projectRoot,
        detached: true,
        env: { ...inherited, LOCAL_FOLDER: path.join(folder, local) },
        stdio: 'ignore',
      })
      children.push(npm)
      const { api, dynamodb } = await eventually(() => readEndpoints(endpointsFile(local)), 240_000)
      expect(await answers(api)).toBe(true)
      npm.kill(signal)
      await eventually(async () => ((await answers(api)) || (await answers(dynamodb)) ? undefined : true))
      await eventually(async () =>
        (await readEndpoints(endpointsFile(local))) === undefined ? true : undefined,
      )
    },
    240_000,
  )

  it('starts where a killed one left its files behind, and takes the tokens that npm run token prints', async () => {
    const killed = run('start', ['--assembly', await localAssemblyOfRun()])
    const left = await started(killed)
    if (killed.child.pid !== undefined) process.kill(-killed.child.pid, 'SIGKILL')
    await killed.ended
    expect(await readEndpoints(endpointsFile())).toEqual(left)

    const service = run('start', ['--assembly', await localAssemblyOfRun()])
    // On the same ports, most likely: that the file is there says nothing.
    await eventually(async () => (service.output().includes('Ctrl-C ends it') ? true : undefined), 240_000)
    const endpoints = await started(service)
    const ask = async (...args: string[]) => {
      const command = run('token', args)
      expect(await command.ended).toBe(0)
      const token = command.output().trim()
      expect(token).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/)
      const response = await fetch(`${endpoints.api}/v1/organization`, {
        headers: { authorization: `Bearer ${token}` },
      })
      const body: unknown = await response.json()
      return [
        response.status,
        typeof body === 'object' && body !== null && 'code' in body ? body.code : undefined,
      ]
    }
    expect((await ask('--org', 'acme'))[0]).not.toBe(401)
    expect(await ask('--org', 'acme', '--expires-in', '-5')).toEqual([401, 'token_expired'])
    expect(await ask('--role', 'platform')).toEqual([403, 'forbidden'])
    service.child.kill('SIGTERM')
    expect(await service.ended).toBe(0)
  }, 600_000)

  it.each([
    ['start', ['--port', 'http'], {}, 'http is no port'],
    ['start', [], { PORT: '0.5' }, '0.5 is no port'],
    ['start', ['--colour'], {}, "Unknown option '--colour'"],
    ['start', ['--data'], {}, 'argument missing'],
    ['start', ['--allowed-origins', 'https://a.example/'], {}, '--allowed-origins must be origins'],
    ['start', ['4000'], {}, "Unexpected argument '4000'"],
    ['start', ['--data', fileURLToPath(import.meta.url)], {}, 'start.test'],
    ['start', [], { DYNAMODB_ENDPOINT: 'http://127.0.0.1:9' }, 'No DynamoDB answers at http://127.0.0.1:9'],
    ['start', [], { DYNAMODB_FAULTS: 'rate=often' }, 'DYNAMODB_FAULTS'],
    ['demo', ['--slow'], {}, "Unknown option '--slow'"],
    ['token', [], {}, '--org is missing'],
    ['token', ['--colour'], {}, "Unknown option '--colour'"],
    ['token', ['--org', 'acme', '--role', 'king'], {}, 'there is no role king'],
    ['token', ['--org', 'acme', '--expires-in', 'soon'], {}, 'a whole number of seconds'],
  ])(
    '%s %j with %j is refused in one line that says what is wrong',
    async (name, args, environment, message) => {
      const command = run(name, args, environment)
      expect(await command.ended).toBe(1)
      expect(command.output()).toContain(message)
      expect(command.output().trim().split('\n')).toHaveLength(1)
    },
  )

  it.each([
    ['start', ['--port N', '--data DIR', '--seed', '--verbose', 'DYNAMODB_ENDPOINT']],
    ['demo', ['--quick']],
    ['token', ['--org ID', '--role ROLE', '--expires-in SECONDS', '--sub NAME']],
  ])('%s --help explains every option, and does nothing else', async (name, options) => {
    const command = run(name, ['--help'])
    expect(await command.ended).toBe(0)
    for (const option of options) expect(command.output()).toMatch(new RegExp(`^  ${option}  +\\S`, 'm'))
  })
})

describe('the key for tokens', () => {
  it('is written once, for its owner only, and never to the output', async () => {
    const local = { LOCAL_FOLDER: path.join(folder, 'fresh') }
    const commands = [1, 2].map(() => run('token', ['--org', 'acme'], local))
    expect(await Promise.all(commands.map(({ ended }) => ended))).toEqual([0, 0])
    const key: unknown = JSON.parse(await readFile(path.join(folder, 'fresh', 'jwt-key.json'), 'utf8'))
    expect(key).toMatchObject({ kty: 'RSA', d: expect.any(String) })
  })
})
