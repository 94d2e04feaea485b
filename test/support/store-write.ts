import type { Stores } from './background.ts'

/** One write of a store, ready to be made, and what it answers when nothing is in its way. */
export interface StoreWrite {
  readonly write: () => Promise<unknown>
  readonly answer: unknown
  /** Where the answer tells that the first one was lost. */
  readonly afterLostAnswer?: unknown
}

export type PrepareWrite = (stores: Stores) => Promise<StoreWrite>

let made = 0
/** A name that nothing had before. */
export const fresh = (name: string): string => `${name}${++made}`

export const written = (write: () => Promise<unknown>): StoreWrite => ({
  write,
  answer: { outcome: 'written' },
})
export const done = (write: () => Promise<unknown>): StoreWrite => ({ write, answer: undefined })
