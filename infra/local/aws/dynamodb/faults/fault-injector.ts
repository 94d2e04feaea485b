import type { JsonAnswer } from '../../gateway/json-call.ts'
import { AnswerLost, answers } from './answers.ts'
import { pick, seededRandom } from './seeded-random.ts'
import { FAULT_KINDS, type FaultKind, type FaultOptions } from './options.ts'

/** Further counters. */
const OTHERS = [
  /** Calls that can meet a fault. */
  'calls',
  /** Calls refused because a transaction, ours or another writer's, held an item. */
  'collision',
  /** Transactions that were held open. */
  'heldOpen',
  /** Index reads that were answered with stale entries. */
  'lateRead',
] as const

export type Counted = FaultKind | (typeof OTHERS)[number]
export type FaultCounts = Readonly<Record<Counted, number>>

/** Draws the fault that each call meets, and counts the faults. */
export function createFaultInjector({ seed, rate, kinds }: FaultOptions) {
  const draw = seededRandom(seed)
  const counts = new Map<Counted, number>()
  const count = (counted: Counted): void => {
    counts.set(counted, (counts.get(counted) ?? 0) + 1)
  }

  return {
    draw,
    count,
    counts: (): FaultCounts => {
      const of = (counted: Counted): number => counts.get(counted) ?? 0
      const [conflict, throttle, internalError, lostAnswer, partialBatch] = FAULT_KINDS
      const [calls, collision, heldOpen, lateRead] = OTHERS
      return {
        calls: of(calls),
        conflict: of(conflict),
        throttle: of(throttle),
        internalError: of(internalError),
        lostAnswer: of(lostAnswer),
        partialBatch: of(partialBatch),
        collision: of(collision),
        heldOpen: of(heldOpen),
        lateRead: of(lateRead),
      }
    },

    /** The fault that the call meets, out of those that are possible for it; usually none. */
    next(possible: readonly FaultKind[]): FaultKind | undefined {
      count('calls')
      if (draw() >= rate) return undefined
      const open = possible.filter((each) => kinds.includes(each))
      return pick(draw, open)
    },

    /** Injects a fault that concerns the call as a whole; without one the call is carried out. */
    async inject(fault: FaultKind | undefined, carryOut: () => Promise<JsonAnswer>): Promise<JsonAnswer> {
      switch (fault) {
        case 'throttle':
          count('throttle')
          return draw() < 0.5 ? answers.throttling() : answers.throughput()
        case 'internalError':
          count('internalError')
          return answers.internalError()
        case 'lostAnswer': {
          const answer = await carryOut()
          if (answer.status !== 200) return answer
          count('lostAnswer')
          if (draw() < 0.5) throw new AnswerLost()
          return answers.internalError()
        }
        default:
          return carryOut()
      }
    },
  }
}

export type FaultInjector = ReturnType<typeof createFaultInjector>
