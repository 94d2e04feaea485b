import type { TableProps } from '@cloudscape-design/components/table'
import { api, type Schemas } from '../../api/client.ts'
import { useLocalization } from '../../i18n/provider.tsx'
import { cursorPaging, PagedTable, ROWS_PER_PAGE } from '../../parts/paged-table.tsx'
import { Empty } from '../../parts/states.tsx'
import { Page } from '../../shell/page.tsx'

type OutgoingClaim = Schemas['OutgoingClaim']

/** A3: accounts that are being claimed from this organization: by whom and until when, and nothing else. */
export default function OutgoingClaims() {
  const { t, format } = useLocalization()
  const list = api.useInfiniteQuery(
    'get',
    '/v1/outgoing-claims',
    { params: { query: { limit: ROWS_PER_PAGE } } },
    cursorPaging,
  )
  const columns: readonly TableProps.ColumnDefinition<OutgoingClaim>[] = [
    { id: 'email', header: t.claims.address, isRowHeader: true, cell: ({ email }) => <bdi>{email}</bdi> },
    {
      id: 'by',
      header: t.outgoing.by,
      cell: ({ claimingOrganizationName }) => <bdi>{claimingOrganizationName}</bdi>,
    },
    { id: 'type', header: t.claims.type, cell: ({ type }) => t.claimType[type] },
    { id: 'since', header: t.outgoing.since, cell: ({ createdAt }) => format.date(createdAt) },
    { id: 'until', header: t.outgoing.until, cell: ({ endsAt }) => format.date(endsAt) },
  ]
  return (
    <Page title={t.outgoing.title} contentType="table">
      <PagedTable
        title={t.outgoing.title}
        description={t.outgoing.description}
        list={list}
        columns={columns}
        trackBy={({ userId }) => userId}
        empty={<Empty title={t.outgoing.empty} text={t.outgoing.emptyText} />}
      />
    </Page>
  )
}
