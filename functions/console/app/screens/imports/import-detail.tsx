import Alert from '@cloudscape-design/components/alert'
import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import Checkbox from '@cloudscape-design/components/checkbox'
import Container from '@cloudscape-design/components/container'
import FormField from '@cloudscape-design/components/form-field'
import Header from '@cloudscape-design/components/header'
import Link from '@cloudscape-design/components/link'
import SpaceBetween from '@cloudscape-design/components/space-between'
import type { TableProps } from '@cloudscape-design/components/table'
import { useEffect, useRef, useState } from 'react'
import { useParams, useSearchParams } from 'react-router'
import { api, newIdempotencyKey, queryClient, type Schemas } from '../../api/client.ts'
import { serviceNow } from '../../api/clock.ts'
import { useLocalization } from '../../i18n/provider.tsx'
import { ConfirmDialog } from '../../parts/confirm-dialog.tsx'
import { ImportView } from '../../parts/import-view.tsx'
import { InvitationsQuestion, invitationsOf } from '../../parts/invitations-question.tsx'
import { cursorPaging, PagedTable, ROWS_PER_PAGE } from '../../parts/paged-table.tsx'
import { Empty, Unloaded } from '../../parts/states.tsx'
import { useImport } from '../../parts/use-upload.ts'
import { useSession } from '../../session/session.tsx'
import { BASE } from '../../settings.ts'
import { useFlashes } from '../../shell/flashes.tsx'
import { useGo } from '../../shell/go.ts'
import { Page } from '../../shell/page.tsx'
import { ImportStatus } from './labels.tsx'
import { queryOf, RowsFilter } from './rows-filter.tsx'
import { UploadFile } from './upload-file.tsx'

type Import = Schemas['Import']
type Row = Schemas['ListImportRowsResponse']['items'][number]

export default function ImportDetail() {
  const { t, format } = useLocalization()
  const { importId = '' } = useParams()
  const job = useImport(importId)
  const parents = [{ text: t.imports.title, path: '/imports' }]
  if (job.error !== null || job.data === undefined) {
    return (
      <Page title={t.imports.one} parents={parents}>
        <Unloaded query={job} />
      </Page>
    )
  }
  const { data } = job
  const isOver = data.status === 'completed' || data.status === 'failed'
  return (
    <Page
      title={data.fileName}
      description={t.imports.byAt(data.createdBy, format.dateTime(data.createdAt))}
      parents={parents}
      actions={<Cancel job={data} />}
    >
      <SpaceBetween size="l">
        <Container header={<Header variant="h2">{t.imports.how}</Header>}>
          <SpaceBetween size="m">
            <ImportStatus job={data} />
            <Estimate job={data} />
            <ImportView job={data} />
          </SpaceBetween>
        </Container>
        {data.status === 'previewed' && <Confirm job={data} />}
        {data.status !== 'waiting' && data.status !== 'failed' && <Rows job={data} />}
        {isOver && data.refused > 0 && <Again />}
      </SpaceBetween>
    </Page>
  )
}

/** Progress from which the remaining time is estimated. Less would make the estimate arbitrary. */
const FIRST_ESTIMATE_PERCENT = 5

function Estimate({ job: { status, percent, confirmedAt, createdAt } }: { readonly job: Import }) {
  const { t, format } = useLocalization()
  if (status !== 'running' || percent < FIRST_ESTIMATE_PERCENT || percent >= 100) return null
  const now = serviceNow()
  const tookMs = now.getTime() - new Date(confirmedAt ?? createdAt).getTime()
  const end = new Date(now.getTime() + (tookMs * (100 - percent)) / percent)
  return <Box color="text-body-secondary">{t.imports.estimate(format.until(end, now))}</Box>
}

/** P1, T6: confirms a preview, once the admin acknowledges that claims are permanent. */
function Confirm({ job: { importId, claimable = 0 } }: { readonly job: Import }) {
  const { t, format } = useLocalization()
  const session = useSession()
  const { fail } = useFlashes()
  const [isSure, setSure] = useState(false)
  const [isAsked, setAsked] = useState(false)
  const [sendsInvitations, setSendsInvitations] = useState(true)
  const confirm = api.useMutation('post', '/v1/imports/{importId}/confirm', {
    onSuccess: () => queryClient.invalidateQueries(),
    onError: fail,
  })
  if (!session.may('claims:write')) return <Alert type="info">{t.actions.readerMay}</Alert>
  if (claimable === 0) return <Alert type="warning">{t.claimUsers.allRefused}</Alert>
  return (
    <Container header={<Header variant="h2">{t.claimUsers.steps.confirm}</Header>}>
      <SpaceBetween size="m">
        <InvitationsQuestion isWanted={sendsInvitations} onChange={setSendsInvitations} />
        <Alert type="warning">{t.claimUsers.permanentText(format.number(claimable), claimable === 1)}</Alert>
        <FormField errorText={isAsked && !isSure ? t.claimUsers.permanentNeeded : ''}>
          <Checkbox checked={isSure} onChange={({ detail }) => setSure(detail.checked)}>
            {t.claimUsers.permanent}
          </Checkbox>
        </FormField>
        <Button
          variant="primary"
          loading={confirm.isPending}
          onClick={() => {
            setAsked(true)
            if (isSure)
              confirm.mutate({
                params: { path: { importId }, header: { 'Idempotency-Key': newIdempotencyKey() } },
                body: { acknowledgePermanent: true, ...invitationsOf(sendsInvitations) },
              })
          }}
        >
          {t.imports.confirm}
        </Button>
      </SpaceBetween>
    </Container>
  )
}

/** I12: cancels an import. Claimed users stay claimed. */
function Cancel({ job }: { readonly job: Import }) {
  const { t } = useLocalization()
  const session = useSession()
  const { say, fail } = useFlashes()
  const [isAsked, setAsked] = useState(false)
  const cancel = api.useMutation('post', '/v1/imports/{importId}/cancel', {
    onSuccess() {
      say({ type: 'success', content: t.imports.didCancel })
      return queryClient.invalidateQueries()
    },
    onError: fail,
    onSettled: () => setAsked(false),
  })
  const isGoing = ['waiting', 'reading', 'running'].includes(job.status) && job.cancelledAt === undefined
  if (!isGoing || !session.may('claims:write')) return null
  return (
    <>
      <Button onClick={() => setAsked(true)}>{t.imports.cancel}</Button>
      {isAsked && (
        <ConfirmDialog
          title={t.imports.cancelTitle}
          action={t.imports.cancel}
          isRunning={cancel.isPending}
          onConfirm={() => cancel.mutate({ params: { path: { importId: job.importId } } })}
          onClose={() => setAsked(false)}
        >
          {t.imports.cancelText}
        </ConfirmDialog>
      )}
    </>
  )
}

function Rows({ job }: { readonly job: Import }) {
  const { t, format } = useLocalization()
  const go = useGo()
  const [search, setSearch] = useSearchParams()
  const query = queryOf(search, t)
  const list = api.useInfiniteQuery(
    'get',
    '/v1/imports/{importId}/rows',
    {
      params: {
        path: { importId: job.importId },
        query: { ...query, limit: ROWS_PER_PAGE },
      },
    },
    cursorPaging,
  )
  // Read the rows again when the status changes: the list read during the import was incomplete.
  const { status } = job
  const { refetch } = list
  const readAt = useRef(status)
  useEffect(() => {
    if (readAt.current === status) return
    readAt.current = status
    void refetch()
  }, [status, refetch])
  const columns: readonly TableProps.ColumnDefinition<Row>[] = [
    { id: 'line', header: t.imports.line, cell: ({ line }) => format.number(line) },
    {
      id: 'email',
      header: t.claims.address,
      isRowHeader: true,
      cell: ({ email, userId, claimId }) => {
        const text = <bdi>{email ?? userId ?? '–'}</bdi>
        if (claimId === undefined) return text
        return (
          <Link href={`${BASE}/claims?claim=${encodeURIComponent(claimId)}`} onFollow={go.follow}>
            {text}
          </Link>
        )
      },
    },
    { id: 'result', header: t.claimUsers.result, cell: (row) => t.imports.result[row.result] },
    { id: 'message', header: t.claimUsers.reason, minWidth: 220, cell: ({ message }) => message || '–' },
  ]
  return (
    <PagedTable
      key={JSON.stringify(query)}
      isPart
      title={t.imports.rows}
      list={list}
      columns={columns}
      trackBy={({ line }) => String(line)}
      filter={<RowsFilter job={job} query={query} onChange={setSearch} />}
      empty={<Empty title={t.imports.noRows} />}
    />
  )
}

/** I4: a button to upload the corrected report as a new import. */
function Again() {
  const { t } = useLocalization()
  const session = useSession()
  if (!session.may('claims:write')) return null
  return (
    <Container header={<Header variant="h2">{t.imports.again}</Header>}>
      <SpaceBetween size="s">
        <Box color="text-body-secondary">{t.imports.againText}</Box>
        <UploadFile />
      </SpaceBetween>
    </Container>
  )
}
