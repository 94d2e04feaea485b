/** The work that can be held without a deployment: `npm run pause -- mail`. Everything else goes on meanwhile. */
export const pausableWork = ['mail', 'migrations', 'removals'] as const

export type PausableWork = (typeof pausableWork)[number]
