import type { DueMessage } from '../../shared/contracts/messages/due.ts'

/**
 * The message on the queue of due work that asks for a sweep. The message of a due minute names its minute instead.
 */
export const sweepMessage = { kind: 'sweep' } as const satisfies DueMessage
