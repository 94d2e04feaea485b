import type { Written } from '../../storage/writes/write.ts'

/** The result of a step of a sync. */
export interface Stepped {
  /** `lost`: another invocation is further. `waiting`: the next step is begun by another message. */
  readonly outcome: 'moved' | 'lost' | 'waiting'
}

export const MOVED: Stepped = { outcome: 'moved' }
export const WAITING: Stepped = { outcome: 'waiting' }

/** The result of the write that advances the sync. */
export const stepped = ({ outcome }: Written): Stepped => ({
  outcome: outcome === 'written' ? 'moved' : 'lost',
})
