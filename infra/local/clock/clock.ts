import type { LocalState } from '../aws/state.ts'

const STATE_KEY = 'clock'

/** How the service's time differs from the machine's. Sent to the functions' processes. */
export interface ClockChange {
  /** Service time minus real time in milliseconds, while the clock runs. */
  offsetMs: number
  /** The service's time in milliseconds since 1970 while the clock stands still, otherwise null. */
  frozenAtMs: number | null
}

export type ClockListener = (change: ClockChange) => Promise<void> | void

/** The service's clock: it runs at an offset from the machine's, or stands still. It never goes backwards. */
export interface VirtualClock {
  now(): Date
  offsetMs(): number
  /** Milliseconds since 1970 at which the clock stands still; undefined while it runs. */
  frozenAt(): number | undefined
  /** Stops the clock at `at`, or at the present if that is later. Resolves when every listener has been told. */
  freeze(at: Date): Promise<void>
  /** Lets the clock run on. Resolves when every listener has been told. */
  release(): Promise<void>
  /**
   * Moves the clock to `at`, running or still as before. Resolves when every listener has been told.
   * @throws RangeError if `at` is in the past
   */
  moveTo(at: Date): Promise<void>
  onChange(listener: ClockListener): void
}

function savedChange(value: unknown): ClockChange {
  if (typeof value !== 'object' || value === null) return { offsetMs: 0, frozenAtMs: null }
  const { offsetMs, frozenAtMs } = value as Partial<Record<keyof ClockChange, unknown>>
  return {
    offsetMs: typeof offsetMs === 'number' ? offsetMs : 0,
    frozenAtMs: typeof frozenAtMs === 'number' ? frozenAtMs : null,
  }
}

/**
 * Restores the clock from `state`. If it stood still when its process ended, it runs on from that moment: the jump
 * that stopped it is gone, and what falls due next starts from there.
 */
export function createClock(state: LocalState, realNow: () => number = Date.now): VirtualClock {
  const saved = savedChange(state.get(STATE_KEY))
  const listeners: ClockListener[] = []
  let frozenAtMs: number | null = null
  let offsetMs = saved.frozenAtMs === null ? saved.offsetMs : saved.frozenAtMs - realNow()

  const nowMs = () => frozenAtMs ?? realNow() + offsetMs
  const publish = async () => {
    const change: ClockChange = { offsetMs, frozenAtMs }
    state.set(STATE_KEY, change)
    await Promise.all(listeners.map((listener) => listener(change)))
  }

  return {
    now: () => new Date(nowMs()),
    offsetMs: () => offsetMs,
    frozenAt: () => frozenAtMs ?? undefined,
    async freeze(at) {
      frozenAtMs = Math.max(at.getTime(), nowMs())
      await publish()
    },
    async release() {
      if (frozenAtMs === null) return
      offsetMs = frozenAtMs - realNow()
      frozenAtMs = null
      await publish()
    },
    async moveTo(at) {
      const atMs = at.getTime()
      if (!(atMs >= nowMs()))
        throw new RangeError(`the clock is past ${Number.isNaN(atMs) ? at : at.toISOString()}`)
      if (frozenAtMs === null) offsetMs = atMs - realNow()
      else frozenAtMs = atMs
      await publish()
    },
    onChange(listener) {
      listeners.push(listener)
    },
  }
}
