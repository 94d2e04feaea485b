import type { ComponentType } from 'react'
import type { Texts } from './i18n/texts/en.ts'

export interface Screen {
  /** Path below `/console`: `''` for the overview; may have parameters, as in `/claims/:claimId`. */
  readonly path: string
  /** Loads the screen’s code, the first time that somebody opens it. */
  readonly load: () => Promise<{ readonly default: ComponentType }>
  /** Key of its text in the side navigation. Screens without one are not listed there. */
  readonly nav?: keyof Texts['nav']
}

/** All screens, in the order of the navigation. README.md says how to add one. */
export const screens: readonly Screen[] = [
  { path: '', nav: 'overview', load: () => import('./screens/overview/overview.tsx') },
  { path: '/claim-users', nav: 'claimUsers', load: () => import('./screens/claim-users/claim-users.tsx') },
  { path: '/claims', nav: 'claims', load: () => import('./screens/claims/claims.tsx') },
  { path: '/imports', nav: 'imports', load: () => import('./screens/imports/imports.tsx') },
  { path: '/imports/:importId', load: () => import('./screens/imports/import-detail.tsx') },
  { path: '/users', nav: 'users', load: () => import('./screens/users/users.tsx') },
  { path: '/directory', nav: 'directory', load: () => import('./screens/directory/directory.tsx') },
  { path: '/directory/:syncId', load: () => import('./screens/directory/sync-detail.tsx') },
  { path: '/domains', nav: 'domains', load: () => import('./screens/domains/domains.tsx') },
  {
    path: '/outgoing-claims',
    nav: 'outgoing',
    load: () => import('./screens/outgoing-claims/outgoing-claims.tsx'),
  },
  { path: '/audit', nav: 'audit', load: () => import('./screens/audit/audit.tsx') },
  { path: '/settings', nav: 'settings', load: () => import('./screens/settings/settings.tsx') },
]
