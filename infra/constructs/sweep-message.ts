import type { DueMessage } from '../../shared/contracts/messages/due.ts'

/** The sweep's message on the queue of due work; the message of a due minute names the minute. */
export const sweepMessage = { kind: 'sweep' } as const satisfies DueMessage
