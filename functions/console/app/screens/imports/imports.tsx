import Box from '@cloudscape-design/components/box'
import Container from '@cloudscape-design/components/container'
import Header from '@cloudscape-design/components/header'
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
import { ImportStatus } from './labels.tsx'
import { UploadFile } from './upload-file.tsx'

type Import = Schemas['Import']

export default function Imports() {
  const { t, format } = useLocalization()
  const session = useSession()
  const go = useGo()
  const list = api.useInfiniteQuery(
    'get',
    '/v1/imports',
    { params: { query: { limit: ROWS_PER_PAGE } } },
    cursorPaging,
  )
  const columns: readonly TableProps.ColumnDefinition<Import>[] = [
    {
      id: 'file',
      header: t.claimUsers.fileLabel,
      isRowHeader: true,
      cell: ({ importId, fileName }) => (
        <Link href={`${BASE}/imports/${encodeURIComponent(importId)}`} onFollow={go.follow}>
          <bdi>{fileName}</bdi>
        </Link>
      ),
    },
    { id: 'status', header: t.claims.status, cell: (job) => <ImportStatus job={job} /> },
    { id: 'at', header: t.imports.at, cell: ({ createdAt }) => format.dateTime(createdAt) },
    { id: 'rows', header: t.claimUsers.rowsRead, cell: ({ rowsRead }) => format.number(rowsRead) },
    { id: 'claimed', header: t.claimUsers.claimed, cell: ({ claimed }) => format.number(claimed) },
    { id: 'refused', header: t.claimUsers.refused, cell: ({ refused }) => format.number(refused) },
    { id: 'by', header: t.claims.by, cell: ({ createdBy }) => <bdi>{createdBy}</bdi> },
  ]
  return (
    <Page title={t.imports.title} description={t.imports.description}>
      <SpaceBetween size="l">
        {session.may('claims:write') && (
          <Container header={<Header variant="h2">{t.imports.new}</Header>}>
            <SpaceBetween size="s">
              <Box color="text-body-secondary">{t.imports.newText}</Box>
              <UploadFile />
            </SpaceBetween>
          </Container>
        )}
        <PagedTable
          isPart
          title={t.imports.title}
          list={list}
          columns={columns}
          trackBy={({ importId }) => importId}
          empty={<Empty title={t.imports.empty} text={t.imports.emptyText} />}
        />
      </SpaceBetween>
    </Page>
  )
}
