import { useCollection } from '@cloudscape-design/collection-hooks'
import Alert from '@cloudscape-design/components/alert'
import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import Header from '@cloudscape-design/components/header'
import Pagination from '@cloudscape-design/components/pagination'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Table, { type TableProps } from '@cloudscape-design/components/table'
import TextFilter from '@cloudscape-design/components/text-filter'
import { api, type Schemas } from '../../api/client.ts'
import { useLocalization } from '../../i18n/provider.tsx'
import { ContentInBrief } from '../../parts/labels.tsx'
import { Empty, Failed, TooMany } from '../../parts/states.tsx'
import { useClaimableUsersExport } from '../../parts/use-export.tsx'
import { useSession } from '../../session/session.tsx'

type User = Schemas['ClaimableUser']

const PAGE_SIZE = 25

interface UserListProps {
  readonly chosen: readonly User[]
  readonly onChoose: (users: readonly User[]) => void
}

/** C1: the list is whole, or its beginning, and comes in one answer: finding, sorting and choosing are the browser's. */
export function UserList({ chosen, onChoose }: UserListProps) {
  const { t, format } = useLocalization()
  const session = useSession()
  const list = api.useQuery('get', '/v1/claimable-users')
  const exporting = useClaimableUsersExport()
  const { items, collectionProps, filterProps, filteredItemsCount, paginationProps, actions } = useCollection(
    list.data?.items ?? [],
    {
      filtering: {
        fields: ['email', 'displayName', 'sourceOrgName'],
        empty: <Empty title={t.claimUsers.nobody} text={t.claimUsers.nobodyText} />,
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
  const total = list.data?.total ?? 0
  return (
    <SpaceBetween size="s">
      {list.data?.codes.includes('directory_sync_enabled') === true && (
        <Alert type="warning">{t.claimUsers.directorySync}</Alert>
      )}
      {list.data?.truncated === true && (
        <TooMany>
          {t.claimUsers.more(
            format.number(list.data.items.length),
            format.count(list.data.totalIsLowerBound ? { value: total, atLeast: true } : total),
          )}
        </TooMany>
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
        loading={list.isPending}
        loadingText={t.states.loading}
        variant="embedded"
        header={
          <Header
            variant="h2"
            counter={t.claimUsers.selected(
              format.number(chosen.length),
              format.number(list.data?.items.length ?? 0),
            )}
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
