import Box from '@cloudscape-design/components/box'
import type { ReactNode } from 'react'

/** What is shown before there is anybody to show the console to. */
export const Plain = ({ children }: { readonly children: ReactNode }) => (
  <main>
    <Box padding="xxl">{children}</Box>
  </main>
)
