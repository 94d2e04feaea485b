import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import Header from '@cloudscape-design/components/header'
import Link from '@cloudscape-design/components/link'
import Pagination from '@cloudscape-design/components/pagination'
import SpaceBetween from '@cloudscape-design/components/space-between'
import SplitPanel from '@cloudscape-design/components/split-panel'
import Table, { type TableProps } from '@cloudscape-design/components/table'
import { useState } from 'react'
import { useSearchParams } from 'react-router'
import { api, type Schemas } from '../../api/client.ts'
import { useLocalization } from '../../i18n/provider.tsx'
import { ClaimStatus, ContentInBrief, MailState } from '../../parts/labels.tsx'
import { Empty, Failed, NoneOnPage } from '../../parts/states.tsx'
import { useClaimsExport } from '../../parts/use-export.tsx'
import { useSession } from '../../session/session.tsx'
import { BASE } from '../../settings.ts'
import { useGo } from '../../shell/go.ts'
import { Page } from '../../shell/page.tsx'
import { ClaimPanel } from './claim-panel.tsx'
import { ClaimsFilter } from './claims-filter.tsx'
import { isFiltered, queryOf } from './filter.ts'

type Claim = Schemas['Claim']

const PAGE_SIZE = 50
const PANEL_PX = 420

export default function Claims() {
  const { t, format } = useLocalization()
  const session = useSession()
  const go = useGo()
  const [search, setSearch] = useSearchParams()
  const query = queryOf(search, t)
  const chosen = search.get('claim') ?? undefined
  const [pageIndex, setPageIndex] = useState(1)
  const [panelSize, setPanelSize] = useState(PANEL_PX)
  const claims = api.useInfiniteQuery(
    'get',
    '/v1/claims',
    { params: { query: { ...query, limit: PAGE_SIZE } } },
    {
      pageParamName: 'cursor',
      // Null: no cursor. The library would turn undefined into 0.
      initialPageParam: null,
      getNextPageParam: (page: Schemas['ListClaimsResponse']) => page.nextCursor,
    },
  )
  const exporting = useClaimsExport()

  const pages = claims.data?.pages ?? []
  const shown = Math.min(pageIndex, Math.max(1, pages.length))
  const items = pages[shown - 1]?.items ?? []

  /** Changes the page’s address by `more`; the filter and the selected claim stay unless it names them. */
  const goTo = (more: Readonly<Record<string, string | undefined>>): void => {
    const next = new URLSearchParams(search)
    for (const [key, value] of Object.entries(more)) {
      if (value === undefined) next.delete(key)
      else next.set(key, value)
    }
    setSearch(next)
  }

  const choose = (claimId: string | undefined): void => goTo({ claim: claimId })

  const columns: readonly TableProps.ColumnDefinition<Claim>[] = [
    {
      id: 'email',
      header: t.claims.address,
      isRowHeader: true,
      cell: (claim) => (
        <Link
          href={`${BASE}/claims?claim=${encodeURIComponent(claim.claimId)}`}
          onFollow={(event) => {
            event.preventDefault()
            choose(claim.claimId)
          }}
        >
          <bdi>{claim.email}</bdi>
        </Link>
      ),
    },
    { id: 'type', header: t.claims.type, cell: ({ type }) => t.claimType[type] },
    { id: 'status', header: t.claims.status, cell: ({ status }) => <ClaimStatus status={status} /> },
    {
      id: 'daysLeft',
      header: t.claims.daysLeft,
      cell: ({ status, daysLeft }) => (status === 'open' ? format.number(daysLeft) : '–'),
    },
    {
      id: 'endsAt',
      header: t.claims.ends,
      cell: ({ migratesAt, endsAt }) => format.date(migratesAt ?? endsAt),
    },
    { id: 'mail', header: t.claims.mail, cell: ({ notification }) => <MailState state={notification} /> },
    {
      id: 'content',
      header: t.claims.content,
      cell: ({ contentLoss }) => <ContentInBrief loss={contentLoss} />,
    },
    {
      id: 'revocable',
      header: t.claims.revocable,
      cell: ({ revocable }) => (revocable ? t.actions.yes : t.actions.no),
    },
  ]

  const turnTo = (page: number): void => {
    if (page <= pages.length) setPageIndex(page)
    else
      claims.fetchNextPage().then(
        () => setPageIndex(page),
        () => undefined,
      )
  }

  const empty =
    claims.hasNextPage || shown > 1 ? (
      <NoneOnPage
        hasNextPage={claims.hasNextPage}
        isFetchingNextPage={claims.isFetchingNextPage}
        onFurther={() => turnTo(shown + 1)}
      />
    ) : isFiltered(query) ? (
      <Empty
        title={t.claims.noMatch}
        action={<Button onClick={() => setSearch({})}>{t.claims.clearFilter}</Button>}
      />
    ) : (
      <Empty
        title={t.claims.empty}
        text={t.claims.emptyText}
        action={
          session.may('claims:write') && (
            <Button onClick={() => go.to('/claim-users')}>{t.claimUsers.title}</Button>
          )
        }
      />
    )

  const table =
    claims.error !== null ? (
      <SpaceBetween size="m">
        <Header variant="h1">{t.claims.title}</Header>
        <Failed error={claims.error} onRetry={() => claims.refetch()} />
      </SpaceBetween>
    ) : (
      <Table
        variant="full-page"
        items={items}
        columnDefinitions={columns}
        trackBy="claimId"
        selectionType="single"
        selectedItems={items.filter(({ claimId }) => claimId === chosen)}
        onSelectionChange={({ detail }) => choose(detail.selectedItems[0]?.claimId)}
        ariaLabels={{
          selectionGroupLabel: t.claims.title,
          itemSelectionLabel: (_, claim) => claim.email,
          tableLabel: t.claims.title,
        }}
        loading={claims.isPending || claims.isFetchingNextPage}
        loadingText={t.states.loading}
        empty={empty}
        stickyHeader
        header={
          <Header
            variant="awsui-h1-sticky"
            actions={
              <SpaceBetween size="xs" direction="horizontal">
                <Button
                  iconName="refresh"
                  ariaLabel={t.actions.refresh}
                  loading={claims.isRefetching}
                  onClick={() => claims.refetch()}
                />
                {session.may('claims:write') && (
                  <Button
                    iconName="download"
                    loading={exporting.isRunning}
                    loadingText={t.claims.exporting}
                    onClick={exporting.start}
                  >
                    {t.claims.export}
                  </Button>
                )}
                {session.may('claims:write') && (
                  <Button variant="primary" onClick={() => go.to('/claim-users')}>
                    {t.claimUsers.title}
                  </Button>
                )}
              </SpaceBetween>
            }
          >
            {t.claims.title}
          </Header>
        }
        filter={
          <ClaimsFilter
            query={query}
            onChange={(wanted) => {
              setPageIndex(1)
              setSearch(wanted)
            }}
          />
        }
        pagination={
          <Pagination
            currentPageIndex={shown}
            pagesCount={Math.max(1, pages.length)}
            openEnd={claims.hasNextPage}
            onChange={({ detail }) => turnTo(detail.currentPageIndex)}
          />
        }
      />
    )

  return (
    <Page
      title={t.claims.title}
      contentType="table"
      splitPanel={{
        splitPanelOpen: chosen !== undefined,
        splitPanelPreferences: { position: 'side' },
        splitPanelSize: panelSize,
        onSplitPanelResize: ({ detail }) => setPanelSize(detail.size),
        onSplitPanelToggle: ({ detail }) => {
          if (!detail.open) choose(undefined)
        },
        splitPanel:
          chosen === undefined ? undefined : (
            <SplitPanel header={t.claims.panel} closeBehavior="hide" hidePreferencesButton>
              <Box padding={{ bottom: 'l' }}>
                <ClaimPanel key={chosen} claimId={chosen} />
              </Box>
            </SplitPanel>
          ),
      }}
    >
      {table}
    </Page>
  )
}
