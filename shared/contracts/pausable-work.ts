/** The kinds of work that an operator can pause without a deployment (`npm run pause -- mail`). All else continues. */
export const pausableWork = ['mail', 'migrations', 'deletions'] as const

export type PausableWork = (typeof pausableWork)[number]
