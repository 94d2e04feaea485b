/**
 * A folder that all test files of a run share, whichever worker runs them: what takes long to make, and is the same for
 * all, is made there once, by whoever needs it first.
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

/** Of Vitest's `globalSetup`: before the first test file, and after the last. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(path.join(tmpdir(), 'claim-service-run-'))
  project.provide('runFolder', folder)
  return () => rm(folder, { recursive: true, force: true })
}

/** Between two looks at whether another worker has made it. */
const POLL_MS = 50

/**
 * The folder `name` that `make` fills, made once in a run; who comes meanwhile waits. Where making it fails it fails for
 * whoever tried, and the next one tries again.
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
      // Whole or not at all: others look for it by its name.
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
