import Alert from '@cloudscape-design/components/alert'
import Box from '@cloudscape-design/components/box'
import Header from '@cloudscape-design/components/header'
import Table, { type TableProps } from '@cloudscape-design/components/table'
import type { ReactNode } from 'react'

interface ListProps<T> {
  readonly title: string
  readonly description: string
  readonly items: readonly T[] | undefined
  readonly error: Error | null
  readonly columns: readonly TableProps.ColumnDefinition<T>[]
  readonly empty: string
  readonly counter?: string
  readonly filter?: ReactNode
  readonly trackBy: (row: T) => string
}

/** Least width of a column. On a phone the table scrolls instead, since a time would otherwise take three lines. */
const MIN_COLUMN_PX = 110

/** A table with its states for loading, no rows, and failure. */
export function List<T>({
  title,
  description,
  items,
  error,
  columns,
  empty,
  counter,
  filter,
  trackBy,
}: ListProps<T>) {
  if (error !== null && items === undefined) return <Alert type="error">{error.message}</Alert>
  return (
    <Table
      variant="container"
      enableKeyboardNavigation
      header={
        <Header variant="h2" description={description} {...(counter !== undefined && { counter })}>
          {title}
        </Header>
      }
      filter={filter}
      columnDefinitions={columns.map((column) => ({ minWidth: MIN_COLUMN_PX, ...column }))}
      items={items ?? []}
      loading={items === undefined}
      loadingText="Loading"
      trackBy={trackBy}
      wrapLines
      empty={<Box textAlign="center">{empty}</Box>}
    />
  )
}
