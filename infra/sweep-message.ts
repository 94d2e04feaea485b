/** What the sweep puts on the queue of due work; a due minute's own message says which minute. */
export const sweepMessage = { kind: 'sweep' } as const
