import Flashbar, { type FlashbarProps } from '@cloudscape-design/components/flashbar'
import { createContext, type ReactNode, useContext, useMemo, useState } from 'react'

interface Outcomes {
  say(text: string): void
  fail(error: unknown): void
}

/** Maximum of messages shown; the oldest are dropped. */
const MAX_OUTCOMES = 3

const OutcomesContext = createContext<Outcomes | undefined>(undefined)
const ItemsContext = createContext<readonly FlashbarProps.MessageDefinition[]>([])

export function OutcomesProvider({ children }: { readonly children: ReactNode }) {
  const [items, setItems] = useState<readonly FlashbarProps.MessageDefinition[]>([])
  const outcomes = useMemo((): Outcomes => {
    const add = (type: 'success' | 'error', content: string) => {
      const id = crypto.randomUUID()
      const item = {
        id,
        type,
        content,
        dismissible: true,
        dismissLabel: 'Dismiss',
        onDismiss: () => setItems((all) => all.filter((each) => each.id !== id)),
      }
      setItems((all) => [item, ...all].slice(0, MAX_OUTCOMES))
    }
    return {
      say: (text) => add('success', text),
      fail: (error) => add('error', error instanceof Error ? error.message : String(error)),
    }
  }, [])
  return (
    <OutcomesContext value={outcomes}>
      <ItemsContext value={items}>{children}</ItemsContext>
    </OutcomesContext>
  )
}

export function useOutcomes(): Outcomes {
  const value = useContext(OutcomesContext)
  if (value === undefined) throw new Error('there is no OutcomesProvider')
  return value
}

export const OutcomeArea = () => <Flashbar items={useContext(ItemsContext)} />
