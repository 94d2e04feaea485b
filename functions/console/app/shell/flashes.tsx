import Flashbar, { type FlashbarProps } from '@cloudscape-design/components/flashbar'
import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useState } from 'react'
import { useLocation } from 'react-router'
import { isExpiry } from '../api/problem.ts'
import { useLocalization } from '../i18n/provider.tsx'
import { ProblemText } from '../parts/problem-text.tsx'

interface Flash {
  readonly type: 'success' | 'info' | 'warning' | 'error'
  readonly header?: string
  readonly content: ReactNode
  /** A button for the next step. */
  readonly action?: ReactNode
  /** Keeps the message when the user goes to another screen: a file is ready, for example. */
  readonly staysEverywhere?: boolean
}

interface SaidFlash extends Flash {
  readonly id: string
  /** Path of the screen on which the message appeared. */
  readonly saidAt: string
}

interface Flashes {
  /**
   * Shows the outcome of an action. It stays until it is dismissed; a success only until the user goes to another
   * screen.
   */
  say(flash: Flash): void
  /** Shows why the API refused or failed, in the API's own words. */
  fail(error: unknown): void
}

/** Most messages shown at once. Older ones are dropped. */
const MAX_FLASHES = 5

const FlashesContext = createContext<Flashes | undefined>(undefined)
const ItemsContext = createContext<readonly FlashbarProps.MessageDefinition[]>([])

export function FlashesProvider({ children }: { readonly children: ReactNode }) {
  const { t } = useLocalization()
  const { pathname } = useLocation()
  const [flashes, setFlashes] = useState<readonly SaidFlash[]>([])
  const say = useCallback((flash: Flash) => {
    const said = { ...flash, id: crypto.randomUUID(), saidAt: window.location.pathname }
    setFlashes((all) => [said, ...all].slice(0, MAX_FLASHES))
  }, [])
  useEffect(() => {
    setFlashes((all) =>
      all.filter(
        ({ type, staysEverywhere, saidAt }) =>
          type !== 'success' || staysEverywhere === true || saidAt === pathname,
      ),
    )
  }, [pathname])
  const value = useMemo(
    (): Flashes => ({
      say,
      fail(error) {
        // The frame of the page already reports that the session has ended.
        if (!isExpiry(error))
          say({ type: 'error', header: t.problem.notDone, content: <ProblemText error={error} isInverted /> })
      },
    }),
    [say, t],
  )
  const items = flashes.map(
    ({ id, saidAt: _saidAt, staysEverywhere: _stays, ...flash }): FlashbarProps.MessageDefinition => ({
      ...flash,
      id,
      dismissible: true,
      dismissLabel: t.flash.dismiss,
      ariaRole: flash.type === 'error' ? 'alert' : 'status',
      onDismiss: () => setFlashes((all) => all.filter((each) => each.id !== id)),
    }),
  )
  return (
    <FlashesContext value={value}>
      <ItemsContext value={items}>{children}</ItemsContext>
    </FlashesContext>
  )
}

export function useFlashes(): Flashes {
  const value = useContext(FlashesContext)
  if (value === undefined) throw new Error('there is no FlashesProvider')
  return value
}

/** The place where messages are shown, below `extra`. */
export function FlashArea({ extra = [] }: { readonly extra?: readonly FlashbarProps.MessageDefinition[] }) {
  const items = useContext(ItemsContext)
  return <Flashbar items={[...extra, ...items]} />
}
