import Alert from '@cloudscape-design/components/alert'
import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import SpaceBetween from '@cloudscape-design/components/space-between'
import StatusIndicator from '@cloudscape-design/components/status-indicator'
import type { ReactNode } from 'react'
import { isExpiry } from '../api/problem.ts'
import { useLocalization } from '../i18n/provider.tsx'
import { ProblemText } from './problem-text.tsx'

export function Loading() {
  const { t } = useLocalization()
  return <StatusIndicator type="loading">{t.states.loading}</StatusIndicator>
}

interface FailedProps {
  readonly error: unknown
  readonly onRetry: () => void
}

/** Shown instead of something that couldn't be loaded. */
export function Failed({ error, onRetry }: FailedProps) {
  const { t } = useLocalization()
  return (
    <Alert
      type="error"
      header={t.states.failed}
      action={!isExpiry(error) && <Button onClick={onRetry}>{t.states.retry}</Button>}
    >
      <ProblemText error={error} />
    </Alert>
  )
}

interface UnloadedProps {
  readonly query: { readonly error: unknown; readonly refetch: () => unknown }
}

/** Shown instead of something that is being loaded or couldn't be. */
export function Unloaded({ query: { error, refetch } }: UnloadedProps) {
  return error === null ? <Loading /> : <Failed error={error} onRetry={() => refetch()} />
}

interface EmptyProps {
  readonly title: string
  readonly text?: ReactNode
  readonly action?: ReactNode
}

/** Shown instead of an empty list: what that means, and what to do next. */
export const Empty = ({ title, text, action }: EmptyProps) => (
  <Box textAlign="center" color="inherit" padding={{ vertical: 'm' }}>
    <SpaceBetween size="xs">
      <Box variant="strong">{title}</Box>
      {text !== undefined && <Box color="text-body-secondary">{text}</Box>}
      {action}
    </SpaceBetween>
  </Box>
)

interface NoneOnPageProps {
  /** Whether the list has a next page. */
  readonly hasNextPage: boolean
  readonly isFetchingNextPage: boolean
  readonly onFurther: () => void
}

/**
 * Shown instead of an empty page of a filtered list that has further pages: one request looks only at a part of a
 * long list.
 */
export function NoneOnPage({ hasNextPage, isFetchingNextPage, onFurther }: NoneOnPageProps) {
  const { t } = useLocalization()
  if (!hasNextPage) return <Empty title={t.states.noMore} />
  return (
    <Empty
      title={t.states.noneSoFar}
      text={t.states.noneSoFarText}
      action={
        <Button loading={isFetchingNextPage} onClick={onFurther}>
          {t.states.lookOn}
        </Button>
      }
    />
  )
}
