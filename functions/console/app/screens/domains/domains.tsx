import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import CopyToClipboard from '@cloudscape-design/components/copy-to-clipboard'
import FormField from '@cloudscape-design/components/form-field'
import Input from '@cloudscape-design/components/input'
import SegmentedControl from '@cloudscape-design/components/segmented-control'
import SpaceBetween from '@cloudscape-design/components/space-between'
import StatusIndicator from '@cloudscape-design/components/status-indicator'
import type { TableProps } from '@cloudscape-design/components/table'
import { type ReactNode, useState } from 'react'
import { useSearchParams } from 'react-router'
import { api, newIdempotencyKey, queryClient, type Schemas } from '../../api/client.ts'
import { useLocalization } from '../../i18n/provider.tsx'
import { ConfirmDialog } from '../../parts/confirm-dialog.tsx'
import { codesIn, isCodeIn } from '../../i18n/texts/coded.ts'
import { cursorPaging, PagedTable, ROWS_PER_PAGE } from '../../parts/paged-table.tsx'
import { Empty } from '../../parts/states.tsx'
import { useSession } from '../../session/session.tsx'
import { useFlashes } from '../../shell/flashes.tsx'
import { useGo } from '../../shell/go.ts'
import { Page } from '../../shell/page.tsx'
import { type LookedUp, LookedUpText, lookedUpOf } from './looked-up.tsx'

type Domain = Schemas['Domain']

/** Domains, and what hangs on them: who can be claimed, and which claims can be revoked. */
const forget = (): Promise<void> => queryClient.invalidateQueries()

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
              <Actions
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

interface TxtRecordProps {
  readonly domain: Domain
  /** By the last check, where it didn't find it. */
  readonly lookedUp: LookedUp | undefined
}

/** What the domain's DNS must say; of interest until it has been seen there. */
function TxtRecord({ domain: { status, txtRecord }, lookedUp }: TxtRecordProps) {
  const { t } = useLocalization()
  if (status !== 'pending') return '–'
  const copy = (label: string, text: string) => (
    <CopyToClipboard
      variant="inline"
      textToCopy={text}
      textToDisplay={text}
      copyButtonAriaLabel={`${t.domains.copy}: ${label}`}
      copySuccessText={t.domains.copied}
      copyErrorText={t.domains.copyFailed}
    />
  )
  return (
    <SpaceBetween size="xxs">
      <div>
        {t.domains.recordName}: {copy(t.domains.recordName, txtRecord.name)}
      </div>
      <div>
        {t.domains.recordValue}: {copy(t.domains.recordValue, txtRecord.value)}
      </div>
      {lookedUp !== undefined && <LookedUpText lookedUp={lookedUp} />}
    </SpaceBetween>
  )
}

function AddDomain() {
  const { t } = useLocalization()
  const { say, fail } = useFlashes()
  const [domain, setDomain] = useState('')
  const add = api.useMutation('post', '/v1/domains', {
    async onSuccess(added) {
      say({ type: 'success', header: t.domains.added(added.domain), content: t.domains.addedText })
      setDomain('')
      await forget()
    },
    onError: fail,
  })
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        if (domain.trim() !== '')
          add.mutate({
            body: { domain: domain.trim() },
            params: { header: { 'Idempotency-Key': newIdempotencyKey() } },
          })
      }}
    >
      <FormField label={t.domains.add} description={t.domains.addHint}>
        <SpaceBetween size="xs" direction="horizontal">
          <Input
            value={domain}
            onChange={({ detail }) => setDomain(detail.value)}
            placeholder="example.com"
            autoComplete={false}
            spellcheck={false}
          />
          <Button formAction="submit" loading={add.isPending} disabled={domain.trim() === ''}>
            {t.domains.add}
          </Button>
        </SpaceBetween>
      </FormField>
    </form>
  )
}

type Asked = 'release' | 'remove' | 'claim' | undefined

interface ActionsProps {
  readonly domain: Domain
  readonly onLookedUp: (found: LookedUp | undefined) => void
}

function Actions({ domain: { domain, status }, onLookedUp }: ActionsProps) {
  const { t } = useLocalization()
  const go = useGo()
  const { say, fail } = useFlashes()
  const [asked, setAsked] = useState<Asked>()
  const done = (header: string, next?: { readonly content: string; readonly action: ReactNode }) => ({
    async onSuccess() {
      say({ type: 'success', ...(next === undefined ? { content: header } : { header, ...next }) })
      await forget()
    },
    onError: fail,
    onSettled: () => setAsked(undefined),
  })
  const verify = api.useMutation('post', '/v1/domains/{domain}/verify', {
    ...done(t.domains.didVerify(domain), {
      content: t.domains.nowClaim,
      action: <Button onClick={() => go.to('/claim-users')}>{t.claimUsers.title}</Button>,
    }),
    onMutate: () => onLookedUp(undefined),
    onError(error) {
      onLookedUp(lookedUpOf(error))
      fail(error)
    },
  })
  const claim = api.useMutation('post', '/v1/domains/{domain}/claim', done(t.domains.didClaim(domain)))
  const release = api.useMutation('post', '/v1/domains/{domain}/release', done(t.domains.didRelease(domain)))
  const remove = api.useMutation('delete', '/v1/domains/{domain}', done(t.domains.didRemove(domain)))
  const at = { params: { path: { domain } } }
  const dialogs = {
    claim: {
      title: t.domains.claimTitle(domain),
      text: t.domains.claimText,
      action: t.domains.claim,
      mutation: claim,
    },
    release: {
      title: t.domains.releaseTitle(domain),
      text: t.domains.releaseText,
      action: t.domains.release,
      mutation: release,
    },
    remove: {
      title: t.domains.removeTitle(domain),
      text: t.domains.removeText,
      action: t.domains.remove,
      mutation: remove,
    },
  } as const
  const dialog = asked === undefined ? undefined : dialogs[asked]
  const button = (text: string, onClick: () => void, isRunning = false) => (
    <Button ariaLabel={`${text}: ${domain}`} loading={isRunning} onClick={onClick}>
      {text}
    </Button>
  )
  return (
    <>
      <SpaceBetween size="xs" direction="horizontal">
        {status === 'pending' && button(t.domains.verify, () => verify.mutate(at), verify.isPending)}
        {status === 'verified' && button(t.domains.claim, () => setAsked('claim'))}
        {status === 'claimed' && button(t.domains.release, () => setAsked('release'))}
        {status !== 'claimed' && button(t.domains.remove, () => setAsked('remove'))}
      </SpaceBetween>
      {dialog !== undefined && (
        <ConfirmDialog
          title={dialog.title}
          action={dialog.action}
          isRunning={dialog.mutation.isPending}
          onConfirm={() => dialog.mutation.mutate(at)}
          onClose={() => setAsked(undefined)}
        >
          {dialog.text}
        </ConfirmDialog>
      )}
    </>
  )
}
