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

/** Up to this width, and not beyond, AppLayout shows the navigation over the page: Cloudscape's `xs`. */
const narrow = window.matchMedia('(max-width: 688px)')

type Open = readonly [boolean, (open: boolean) => void]

const OpenContext = createContext<Open | undefined>(undefined)

export const isNarrow = (): boolean => narrow.matches

function onWidth(listener: () => void): () => void {
  narrow.addEventListener('change', listener)
  return () => narrow.removeEventListener('change', listener)
}

/** Answers whether somebody is just pressing something, by mouse or keyboard: while its click is handled. */
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
 * Whether the side navigation is open: kept above the pages, each of which brings its own frame. What was chosen for a wide
 * window is kept apart from a narrow one's. AppLayout also closes the navigation by itself, where it measured too little room,
 * and reports that like a press. It may measure a window that is narrow for one frame (Chromium makes it 1 px wide while it
 * takes a picture of the whole page) and report when it is wide again: so in a wide window only a press closes it.
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
