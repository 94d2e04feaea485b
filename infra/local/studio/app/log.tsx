import Badge from '@cloudscape-design/components/badge'
import Box from '@cloudscape-design/components/box'
import Select from '@cloudscape-design/components/select'
import SpaceBetween from '@cloudscape-design/components/space-between'
import type { TableProps } from '@cloudscape-design/components/table'
import { useSearchParams } from 'react-router'
import type { LogRow } from '../wire.ts'
import { useLive } from './api.ts'
import { timeText } from './format.ts'
import { List } from './list.tsx'

const levels = ['DEBUG', 'INFO', 'WARN', 'ERROR', 'CRITICAL'] as const
const severity: Readonly<Record<string, 'blue' | 'grey' | 'red' | 'severity-medium'>> = {
  WARN: 'severity-medium',
  ERROR: 'red',
  CRITICAL: 'red',
  INFO: 'blue',
}

const ALL = { value: '', label: 'All' }

export function Log() {
  const [query, setQuery] = useSearchParams()
  const source = query.get('source') ?? ''
  const level = query.get('level') ?? ''
  const { data, error } = useLive('log', { source, level })
  const choose = (name: string, value = '') =>
    setQuery((before) => {
      const after = new URLSearchParams(before)
      if (value === '') after.delete(name)
      else after.set(name, value)
      return after
    })
  const optionsOf = (values: readonly string[]) => [ALL, ...values.map((value) => ({ value, label: value }))]
  const columns: TableProps.ColumnDefinition<LogRow>[] = [
    { id: 'at', header: 'Time (UTC)', cell: (row) => timeText(row.at), minWidth: 170 },
    {
      id: 'level',
      header: 'Level',
      cell: (row) => <Badge color={severity[row.level] ?? 'grey'}>{row.level}</Badge>,
    },
    { id: 'source', header: 'From', cell: (row) => row.source, isRowHeader: true },
    { id: 'text', header: 'Line', cell: (row) => <Box variant="code">{row.text}</Box>, minWidth: 320 },
  ]
  return (
    <List
      title="Log"
      description="The latest lines of the functions and of the service itself. The newest first, live."
      items={data?.lines.toReversed()}
      error={error}
      columns={columns}
      counter={`(${data?.lines.length ?? 0})`}
      trackBy={(row) => String(row.sequence)}
      filter={
        <SpaceBetween size="xs" direction="horizontal">
          <Select
            inlineLabelText="From"
            selectedOption={source === '' ? ALL : { value: source, label: source }}
            options={optionsOf(data?.sources ?? [])}
            onChange={({ detail }) => choose('source', detail.selectedOption.value)}
          />
          <Select
            inlineLabelText="Level"
            selectedOption={level === '' ? ALL : { value: level, label: level }}
            options={optionsOf(levels)}
            onChange={({ detail }) => choose('level', detail.selectedOption.value)}
          />
        </SpaceBetween>
      }
      empty="Nothing has been logged like that."
    />
  )
}
