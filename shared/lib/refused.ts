/** A use case's answer that it doesn't do what was asked, and why. */
export const refused = <const C extends string>(code: C) => ({ outcome: 'refused', code }) as const
