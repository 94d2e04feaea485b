import { createContext, type ReactNode, useCallback, useContext, useState, useSyncExternalStore } from 'react'

/** Up to this width, and not beyond, AppLayout shows the navigation over the page: Cloudscape's `xs`. */
const narrow = window.matchMedia('(max-width: 688px)')

type Open = readonly [boolean, (open: boolean) => void]

const OpenContext = createContext<Open | undefined>(undefined)

export const isNarrow = (): boolean => narrow.matches

function onWidth(listener: () => void): () => void {
  narrow.addEventListener('change', listener)
  return () => narrow.removeEventListener('change', listener)
}

/**
 * Whether the side navigation is open: kept above the pages, each of which brings its own frame. AppLayout closes it where the
 * window becomes narrow, and never opens it again: so what was chosen for a wide one is kept apart.
 */
export function NavigationOpenProvider({ children }: { readonly children: ReactNode }) {
  const isNarrowNow = useSyncExternalStore(onWidth, isNarrow)
  const [isOpenNarrow, setOpenNarrow] = useState(false)
  const [isOpenWide, setOpenWide] = useState(true)
  const setOpen = useCallback((open: boolean) => (isNarrow() ? setOpenNarrow : setOpenWide)(open), [])
  return <OpenContext value={[isNarrowNow ? isOpenNarrow : isOpenWide, setOpen]}>{children}</OpenContext>
}

export function useNavigationOpen(): Open {
  const value = useContext(OpenContext)
  if (value === undefined) throw new Error('there is no NavigationOpenProvider')
  return value
}
