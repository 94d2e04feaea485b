/**
 * Keeps a second service out of a folder. The lock contains an address at which its holder answers with the lock's
 * id. The address of a killed service doesn't, whoever has its process id now, so its lock is replaced.
 */
import { randomUUID } from 'node:crypto'
import { link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import path from 'node:path'
import * as z from 'zod'
import { ExpectedError } from '../cli/expected-error.ts'
import { close, listen } from '../http/listen.ts'

const lock = z.object({ id: z.string(), url: z.string(), pid: z.number() })
type Lock = z.infer<typeof lock>

const answerLimitMs = 1_000

export class AlreadyRunningError extends ExpectedError {
  override name = 'AlreadyRunningError'
}

async function readLock(file: string): Promise<Lock | undefined> {
  try {
    return lock.safeParse(JSON.parse(await readFile(file, 'utf8'))).data
  } catch {
    return undefined
  }
}

async function isHeld({ id, url }: Lock): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(answerLimitMs) })
    return (await response.text()) === id
  } catch {
    return false
  }
}

async function create(file: string, content: string): Promise<boolean> {
  try {
    await writeFile(file, content, { flag: 'wx' })
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false
    throw error
  }
}

/** Renames the lock before it looks at it: another process may have replaced it by its own meanwhile. */
async function removeStale(file: string, stale: Lock | undefined, id: string): Promise<void> {
  const aside = `${file}.${id}`
  try {
    await rename(file, aside)
    if ((await readLock(aside))?.id !== stale?.id) await link(aside, file)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'EEXIST')))
      throw error
  } finally {
    await rm(aside, { force: true })
  }
}

/**
 * Locks the folder. Resolves with the function that unlocks it.
 * @throws AlreadyRunningError while another process holds the lock
 */
export async function lockFolder(folder: string): Promise<() => Promise<void>> {
  const file = path.join(folder, 'lock.json')
  const id = randomUUID()
  const server = createServer((_, response) => response.end(id))
  const url = await listen(server, 0)
  server.unref()
  await mkdir(folder, { recursive: true })
  const content = JSON.stringify({ id, url, pid: process.pid } satisfies Lock)
  const release = async () => {
    await close(server)
    if ((await readLock(file))?.id === id) await rm(file, { force: true })
  }
  while (!(await create(file, content))) {
    const holder = await readLock(file)
    if (holder !== undefined && (await isHeld(holder))) {
      await release()
      throw new AlreadyRunningError(`A service is running in ${folder} already (process ${holder.pid}).`)
    }
    await removeStale(file, holder, id)
  }
  return release
}
