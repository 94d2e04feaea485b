/**
 * A folder shared by all test files of a run, in whichever worker. What takes long to make and is the same for all is
 * made there once, by the first that needs it.
 */
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rename, rm, rmdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { inject } from 'vitest'
import type { TestProject } from 'vitest/node'

declare module 'vitest' {
  interface ProvidedContext {
    runFolder: string
  }
}

/** Vitest's `globalSetup`: called before the first test file; the returned function after the last. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(path.join(tmpdir(), 'claim-service-run-'))
  project.provide('runFolder', folder)
  return () => rm(folder, { recursive: true, force: true })
}

/** Milliseconds between two checks whether another worker has made it. */
const POLL_MS = 50

/**
 * The folder `name`, filled by `make` once per run; others wait meanwhile. If `make` fails, it fails for its caller,
 * and the next one tries again.
 */
export async function onceARun(name: string, make: (folder: string) => Promise<unknown>): Promise<string> {
  const folder = path.join(inject('runFolder'), name)
  const lock = `${folder}.lock`
  const isTaken = async () => {
    try {
      await mkdir(lock)
      return false
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return true
      throw error
    }
  }
  while (!existsSync(folder)) {
    if (await isTaken()) {
      await delay(POLL_MS)
      continue
    }
    try {
      // Renamed into place when it is complete, since others look for it by name.
      const making = `${folder}.making`
      await rm(making, { recursive: true, force: true })
      if (!existsSync(folder)) {
        await make(making)
        await rename(making, folder)
      }
    } finally {
      await rmdir(lock)
    }
  }
  return folder
}
