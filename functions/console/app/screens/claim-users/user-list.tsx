import { useCollection } from '@cloudscape-design/collection-hooks'
import Alert from '@cloudscape-design/components/alert'
import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import Header from '@cloudscape-design/components/header'
import Pagination from '@cloudscape-design/components/pagination'
import SpaceBetween from '@cloudscape-design/components/space-between'
import StatusIndicator from '@cloudscape-design/components/status-indicator'
import Table, { type TableProps } from '@cloudscape-design/components/table'
import TextFilter from '@cloudscape-design/components/text-filter'
import { useEffect, useState } from 'react'
import { api, type Schemas } from '../../api/client.ts'
import { useLocalization } from '../../i18n/provider.tsx'
import { ContentInBrief } from '../../parts/labels.tsx'
import { cursorPaging } from '../../parts/paged-table.tsx'
import { Empty, Failed } from '../../parts/states.tsx'
import { useClaimableUsersExport } from '../../parts/use-export.tsx'
import { useSession } from '../../session/session.tsx'
import { MAX_LISTED } from './entered.ts'

type User = Schemas['ClaimableUser']

const PAGE_SIZE = 25
const USERS_A_REQUEST = 100

interface UserListProps {
  readonly chosen: readonly User[]
  readonly onChoose: (users: readonly User[]) => void
}

/**
 * Requests made before the user is asked whether to go on. Each looks at 1,000 accounts, of which few may be
 * claimable.
 */
const LOOKS = 10

/** C1: lists users that can be claimed, as they are found. Searching, sorting and selecting happen in the browser. */
export function UserList({ chosen, onChoose }: UserListProps) {
  const { t, format } = useLocalization()
  const session = useSession()
  const list = api.useInfiniteQuery(
    'get',
    '/v1/claimable-users',
    { params: { query: { limit: USERS_A_REQUEST } } },
    cursorPaging,
  )
  const [mostLooks, setMostLooks] = useState(LOOKS)
  const pages = list.data?.pages ?? []
  const users = pages.flatMap((page) => page.items).slice(0, MAX_LISTED)
  const isFull = users.length === MAX_LISTED
  const { hasNextPage, fetchNextPage } = list
  const isLooking = hasNextPage && !isFull && pages.length < mostLooks
  useEffect(() => {
    if (isLooking && !list.isFetchingNextPage) void fetchNextPage()
  }, [isLooking, list.isFetchingNextPage, fetchNextPage])
  const exporting = useClaimableUsersExport()
  const { items, collectionProps, filterProps, filteredItemsCount, paginationProps, actions } = useCollection(
    users,
    {
      filtering: {
        fields: ['email', 'displayName', 'sourceOrgName'],
        empty: hasNextPage ? (
          <Empty title={t.states.noneSoFar} text={t.states.noneSoFarText} />
        ) : (
          <Empty title={t.claimUsers.nobody} text={t.claimUsers.nobodyText} />
        ),
        noMatch: (
          <Empty
            title={t.claimUsers.noMatch}
            action={<Button onClick={() => actions.setFiltering('')}>{t.claimUsers.clearFilter}</Button>}
          />
        ),
      },
      sorting: { defaultState: { sortingColumn: { sortingField: 'email' } } },
      pagination: { pageSize: PAGE_SIZE },
    },
  )
  if (list.error !== null) return <Failed error={list.error} onRetry={() => list.refetch()} />
  const exportButton = session.may('claims:write') && (
    <Button
      iconName="download"
      loading={exporting.isRunning}
      loadingText={t.claimUsers.exporting}
      onClick={exporting.start}
    >
      {t.claimUsers.exportList}
    </Button>
  )
  const columns: readonly TableProps.ColumnDefinition<User>[] = [
    {
      id: 'email',
      header: t.claimUsers.address,
      sortingField: 'email',
      isRowHeader: true,
      cell: ({ email, displayName }) => (
        <>
          <bdi>{email}</bdi>
          <Box color="text-body-secondary" fontSize="body-s">
            <bdi>{displayName}</bdi>
          </Box>
        </>
      ),
    },
    { id: 'status', header: t.claimUsers.status, cell: ({ status }) => t.userStatus[status] },
    {
      id: 'source',
      header: t.claimUsers.source,
      sortingField: 'sourceOrgName',
      cell: ({ sourceOrgName }) => <bdi>{sourceOrgName}</bdi>,
    },
    {
      id: 'type',
      header: t.claimUsers.type,
      sortingField: 'type',
      cell: ({ type }) => t.claimType[type],
    },
    {
      id: 'content',
      header: t.claimUsers.content,
      cell: ({ contentLoss }) => <ContentInBrief loss={contentLoss} />,
    },
  ]
  return (
    <SpaceBetween size="s">
      {pages.some(({ codes }) => codes.includes('directory_sync_enabled')) && (
        <Alert type="warning">{t.claimUsers.directorySync}</Alert>
      )}
      {isLooking && !list.isPending && <StatusIndicator type="loading">{t.states.looking}</StatusIndicator>}
      {hasNextPage && !isLooking && (
        <Alert
          type="info"
          action={
            !isFull && <Button onClick={() => setMostLooks(mostLooks + LOOKS)}>{t.states.lookOn}</Button>
          }
        >
          {t.claimUsers.more(format.number(users.length))}
        </Alert>
      )}
      <Table
        {...collectionProps}
        items={items}
        columnDefinitions={columns}
        trackBy="userId"
        selectionType="multi"
        selectedItems={chosen}
        onSelectionChange={({ detail }) => onChoose(detail.selectedItems)}
        ariaLabels={{
          tableLabel: t.claimUsers.list,
          selectionGroupLabel: t.claimUsers.list,
          allItemsSelectionLabel: () => t.actions.all,
          itemSelectionLabel: (_, user) => user.email,
        }}
        loading={list.isPending || (isLooking && users.length === 0)}
        loadingText={t.states.loading}
        variant="embedded"
        header={
          <Header
            variant="h2"
            counter={t.claimUsers.selected(format.number(chosen.length), format.number(users.length))}
            actions={exportButton}
          >
            {t.claimUsers.list}
          </Header>
        }
        filter={
          <TextFilter
            {...filterProps}
            filteringPlaceholder={t.claimUsers.findUser}
            filteringAriaLabel={t.claimUsers.findUser}
            countText={filterProps.filteringText === '' ? '' : format.number(filteredItemsCount ?? 0)}
          />
        }
        pagination={<Pagination {...paginationProps} />}
      />
    </SpaceBetween>
  )
}
