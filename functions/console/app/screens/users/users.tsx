import Button from '@cloudscape-design/components/button'
import FormField from '@cloudscape-design/components/form-field'
import Link from '@cloudscape-design/components/link'
import Select from '@cloudscape-design/components/select'
import SpaceBetween from '@cloudscape-design/components/space-between'
import type { TableProps } from '@cloudscape-design/components/table'
import TextFilter from '@cloudscape-design/components/text-filter'
import Toggle from '@cloudscape-design/components/toggle'
import { useState } from 'react'
import { useSearchParams } from 'react-router'
import { api, type Schemas } from '../../api/client.ts'
import { useLocalization } from '../../i18n/provider.tsx'
import { codesIn, isCodeIn } from '../../i18n/texts/coded.ts'
import { cursorPaging, PagedTable, ROWS_PER_PAGE } from '../../parts/paged-table.tsx'
import { Empty } from '../../parts/states.tsx'
import { BASE } from '../../settings.ts'
import { Page } from '../../shell/page.tsx'
import { StatusOf } from './labels.tsx'
import { UserDialog } from './user-dialog.tsx'

type User = Schemas['User']

export default function Users() {
  const { t, format } = useLocalization()
  const [search, setSearch] = useSearchParams()
  const status = search.get('status')
  const isRevocable = search.get('revocable') === 'true'
  const email = search.get('email') ?? ''
  const chosen = search.get('user')
  const [typed, setTyped] = useState(email)
  const query = {
    ...(isCodeIn(t.userStatus, status) && { status }),
    ...(isRevocable && { revocable: 'true' as const }),
    ...(email !== '' && { email }),
  }
  const list = api.useInfiniteQuery(
    'get',
    '/v1/users',
    { params: { query: { ...query, limit: ROWS_PER_PAGE } } },
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
    { id: 'name', header: t.users.name, minWidth: 130, cell: ({ displayName }) => <bdi>{displayName}</bdi> },
    { id: 'status', header: t.claims.status, minWidth: 160, cell: (user) => <StatusOf user={user} /> },
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
                selectedOption={
                  isCodeIn(t.userStatus, status) ? { value: status, label: t.userStatus[status] } : all
                }
                options={[
                  all,
                  ...codesIn(t.userStatus).map((value) => ({ value, label: t.userStatus[value] })),
                ]}
                onChange={({ detail }) => change({ status: detail.selectedOption.value ?? '' })}
              />
            </FormField>
            <Toggle
              checked={isRevocable}
              onChange={({ detail }) => change({ revocable: detail.checked ? 'true' : '' })}
            >
              {t.users.revocable}
            </Toggle>
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
