import Button from '@cloudscape-design/components/button'
import Header from '@cloudscape-design/components/header'
import Pagination from '@cloudscape-design/components/pagination'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Table, { type TableProps } from '@cloudscape-design/components/table'
import { type ReactNode, useState } from 'react'
import { useLocalization } from '../i18n/provider.tsx'
import { Failed, NoneOnPage } from './states.tsx'

/** The parts of `useInfiniteQuery`’s result that the table needs. */
interface Paged<T> {
  readonly data: { readonly pages: readonly { readonly items: readonly T[] }[] } | undefined
  readonly error: unknown
  readonly isPending: boolean
  readonly isFetchingNextPage: boolean
  readonly isRefetching: boolean
  readonly hasNextPage: boolean
  fetchNextPage(): Promise<unknown>
  refetch(): Promise<unknown>
}

/** Options of `useInfiniteQuery` for the API's lists, which page by cursor. */
export const cursorPaging = {
  pageParamName: 'cursor',
  // Null: no cursor. The library would turn undefined into 0.
  initialPageParam: null,
  getNextPageParam: (page: { readonly nextCursor?: string }) => page.nextCursor,
} as const

/** Rows per page of every list: about a screenful, and few enough for the API to read them in one query. */
export const ROWS_PER_PAGE = 50

/** Least width of a column. On a phone the table scrolls instead, since words in narrower columns would break. */
const MIN_COLUMN_PX = 110

interface PagedTableProps<T> {
  readonly title: string
  readonly description?: ReactNode
  readonly list: Paged<T>
  readonly columns: readonly TableProps.ColumnDefinition<T>[]
  readonly trackBy: (row: T) => string
  readonly empty: ReactNode
  readonly actions?: ReactNode
  readonly filter?: ReactNode
  /** Whether the table is only a part of the page, which has a title of its own. */
  readonly isPart?: boolean
}

/**
 * A list of the API, a page at a time. Give it a `key` made of its filter, so that another filter begins at the first
 * page.
 */
export function PagedTable<T>(props: PagedTableProps<T>) {
  const { title, description, list, columns, trackBy, empty, actions, filter, isPart = false } = props
  const { t } = useLocalization()
  const [wanted, setWanted] = useState(1)
  if (list.error !== null) {
    return (
      <SpaceBetween size="m">
        <Header variant={isPart ? 'h2' : 'h1'}>{title}</Header>
        <Failed error={list.error} onRetry={() => list.refetch()} />
      </SpaceBetween>
    )
  }
  const pages = list.data?.pages ?? []
  const shown = Math.min(wanted, Math.max(1, pages.length))
  const turnTo = (page: number): void => {
    if (page <= pages.length) setWanted(page)
    else
      list.fetchNextPage().then(
        () => setWanted(page),
        () => undefined,
      )
  }
  return (
    <Table
      variant={isPart ? 'container' : 'full-page'}
      items={pages[shown - 1]?.items ?? []}
      columnDefinitions={columns.map((column) => ({ minWidth: MIN_COLUMN_PX, ...column }))}
      trackBy={trackBy}
      wrapLines
      ariaLabels={{ tableLabel: title }}
      loading={list.isPending || list.isFetchingNextPage}
      loadingText={t.states.loading}
      empty={
        list.hasNextPage || shown > 1 ? (
          <NoneOnPage
            hasNextPage={list.hasNextPage}
            isFetchingNextPage={list.isFetchingNextPage}
            onFurther={() => turnTo(shown + 1)}
          />
        ) : (
          empty
        )
      }
      filter={filter}
      header={
        <Header
          variant={isPart ? 'h2' : 'awsui-h1-sticky'}
          description={description}
          actions={
            <SpaceBetween size="xs" direction="horizontal">
              <Button
                iconName="refresh"
                ariaLabel={t.actions.refresh}
                loading={list.isRefetching}
                onClick={() => list.refetch()}
              />
              {actions}
            </SpaceBetween>
          }
        >
          {title}
        </Header>
      }
      pagination={
        <Pagination
          currentPageIndex={shown}
          pagesCount={Math.max(1, pages.length)}
          openEnd={list.hasNextPage}
          onChange={({ detail }) => turnTo(detail.currentPageIndex)}
        />
      }
    />
  )
}
