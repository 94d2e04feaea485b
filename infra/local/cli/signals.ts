/** Signals by which a terminal, a supervisor or a closing session ends a command. */
export const END_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
