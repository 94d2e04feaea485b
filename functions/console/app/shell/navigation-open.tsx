import {
  createContext,
  type ReactNode,
  useCallback,
  useContext,
  useEffect,
  useRef,
  useState,
  useSyncExternalStore,
} from 'react'

/** Cloudscape's breakpoint `xs`: up to this width, AppLayout shows the navigation on top of the page. */
const narrow = window.matchMedia('(max-width: 688px)')

type Open = readonly [boolean, (open: boolean) => void]

const OpenContext = createContext<Open | undefined>(undefined)

export const isNarrow = (): boolean => narrow.matches

function onWidth(listener: () => void): () => void {
  narrow.addEventListener('change', listener)
  return () => narrow.removeEventListener('change', listener)
}

/**
 * Returns a function that says whether the user is pressing something right now, by mouse or keyboard: true while the
 * click is handled.
 */
function usePressed(): () => boolean {
  const isPressed = useRef(false)
  useEffect(() => {
    const begin = (): void => {
      isPressed.current = true
      setTimeout(() => {
        isPressed.current = false
      })
    }
    window.addEventListener('click', begin, { capture: true })
    return () => window.removeEventListener('click', begin, { capture: true })
  }, [])
  return useCallback(() => isPressed.current, [])
}

/**
 * Whether the side navigation is open. The state is kept above the pages, since each page renders a frame of its own,
 * and separately for wide and narrow windows. AppLayout also closes the navigation by itself when it measures too
 * little room, and reports that like a click. It may measure a window that is narrow for one frame (Chromium makes it
 * 1 px wide while it takes a picture of the whole page) and report that when it is wide again. So in a wide window
 * only a click closes it.
 */
export function NavigationOpenProvider({ children }: { readonly children: ReactNode }) {
  const isNarrowNow = useSyncExternalStore(onWidth, isNarrow)
  const [isOpenNarrow, setOpenNarrow] = useState(false)
  const [isOpenWide, setOpenWide] = useState(true)
  const isPressed = usePressed()
  const setOpen = useCallback(
    (open: boolean) => {
      if (isNarrow() || !isPressed()) setOpenNarrow(open)
      else setOpenWide(open)
    },
    [isPressed],
  )
  return <OpenContext value={[isNarrowNow ? isOpenNarrow : isOpenWide, setOpen]}>{children}</OpenContext>
}

export function useNavigationOpen(): Open {
  const value = useContext(OpenContext)
  if (value === undefined) throw new Error('there is no NavigationOpenProvider')
  return value
}
