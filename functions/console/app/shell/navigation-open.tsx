import { createContext, type ReactNode, useContext, useState } from 'react'

/** Below this AppLayout shows the navigation over the page: it begins closed there. */
const NARROW = '(max-width: 911px)'

type Open = readonly [boolean, (open: boolean) => void]

const OpenContext = createContext<Open | undefined>(undefined)

/** Whether the side navigation is open: kept above the pages, each of which brings its own frame. */
export function NavigationOpenProvider({ children }: { readonly children: ReactNode }) {
  const state = useState(() => !window.matchMedia(NARROW).matches)
  return <OpenContext value={state}>{children}</OpenContext>
}

export function useNavigationOpen(): Open {
  const value = useContext(OpenContext)
  if (value === undefined) throw new Error('there is no NavigationOpenProvider')
  return value
}

export const isNarrow = (): boolean => window.matchMedia(NARROW).matches
