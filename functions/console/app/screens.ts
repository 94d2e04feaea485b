import type { ComponentType } from 'react'
import type { Texts } from './i18n/texts/en.ts'

export interface Screen {
  /** Below `/console`: '' for the first, `/claims/:claimId` with a parameter. */
  readonly path: string
  /** Loaded when somebody goes there. */
  readonly load: () => Promise<{ readonly default: ComponentType }>
  /** Its text in the side navigation; without it the screen isn't listed there. */
  readonly nav?: keyof Texts['nav']
}

/** Every screen, in the navigation's order. README.md says how one is added. */
export const screens: readonly Screen[] = [
  { path: '', nav: 'overview', load: () => import('./screens/overview/overview.tsx') },
  { path: '/claim-users', nav: 'claimUsers', load: () => import('./screens/claim-users/claim-users.tsx') },
  { path: '/claims', nav: 'claims', load: () => import('./screens/claims/claims.tsx') },
]
