import type { Written } from '../../storage/writes/write.ts'

/** What came of a step of a sync. */
export interface Stepped {
  /** `lost`: another invocation has got further. `waiting`: what comes next is begun by somebody else's message. */
  readonly outcome: 'moved' | 'lost' | 'waiting'
}

export const MOVED: Stepped = { outcome: 'moved' }
export const WAITING: Stepped = { outcome: 'waiting' }

/** By the write that takes the sync further. */
export const stepped = ({ outcome }: Written): Stepped => ({
  outcome: outcome === 'written' ? 'moved' : 'lost',
})
