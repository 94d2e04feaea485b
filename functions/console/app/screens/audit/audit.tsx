import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import DatePicker from '@cloudscape-design/components/date-picker'
import Input from '@cloudscape-design/components/input'
import ExpandableSection from '@cloudscape-design/components/expandable-section'
import FormField from '@cloudscape-design/components/form-field'
import Select from '@cloudscape-design/components/select'
import SpaceBetween from '@cloudscape-design/components/space-between'
import type { TableProps } from '@cloudscape-design/components/table'
import { useState } from 'react'
import { useSearchParams } from 'react-router'
import type { paths } from '../../api/openapi.d.ts'
import { api, type Schemas } from '../../api/client.ts'
import { useLocalization } from '../../i18n/provider.tsx'
import { cursorPaging, PagedTable, ROWS_PER_PAGE } from '../../parts/paged-table.tsx'
import { Empty } from '../../parts/states.tsx'
import { Page } from '../../shell/page.tsx'
import { auditKinds } from './kinds.ts'

type Entry = Schemas['AuditEntry']
type What = NonNullable<NonNullable<paths['/v1/audit']['get']['parameters']['query']>['what']>

const isKind = (text: string | null): text is What => auditKinds.some((kind) => kind === text)

/** The date picker’s form: `YYYY-MM-DD`. */
const isDay = (text: string | null): text is string => text !== null && /^\d{4}-\d\d-\d\d$/.test(text)

/** Most lines shown of a change. More would make the rows too high to scan. */
const MAX_LINES = 4

/** Shows only values that differ before and after. */
function Change({ before = {}, after = {} }: Pick<Entry, 'before' | 'after'>) {
  const { t, format } = useLocalization()
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort()
  const text = (value: unknown) => (value === undefined ? '–' : JSON.stringify(value))
  const changed = names.filter((name) => text(before[name]) !== text(after[name]))
  const lines = changed.map((name) => (
    <div key={name} className="breaks-anywhere">
      <Box variant="code">
        {name}: {text(before[name])} → {text(after[name])}
      </Box>
    </div>
  ))
  if (lines.length <= MAX_LINES) return lines
  return (
    <ExpandableSection headerText={t.audit.values(format.number(lines.length))}>{lines}</ExpandableSection>
  )
}

export default function Audit() {
  const { t, format } = useLocalization()
  const [search, setSearch] = useSearchParams()
  const what = search.get('what')
  const since = search.get('since')
  const claimId = search.get('claimId')
  const query = {
    ...(isKind(what) && { what }),
    ...(isDay(since) && { since: `${since}T00:00:00Z` }),
    ...(claimId !== null && { claimId }),
  }
  const list = api.useInfiniteQuery(
    'get',
    '/v1/audit',
    { params: { query: { ...query, limit: ROWS_PER_PAGE } } },
    cursorPaging,
  )
  const columns: readonly TableProps.ColumnDefinition<Entry>[] = [
    { id: 'at', header: t.audit.at, cell: ({ at }) => format.dateTime(at), minWidth: 120 },
    {
      id: 'what',
      header: t.audit.what,
      isRowHeader: true,
      minWidth: 200,
      cell: (row) => <Box variant="code">{row.what}</Box>,
    },
    {
      id: 'who',
      header: `${t.audit.subject} / ${t.audit.by}`,
      minWidth: 240,
      cell: ({ subject, by }) => (
        <>
          <bdi>{subject}</bdi>
          <Box color="text-body-secondary" fontSize="body-s">
            <bdi>{by}</bdi>
          </Box>
        </>
      ),
    },
    { id: 'change', header: t.audit.change, minWidth: 280, cell: (row) => <Change {...row} /> },
  ]
  const isFiltered = Object.keys(query).length > 0
  return (
    <Page title={t.audit.title} contentType="table">
      <PagedTable
        key={search.toString()}
        title={t.audit.title}
        description={t.audit.description}
        list={list}
        columns={columns}
        trackBy={({ id }) => id}
        filter={<Filter search={search} onChange={setSearch} />}
        empty={
          isFiltered ? (
            <Empty
              title={t.audit.noMatch}
              action={<Button onClick={() => setSearch({})}>{t.claims.clearFilter}</Button>}
            />
          ) : (
            <Empty title={t.audit.empty} />
          )
        }
      />
    </Page>
  )
}

interface FilterProps {
  readonly search: URLSearchParams
  readonly onChange: (search: URLSearchParams) => void
}

function Filter({ search, onChange }: FilterProps) {
  const { t } = useLocalization()
  const [claimId, setClaimId] = useState(search.get('claimId') ?? '')
  const what = search.get('what') ?? ''
  const change = (name: string, value: string) => {
    const next = new URLSearchParams(search)
    if (value === '') next.delete(name)
    else next.set(name, value)
    onChange(next)
  }
  const all = { value: '', label: t.actions.all }
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        change('claimId', claimId.trim())
      }}
    >
      <SpaceBetween size="s" direction="horizontal" alignItems="end">
        <FormField label={t.audit.what}>
          <Select
            filteringType="auto"
            selectedOption={what === '' ? all : { value: what, label: what }}
            options={[all, ...auditKinds.map((value) => ({ value, label: value }))]}
            onChange={({ detail }) => change('what', detail.selectedOption.value ?? '')}
          />
        </FormField>
        <FormField label={t.audit.since}>
          <DatePicker
            value={search.get('since') ?? ''}
            onChange={({ detail }) => {
              if (detail.value === '' || isDay(detail.value)) change('since', detail.value)
            }}
            openCalendarAriaLabel={() => t.audit.chooseDay}
          />
        </FormField>
        <FormField label={t.audit.claim}>
          <Input
            value={claimId}
            onChange={({ detail }) => setClaimId(detail.value)}
            autoComplete={false}
            spellcheck={false}
          />
        </FormField>
        <Button formAction="submit">{t.audit.find}</Button>
      </SpaceBetween>
    </form>
  )
}
