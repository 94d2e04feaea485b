import type { Stores } from './background.ts'

/** One write of a store, prepared so that it can be made, and its answer if nothing prevents it. */
export interface StoreWrite {
  readonly write: () => Promise<unknown>
  readonly answer: unknown
  /** The answer to the repeat, if it differs because the first answer was lost. */
  readonly afterLostAnswer?: unknown
}

export type PrepareWrite = (stores: Stores) => Promise<StoreWrite>

let made = 0
/** A new, unique name. */
export const fresh = (name: string): string => `${name}${++made}`

export const written = (write: () => Promise<unknown>): StoreWrite => ({
  write,
  answer: { outcome: 'written' },
})
export const done = (write: () => Promise<unknown>): StoreWrite => ({ write, answer: undefined })
