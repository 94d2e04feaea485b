import Alert from '@cloudscape-design/components/alert'
import Button from '@cloudscape-design/components/button'
import Container from '@cloudscape-design/components/container'
import FormField from '@cloudscape-design/components/form-field'
import Header from '@cloudscape-design/components/header'
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs'
import ProgressBar from '@cloudscape-design/components/progress-bar'
import Select from '@cloudscape-design/components/select'
import SpaceBetween from '@cloudscape-design/components/space-between'
import StatusIndicator from '@cloudscape-design/components/status-indicator'
import type { TableProps } from '@cloudscape-design/components/table'
import { useEffect, useRef, useState } from 'react'
import { useParams, useSearchParams } from 'react-router'
import { api, newIdempotencyKey, queryClient, type Schemas } from '../../api/client.ts'
import { useLocalization } from '../../i18n/provider.tsx'
import { codesIn, isCodeIn } from '../../i18n/texts/coded.ts'
import { ConfirmDialog } from '../../parts/confirm-dialog.tsx'
import { cursorPaging, PagedTable, ROWS_PER_PAGE } from '../../parts/paged-table.tsx'
import { Empty, Unloaded } from '../../parts/states.tsx'
import { useSession } from '../../session/session.tsx'
import { useFlashes } from '../../shell/flashes.tsx'
import { Page } from '../../shell/page.tsx'
import { SyncStatus } from './labels.tsx'

type Sync = Schemas['Sync']
type Entry = Schemas['SyncEntry']

/** How often a sync is read while it runs. */
const POLL_MS = 1_500

const isMoving = ({ status, held }: Sync): boolean =>
  status === 'running' || (status === 'waiting' && held === undefined)

export default function SyncDetail() {
  const { t, format } = useLocalization()
  const { syncId = '' } = useParams()
  const sync = api.useQuery(
    'get',
    '/v1/directory/syncs/{syncId}',
    { params: { path: { syncId }, query: { limit: 1 } } },
    {
      refetchInterval: ({ state: { data } }) => (data !== undefined && isMoving(data) ? POLL_MS : false),
    },
  )
  const parents = [{ text: t.directory.title, path: '/directory' }]
  if (sync.error !== null || sync.data === undefined) {
    return (
      <Page title={t.directory.one} parents={parents}>
        <Unloaded query={sync} />
      </Page>
    )
  }
  const { data } = sync
  const { counts, error, refusedRows = [] } = data
  const count = (name: keyof typeof counts) => ({
    label: t.directory.counts[name],
    value: format.number(counts[name]),
  })
  return (
    <Page
      title={t.directory.modes[data.mode]}
      description={format.dateTime(data.createdAt)}
      parents={parents}
    >
      <SpaceBetween size="l">
        {data.held !== undefined && data.status === 'waiting' && <Held sync={data} />}
        {error !== undefined && (
          <Alert type="error" header={t.directory.failed}>
            {error.message}
          </Alert>
        )}
        <Container header={<Header variant="h2">{t.directory.outcome}</Header>}>
          <SpaceBetween size="m">
            <SyncStatus sync={data} />
            {isMoving(data) && (
              <ProgressBar
                value={data.percent}
                label={t.directory.status[data.status]}
                description={t.directory.read(
                  format.number(data.progress.rowsRead),
                  format.number(data.progress.usersRead),
                )}
              />
            )}
            <KeyValuePairs
              columns={4}
              items={[
                count('added'),
                count('matched'),
                count('inactivated'),
                count('restored'),
                count('untouched'),
                count('refused'),
                count('withoutAddress'),
              ]}
            />
            {data.mode === 'dry_run' && <Alert type="info">{t.directory.dryRunOnly}</Alert>}
            {data.removedFrom !== undefined && (
              <Alert type="warning">{t.directory.removedFrom(format.dateTime(data.removedFrom))}</Alert>
            )}
            {refusedRows.length > 0 && (
              <Alert type="error" header={t.directory.counts.refused}>
                {refusedRows.map(({ line, code }) => (
                  <div key={line}>{t.directory.refusedRow(format.number(line), code)}</div>
                ))}
              </Alert>
            )}
          </SpaceBetween>
        </Container>
        <Entries sync={data} />
      </SpaceBetween>
    </Page>
  )
}

/**
 * Y8: asks for confirmation of a sync that would make suspiciously many users inactive, perhaps because the file was
 * cut off.
 */
function Held({ sync: { syncId, held } }: { readonly sync: Sync }) {
  const { t, format } = useLocalization()
  const session = useSession()
  const { fail } = useFlashes()
  const [isAsked, setAsked] = useState(false)
  const confirm = api.useMutation('post', '/v1/directory/syncs/{syncId}/confirm', {
    onSuccess: () => queryClient.invalidateQueries(),
    onError: fail,
    onSettled: () => setAsked(false),
  })
  const text = t.overview.heldSyncText(
    format.number(held?.inactivations ?? 0),
    format.number(held?.users ?? 0),
  )
  return (
    <>
      <Alert
        type="warning"
        header={t.overview.heldSync}
        action={
          session.may('org:write') && <Button onClick={() => setAsked(true)}>{t.directory.confirm}</Button>
        }
      >
        {text}
      </Alert>
      {isAsked && (
        <ConfirmDialog
          title={t.directory.confirmTitle}
          action={t.directory.confirm}
          isRunning={confirm.isPending}
          onConfirm={() =>
            confirm.mutate({
              params: { path: { syncId }, header: { 'Idempotency-Key': newIdempotencyKey() } },
            })
          }
          onClose={() => setAsked(false)}
        >
          {text} {t.directory.confirmText}
        </ConfirmDialog>
      )}
    </>
  )
}

function Entries({ sync: { syncId, status, counts } }: { readonly sync: Sync }) {
  const { t } = useLocalization()
  const [search, setSearch] = useSearchParams()
  const outcome = search.get('outcome')
  const list = api.useInfiniteQuery(
    'get',
    '/v1/directory/syncs/{syncId}',
    {
      params: {
        path: { syncId },
        query: { limit: ROWS_PER_PAGE, ...(isCodeIn(t.directory.outcomes, outcome) && { outcome }) },
      },
    },
    cursorPaging,
  )
  // Read the outcome again when the status changes: the list read during the sync was incomplete.
  const { refetch } = list
  const readAt = useRef(status)
  useEffect(() => {
    if (readAt.current === status) return
    readAt.current = status
    void refetch()
  }, [status, refetch])
  // The counts are kept longer than the file with the addresses.
  const { added, matched, inactivated, restored, untouched } = counts
  const hadSome = added + matched + inactivated + restored + untouched > 0
  const isGone = status === 'completed' && hadSome && !isCodeIn(t.directory.outcomes, outcome)
  const pages = list.data?.pages.map(({ entries }) => ({ items: entries }))
  const columns: readonly TableProps.ColumnDefinition<Entry>[] = [
    { id: 'email', header: t.claims.address, isRowHeader: true, cell: ({ email }) => <bdi>{email}</bdi> },
    { id: 'outcome', header: t.directory.outcome, cell: (row) => t.directory.outcomes[row.outcome] },
    {
      id: 'claimed',
      header: t.directory.remarks,
      cell: ({ claimed, caseDiffers }) => (
        <>
          {claimed && <StatusIndicator type="info">{t.directory.claimed}</StatusIndicator>}
          {caseDiffers && <StatusIndicator type="info">{t.directory.caseDiffers}</StatusIndicator>}
          {!claimed && !caseDiffers && '–'}
        </>
      ),
    },
  ]
  const all = { value: '', label: t.actions.all }
  return (
    <PagedTable
      key={outcome}
      isPart
      title={t.directory.entries}
      list={{
        data: pages === undefined ? undefined : { pages },
        error: list.error,
        isPending: list.isPending,
        isFetchingNextPage: list.isFetchingNextPage,
        isRefetching: list.isRefetching,
        hasNextPage: list.hasNextPage,
        fetchNextPage: list.fetchNextPage,
        refetch: list.refetch,
      }}
      columns={columns}
      trackBy={({ email }) => email}
      filter={
        <FormField label={t.directory.outcome}>
          <Select
            selectedOption={
              isCodeIn(t.directory.outcomes, outcome)
                ? { value: outcome, label: t.directory.outcomes[outcome] }
                : all
            }
            options={[
              all,
              ...codesIn(t.directory.outcomes).map((value) => ({
                value,
                label: t.directory.outcomes[value],
              })),
            ]}
            onChange={({ detail }) => {
              const value = detail.selectedOption.value ?? ''
              setSearch(value === '' ? {} : { outcome: value })
            }}
          />
        </FormField>
      }
      empty={<Empty title={isGone ? t.directory.entriesGone : t.directory.noEntries} />}
    />
  )
}
