import Box from '@cloudscape-design/components/box'
import type { ReactNode } from 'react'

/** The empty frame of pages that are shown before the sign-in is complete. */
export const Plain = ({ children }: { readonly children: ReactNode }) => (
  <main>
    <Box padding="xxl">{children}</Box>
  </main>
)
