import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { rm } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { eventually } from '../../infra/local/client.ts'
import { readEndpoints } from '../../infra/local/instance/endpoints.ts'
import { openSigningKey } from '../../infra/local/oidc/signing-key.ts'
import { World } from './world.ts'

/** How long tests wait for the service; only an overloaded machine takes longer. */
const BOOT_LIMIT_MS = 240_000

/**
 * Starts `npm start -- --data` in a process group of its own, which can be killed as a whole, as a power cut would.
 */
export class KillableService {
  readonly #child: ChildProcess
  readonly #local: string

  /**
   * @param folder keeps the service's state from one life to the next
   * @param assembly an existing assembly; without it, each life synthesizes its own
   */
  constructor(folder: string, assembly?: string) {
    this.#local = path.join(folder, 'local')
    const { PORT: _, ...env } = process.env
    const script = fileURLToPath(new URL('../../infra/dev/start.ts', import.meta.url))
    const given = assembly === undefined ? [] : ['--assembly', assembly]
    this.#child = spawn(process.execPath, [script, '--data', path.join(folder, 'data'), ...given], {
      detached: true,
      stdio: 'ignore',
      env: { ...env, LOCAL_FOLDER: this.#local },
    })
  }

  /** Resolves once everything answers. */
  async world(): Promise<World> {
    const file = path.join(this.#local, 'endpoints.json')
    const endpoints = await eventually(() => readEndpoints(file), BOOT_LIMIT_MS)
    return World.of({ endpoints, key: await openSigningKey(this.#local), stop: async () => {} })
  }

  async kill(): Promise<void> {
    const closed = once(this.#child, 'close')
    if (this.#child.pid !== undefined) process.kill(-this.#child.pid, 'SIGKILL')
    await closed
    await rm(path.join(this.#local, 'endpoints.json'), { force: true })
  }
}
