import { readFile } from 'node:fs/promises'
import type { World } from '../support/world.ts'

/** Linux’s page size, in which /proc counts. */
const PAGE_BYTES = 4096

/** The resident memory of the functions’ processes, averaged over all that run. */
export async function residentBytes(world: World): Promise<number> {
  const pids = (await world.service.functions()).flatMap((each) => each.pids)
  const sizes = await Promise.all(
    pids.map(async (pid) => {
      const text = await readFile(`/proc/${pid}/statm`, 'utf8').catch(() => '0 0')
      return Number(text.split(' ')[1]) * PAGE_BYTES
    }),
  )
  const running = sizes.filter((size) => size > 0)
  return running.reduce((sum, size) => sum + size, 0) / Math.max(1, running.length)
}
