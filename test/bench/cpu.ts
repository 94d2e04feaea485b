import { readdirSync, readFileSync } from 'node:fs'

/** Linux reports CPU times in this unit on every machine. */
const TICKS_PER_SECOND = 100

interface ProcessTimes {
  readonly parent: number
  readonly cpuMs: number
}

function timesOf(pid: string): ProcessTimes | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    // The process’s name is in brackets and may contain anything.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    const [parent, user, system] = [fields[1], fields[11], fields[12]].map(Number)
    return { parent: parent ?? 0, cpuMs: (((user ?? 0) + (system ?? 0)) * 1000) / TICKS_PER_SECOND }
  } catch {
    return undefined
  }
}

/** The CPU time so far, in milliseconds, of every living descendant process, by process id. Linux only. */
export function descendantsCpuMs(root = process.pid): ReadonlyMap<number, number> {
  const all = new Map<number, ProcessTimes>()
  for (const name of readdirSync('/proc')) {
    const times = /^\d+$/.test(name) ? timesOf(name) : undefined
    if (times !== undefined) all.set(Number(name), times)
  }
  const isDescendant = (pid: number): boolean => {
    const parent = all.get(pid)?.parent
    return parent !== undefined && (parent === root || isDescendant(parent))
  }
  return new Map([...all].filter(([pid]) => isDescendant(pid)).map(([pid, { cpuMs }]) => [pid, cpuMs]))
}

export function ownCpuMs(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  const [low = 0, high = 0] = [sorted[Math.ceil(sorted.length / 2) - 1], sorted[middle]]
  return (low + high) / 2
}
