import { readdirSync, rmSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'

const prefix = 'claim-service-'

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

export interface WorkDirectory {
  readonly path: string
  remove(): Promise<void>
}

/**
 * Makes a temporary folder for this process, which holds the assembly and the runtime. Also removes the folders of
 * processes that were killed.
 */
export async function makeWorkDirectory(): Promise<WorkDirectory> {
  for (const name of readdirSync(tmpdir())) {
    const pid = new RegExp(`^${prefix}(\\d+)-`).exec(name)?.[1]
    if (pid === undefined || isAlive(Number(pid))) continue
    rmSync(path.join(tmpdir(), name), { recursive: true, force: true })
  }
  const made = await mkdtemp(path.join(tmpdir(), `${prefix}${process.pid}-`))
  return { path: made, remove: () => rm(made, { recursive: true, force: true }) }
}
