import Link from '@cloudscape-design/components/link'
import SpaceBetween from '@cloudscape-design/components/space-between'
import type { TableProps } from '@cloudscape-design/components/table'
import { api, type Schemas } from '../../api/client.ts'
import { useLocalization } from '../../i18n/provider.tsx'
import { cursorPaging, PagedTable, ROWS_PER_PAGE } from '../../parts/paged-table.tsx'
import { Empty } from '../../parts/states.tsx'
import { useSession } from '../../session/session.tsx'
import { BASE } from '../../settings.ts'
import { useGo } from '../../shell/go.ts'
import { Page } from '../../shell/page.tsx'
import { SyncStatus } from './labels.tsx'
import { StartSync } from './start-sync.tsx'

type Sync = Schemas['SyncSummary']

export default function Directory() {
  const { t, format } = useLocalization()
  const session = useSession()
  const go = useGo()
  const list = api.useInfiniteQuery(
    'get',
    '/v1/directory/syncs',
    { params: { query: { limit: ROWS_PER_PAGE } } },
    cursorPaging,
  )
  const count = (name: 'inactivated' | 'restored') => ({
    id: name,
    header: t.directory.counts[name],
    cell: ({ counts }: Sync) => format.number(counts[name]),
  })
  const columns: readonly TableProps.ColumnDefinition<Sync>[] = [
    {
      id: 'at',
      header: t.imports.at,
      isRowHeader: true,
      cell: ({ syncId, createdAt }) => (
        <Link href={`${BASE}/directory/${encodeURIComponent(syncId)}`} onFollow={go.follow}>
          {format.dateTime(createdAt)}
        </Link>
      ),
    },
    { id: 'mode', header: t.directory.mode, cell: ({ mode }) => t.directory.modes[mode] },
    { id: 'status', header: t.claims.status, cell: (sync) => <SyncStatus sync={sync} /> },
    count('inactivated'),
    count('restored'),
  ]
  return (
    <Page title={t.directory.title} description={t.directory.description}>
      <SpaceBetween size="l">
        {session.may('org:write') && <StartSync />}
        <PagedTable
          isPart
          title={t.directory.syncs}
          list={list}
          columns={columns}
          trackBy={({ syncId }) => syncId}
          empty={<Empty title={t.directory.empty} />}
        />
      </SpaceBetween>
    </Page>
  )
}
