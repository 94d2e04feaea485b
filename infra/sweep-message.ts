/** What the sweep puts on the queue of due work; a due second's own message says which second. */
export const sweepMessage = { kind: 'sweep' } as const
