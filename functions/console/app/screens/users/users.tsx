import Alert from '@cloudscape-design/components/alert'
import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import FormField from '@cloudscape-design/components/form-field'
import Input from '@cloudscape-design/components/input'
import Link from '@cloudscape-design/components/link'
import Modal from '@cloudscape-design/components/modal'
import Select from '@cloudscape-design/components/select'
import SpaceBetween from '@cloudscape-design/components/space-between'
import StatusIndicator, { type StatusIndicatorProps } from '@cloudscape-design/components/status-indicator'
import type { TableProps } from '@cloudscape-design/components/table'
import TextFilter from '@cloudscape-design/components/text-filter'
import { useState } from 'react'
import { useSearchParams } from 'react-router'
import { api, queryClient, type Schemas } from '../../api/client.ts'
import { useLocalization } from '../../i18n/provider.tsx'
import { cursorPaging, PagedTable, ROWS_A_PAGE } from '../../parts/paged-table.tsx'
import { Empty, Failed, Loading } from '../../parts/states.tsx'
import { useSession } from '../../session/session.tsx'
import { BASE } from '../../settings.ts'
import { useFlashes } from '../../shell/flashes.tsx'
import { useGo } from '../../shell/go.ts'
import { Page } from '../../shell/page.tsx'

type User = Schemas['User']
type Status = Schemas['UserStatus']

const statuses: readonly Status[] = ['active', 'not_verified', 'verified', 'inactive', 'delayed_claim']
const isStatus = (text: string | null): text is Status => statuses.some((each) => each === text)

const statusTypes: Readonly<Record<Status, StatusIndicatorProps.Type>> = {
  active: 'success',
  not_verified: 'pending',
  verified: 'success',
  inactive: 'stopped',
  delayed_claim: 'in-progress',
}

function StatusOf({ user: { status, removedAt } }: { readonly user: User }) {
  const { t, format } = useLocalization()
  return (
    <>
      <StatusIndicator type={statusTypes[status]}>{t.userStatus[status]}</StatusIndicator>
      {removedAt !== undefined && (
        <Box color="text-body-secondary" fontSize="body-s">
          {t.users.removedAt(format.dateTime(removedAt))}
        </Box>
      )}
    </>
  )
}

export default function Users() {
  const { t, format } = useLocalization()
  const [search, setSearch] = useSearchParams()
  const status = search.get('status')
  const email = search.get('email') ?? ''
  const chosen = search.get('user')
  const [typed, setTyped] = useState(email)
  const query = { ...(isStatus(status) && { status }), ...(email !== '' && { email }) }
  const list = api.useInfiniteQuery(
    'get',
    '/v1/users',
    { params: { query: { ...query, limit: ROWS_A_PAGE } } },
    cursorPaging,
  )
  const change = (changes: Readonly<Record<string, string>>) => {
    const next = new URLSearchParams(search)
    for (const [name, value] of Object.entries(changes)) {
      if (value === '') next.delete(name)
      else next.set(name, value)
    }
    setSearch(next)
  }
  const columns: readonly TableProps.ColumnDefinition<User>[] = [
    {
      id: 'email',
      header: t.claims.address,
      isRowHeader: true,
      cell: ({ userId, email: address }) => (
        <Link
          href={`${BASE}/users?user=${encodeURIComponent(userId)}`}
          onFollow={(event) => {
            event.preventDefault()
            change({ user: userId })
          }}
        >
          <bdi>{address}</bdi>
        </Link>
      ),
    },
    { id: 'name', header: t.users.name, cell: ({ displayName }) => <bdi>{displayName}</bdi> },
    { id: 'status', header: t.claims.status, cell: (user) => <StatusOf user={user} /> },
    {
      id: 'licenses',
      header: t.claims.licenses,
      cell: ({ licenses }) => (licenses.length === 0 ? '–' : format.list(licenses)),
    },
  ]
  const all = { value: '', label: t.actions.all }
  const isFiltered = Object.keys(query).length > 0
  return (
    <Page title={t.users.title} contentType="table">
      <PagedTable
        key={JSON.stringify(query)}
        title={t.users.title}
        description={t.users.description}
        list={list}
        columns={columns}
        trackBy={({ userId }) => userId}
        filter={
          <SpaceBetween size="s" direction="horizontal" alignItems="end">
            <FormField label={t.claims.address} description={t.users.find}>
              <TextFilter
                filteringText={typed}
                filteringAriaLabel={t.users.find}
                onChange={({ detail }) => setTyped(detail.filteringText)}
                onDelayedChange={({ detail }) => change({ email: detail.filteringText.trim() })}
              />
            </FormField>
            <FormField label={t.claims.status}>
              <Select
                selectedOption={isStatus(status) ? { value: status, label: t.userStatus[status] } : all}
                options={[all, ...statuses.map((value) => ({ value, label: t.userStatus[value] }))]}
                onChange={({ detail }) => change({ status: detail.selectedOption.value ?? '' })}
              />
            </FormField>
          </SpaceBetween>
        }
        empty={
          isFiltered ? (
            <Empty
              title={t.users.noMatch}
              action={
                <Button
                  onClick={() => {
                    setTyped('')
                    setSearch({})
                  }}
                >
                  {t.claims.clearFilter}
                </Button>
              }
            />
          ) : (
            <Empty title={t.users.empty} text={t.users.emptyText} />
          )
        }
      />
      {chosen !== null && <UserDialog key={chosen} userId={chosen} onClose={() => change({ user: '' })} />}
    </Page>
  )
}

interface UserDialogProps {
  readonly userId: string
  readonly onClose: () => void
}

function UserDialog({ userId, onClose }: UserDialogProps) {
  const { t } = useLocalization()
  const user = api.useQuery('get', '/v1/users/{userId}', { params: { path: { userId } } })
  return (
    <Modal visible header={t.users.user} closeAriaLabel={t.actions.close} onDismiss={onClose}>
      {user.error !== null ? (
        <Failed error={user.error} onRetry={() => user.refetch()} />
      ) : user.data === undefined ? (
        <Loading />
      ) : (
        <Details user={user.data} onClose={onClose} />
      )}
    </Modal>
  )
}

const licensesOf = (text: string): string[] =>
  text
    .split(',')
    .map((each) => each.trim())
    .filter((each) => each !== '')

function Details({ user, onClose }: { readonly user: User; readonly onClose: () => void }) {
  const { t, format } = useLocalization()
  const session = useSession()
  const go = useGo()
  const { say, fail } = useFlashes()
  const [licenses, setLicenses] = useState(user.licenses.join(', '))
  const save = api.useMutation('patch', '/v1/users/{userId}', {
    async onSuccess() {
      say({ type: 'success', header: t.users.saved, content: user.email })
      onClose()
      await queryClient.invalidateQueries()
    },
    onError: fail,
  })
  const { claim, removedAt } = user
  // C2, C3: these resolve by themselves, and the API changes nothing of them until then.
  const isHeld = user.status === 'delayed_claim' || user.original === true
  return (
    <SpaceBetween size="m">
      <Box variant="h3" padding="n">
        <bdi>{user.displayName}</bdi>
      </Box>
      <bdi>{user.email}</bdi>
      <StatusOf user={user} />
      {removedAt !== undefined && <Alert type="warning">{t.users.restore(format.dateTime(removedAt))}</Alert>}
      {isHeld && <Alert type="info">{user.original === true ? t.users.original : t.users.delayed}</Alert>}
      {claim !== undefined && (
        <Link href={`${BASE}/claims?claim=${encodeURIComponent(claim.claimId)}`} onFollow={go.follow}>
          {t.users.toClaim}
        </Link>
      )}
      <form
        onSubmit={(event) => {
          event.preventDefault()
          save.mutate({
            params: { path: { userId: user.userId } },
            body: { licenses: licensesOf(licenses) },
          })
        }}
      >
        <SpaceBetween size="s">
          <FormField label={t.claimUsers.licensesOwnLabel}>
            <Input
              value={licenses}
              readOnly={isHeld || !session.may('org:write')}
              onChange={({ detail }) => setLicenses(detail.value)}
            />
          </FormField>
          {session.may('org:write') && !isHeld && (
            <Button
              formAction="submit"
              loading={save.isPending}
              disabled={licensesOf(licenses).join() === user.licenses.join()}
            >
              {t.settings.save}
            </Button>
          )}
        </SpaceBetween>
      </form>
    </SpaceBetween>
  )
}
