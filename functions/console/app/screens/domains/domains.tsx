import Box from '@cloudscape-design/components/box'
import SegmentedControl from '@cloudscape-design/components/segmented-control'
import SpaceBetween from '@cloudscape-design/components/space-between'
import StatusIndicator from '@cloudscape-design/components/status-indicator'
import type { TableProps } from '@cloudscape-design/components/table'
import { useState } from 'react'
import { useSearchParams } from 'react-router'
import { api, type Schemas } from '../../api/client.ts'
import { useLocalization } from '../../i18n/provider.tsx'
import { codesIn, isCodeIn } from '../../i18n/texts/coded.ts'
import { cursorPaging, PagedTable, ROWS_PER_PAGE } from '../../parts/paged-table.tsx'
import { Empty } from '../../parts/states.tsx'
import { useSession } from '../../session/session.tsx'
import { Page } from '../../shell/page.tsx'
import { AddDomain } from './add-domain.tsx'
import { DomainActions } from './domain-actions.tsx'
import type { LookedUp } from './looked-up.tsx'
import { TxtRecord } from './txt-record.tsx'

type Domain = Schemas['Domain']

export default function Domains() {
  const { t } = useLocalization()
  const session = useSession()
  const [search, setSearch] = useSearchParams()
  const status = search.get('status')
  const list = api.useInfiniteQuery(
    'get',
    '/v1/domains',
    { params: { query: { limit: ROWS_PER_PAGE, ...(isCodeIn(t.domains.inBrief, status) && { status }) } } },
    cursorPaging,
  )
  const mayChange = session.may('org:write')
  const [lookedUp, setLookedUp] = useState<Readonly<Record<string, LookedUp | undefined>>>({})
  const columns: readonly TableProps.ColumnDefinition<Domain>[] = [
    { id: 'domain', header: t.domains.domain, isRowHeader: true, cell: ({ domain }) => <bdi>{domain}</bdi> },
    { id: 'status', header: t.domains.status, minWidth: 160, cell: (row) => <Status domain={row} /> },
    {
      id: 'record',
      header: t.domains.record,
      minWidth: 280,
      cell: (row) => <TxtRecord domain={row} lookedUp={lookedUp[row.domain]} />,
    },
    ...(mayChange
      ? [
          {
            id: 'actions',
            header: t.domains.actions,
            minWidth: 240,
            cell: (row: Domain) => (
              <DomainActions
                domain={row}
                onLookedUp={(found) => setLookedUp((before) => ({ ...before, [row.domain]: found }))}
              />
            ),
          },
        ]
      : []),
  ]
  return (
    <Page title={t.domains.title} description={t.domains.description}>
      <SpaceBetween size="l">
        {mayChange && <AddDomain />}
        <PagedTable
          isPart
          title={t.domains.title}
          list={list}
          columns={columns}
          trackBy={({ domain }) => domain}
          key={status}
          filter={
            <SegmentedControl
              label={t.domains.status}
              selectedId={isCodeIn(t.domains.inBrief, status) ? status : 'all'}
              options={[
                { id: 'all', text: t.actions.all },
                ...codesIn(t.domains.inBrief).map((id) => ({ id, text: t.domains.inBrief[id] })),
              ]}
              onChange={({ detail }) =>
                setSearch(detail.selectedId === 'all' ? {} : { status: detail.selectedId })
              }
            />
          }
          empty={
            isCodeIn(t.domains.inBrief, status) ? (
              <Empty title={t.domains.noMatch} />
            ) : (
              <Empty title={t.domains.empty} text={t.domains.emptyText} />
            )
          }
        />
      </SpaceBetween>
    </Page>
  )
}

function Status({ domain: { status, verifiedAt, tokenExpiresAt } }: { readonly domain: Domain }) {
  const { t, format } = useLocalization()
  switch (status) {
    case 'pending':
      return (
        <>
          <StatusIndicator type="pending">{t.domains.pending}</StatusIndicator>
          <Box color="text-body-secondary" fontSize="body-s">
            {t.domains.tokenUntil(format.dateTime(tokenExpiresAt))}
          </Box>
        </>
      )
    case 'verified':
      return (
        <>
          <StatusIndicator type="success">{t.domains.verified}</StatusIndicator>
          {verifiedAt !== undefined && (
            <Box color="text-body-secondary" fontSize="body-s">
              {format.date(verifiedAt)}
            </Box>
          )}
        </>
      )
    case 'claimed':
      return <StatusIndicator type="info">{t.domains.claimed}</StatusIndicator>
  }
}
