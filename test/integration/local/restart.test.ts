import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import * as z from 'zod'
import { boot } from '../../../infra/local/boot.ts'
import { createClient, eventually, type ServiceClient } from '../../../infra/local/client.ts'
import { endpoints } from '../../../infra/local/instance/endpoints.ts'
import { AlreadyRunningError } from '../../../infra/local/instance/instance-lock.ts'
import { openSigningKey } from '../../../infra/local/oidc/signing-key.ts'
import { writeAssembly } from './fixture/assembly.ts'
import { readItem, sendRow, writeItem } from './fixture/service.ts'

let folder: string
let assembly: string
let child: ChildProcess | undefined

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'restart-'))
  assembly = await writeAssembly(path.join(folder, 'assembly'))
})
afterEach(() => kill())
afterAll(() => rm(folder, { recursive: true, force: true }))

const data = () => path.join(folder, 'data')
const keys = () => path.join(folder, 'keys')
const script = fileURLToPath(new URL('./fixture/run.ts', import.meta.url))

async function start(): Promise<ServiceClient> {
  // A process group of its own, as a shell gives it, so that all of it can be killed.
  child = fork(script, [assembly, data(), keys()], { detached: true, execArgv: [], stdio: 'ignore' })
  const exited = once(child, 'exit').then(() => {
    throw new Error('the service ended before it was up')
  })
  const [message]: unknown[] = await Promise.race([once(child, 'message'), exited])
  exited.catch(() => undefined)
  return createClient(z.object({ endpoints }).parse(message).endpoints, await openSigningKey(keys()))
}

async function kill(): Promise<void> {
  if (child?.pid === undefined || child.exitCode !== null || child.signalCode !== null) return
  const exit = once(child, 'exit')
  process.kill(-child.pid, 'SIGKILL')
  await exit
}

const effects = async (client: ServiceClient) =>
  (await client.functions()).find((each) => each.logicalId === 'EffectsFunction')?.invocations

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

describe('with a data folder', () => {
  it('everything is as it was after the whole group of processes is killed', async () => {
    const before = await start()
    await before.advance('P1Y')
    const due = new Date((await before.now()).getTime() + 30 * 24 * 60 * 60 * 1000)
    await writeItem(before, { pk: 'U#kept', dueAt: due.toISOString() })
    await before.upload('reports/acme/kept.csv', 'kept')
    await before.setTxt('acme.example', ['kept'])
    await before.settle()
    const clock = await before.now()
    // Not waited for: it is on the queue, or in a process's hands, when all is killed.
    await sendRow(before, { id: 'cut-off' })
    await kill()

    const after = await start()
    const { bucket, table, api, s3 } = before.endpoints
    expect(after.endpoints).toMatchObject({ bucket, table, api, s3 })
    expect((await after.now()).getTime()).toBeGreaterThanOrEqual(clock.getTime())
    await after.settle()
    expect(await readItem(after, 'U#kept')).toBeDefined()
    expect(await readItem(after, 'U#cut-off')).toBeDefined()
    expect(Buffer.from((await after.download('reports/acme/kept.csv')) ?? []).toString()).toBe('kept')
    expect((await after.api('GET', '/open/txt?name=acme.example')).body).toMatchObject({ own: [['kept']] })
    expect((await after.schedules()).map((each) => each.name)).toContain('U-kept')
    await after.advance('P31D')
    expect((await readItem(after, 'U#due-U#kept'))?.at?.S).toBe(`${due.toISOString().slice(0, 19)}.000Z`)
  })

  it('a stream goes on where it was left: what was handled is not handled again', async () => {
    const before = await start()
    await writeItem(before, { pk: 'U#once' })
    await before.settle()
    expect(await effects(before)).toBeGreaterThan(0)
    await kill()
    const after = await start()
    await after.settle()
    expect(await effects(after)).toBe(0)
  })

  it('a second service is kept out while the first one runs, and let in when it was killed', async () => {
    await start()
    const second = boot({ assembly, data: data(), keyFolder: keys() })
    await expect(second).rejects.toThrow(AlreadyRunningError)
    await kill()
    const third = await boot({ assembly, data: data(), keyFolder: keys() })
    await third.stop()
  })

  it('no process of a function outlives a service that was killed by itself', async () => {
    const client = await start()
    await client.api('GET', '/open/bare')
    const pids = (await client.functions()).flatMap((each) => each.pids)
    expect(pids.length).toBeGreaterThan(0)
    if (child?.pid !== undefined) process.kill(child.pid, 'SIGKILL')
    await eventually(async () => (pids.some(isAlive) ? undefined : true))
  })
})
