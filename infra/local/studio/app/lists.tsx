import Alert from '@cloudscape-design/components/alert'
import Badge from '@cloudscape-design/components/badge'
import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import Container from '@cloudscape-design/components/container'
import Header from '@cloudscape-design/components/header'
import Select from '@cloudscape-design/components/select'
import SpaceBetween from '@cloudscape-design/components/space-between'
import StatusIndicator from '@cloudscape-design/components/status-indicator'
import Table, { type TableProps } from '@cloudscape-design/components/table'
import { useMutation } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useSearchParams } from 'react-router'
import type { EventRow, FunctionRow, LogRow, QueueRow, ScheduleRow } from '../wire.ts'
import { deleteSchedule, playEffects, redrive, useLive } from './api.ts'
import { timeText, untilText } from './format.ts'
import { useOutcomes } from './outcomes.tsx'

interface ListProps<T> {
  readonly title: string
  readonly description: string
  readonly items: readonly T[] | undefined
  readonly error: Error | null
  readonly columns: readonly TableProps.ColumnDefinition<T>[]
  readonly empty: string
  readonly counter?: string
  readonly filter?: ReactNode
  readonly trackBy: (row: T) => string
}

/** On a phone a table scrolls: narrower, a time or a date would be on three lines. */
const MIN_COLUMN_PX = 110

/** A table with its states for loading, no rows, and failure. */
function List<T>({
  title,
  description,
  items,
  error,
  columns,
  empty,
  counter,
  filter,
  trackBy,
}: ListProps<T>) {
  if (error !== null && items === undefined) return <Alert type="error">{error.message}</Alert>
  return (
    <Table
      variant="container"
      enableKeyboardNavigation
      header={
        <Header variant="h2" description={description} {...(counter !== undefined && { counter })}>
          {title}
        </Header>
      }
      filter={filter}
      columnDefinitions={columns.map((column) => ({ minWidth: MIN_COLUMN_PX, ...column }))}
      items={items ?? []}
      loading={items === undefined}
      loadingText="Loading"
      trackBy={trackBy}
      wrapLines
      empty={<Box textAlign="center">{empty}</Box>}
    />
  )
}

const counted = (n: number, one: string, more = `${one}s`): string => `${n} ${n === 1 ? one : more}`

/** One that recurs is the template's, and comes back with the next start alone. */
const isOneTime = ({ expression }: ScheduleRow): boolean => expression.startsWith('at(')

export function Schedules() {
  const { data, error } = useLive('schedules')
  const now = useLive('state').data?.now ?? ''
  const { say, fail } = useOutcomes()
  const removal = useMutation({
    mutationFn: deleteSchedule,
    onSuccess: (_, { name }) => say(`The schedule ${name} is deleted.`),
    onError: fail,
  })
  const columns: TableProps.ColumnDefinition<ScheduleRow>[] = [
    { id: 'due', header: 'Due (UTC)', cell: (row) => timeText(row.dueAt) },
    { id: 'in', header: 'In', cell: (row) => untilText(row.dueAt, now) },
    { id: 'name', header: 'Name', cell: (row) => row.name, isRowHeader: true },
    { id: 'target', header: 'Target', cell: (row) => row.target.slice(row.target.lastIndexOf(':') + 1) },
    { id: 'expression', header: 'Expression', cell: (row) => row.expression },
    {
      id: 'delete',
      header: 'Delete',
      cell: (row) =>
        isOneTime(row) ? (
          <Button
            variant="inline-link"
            ariaLabel={`Delete ${row.name}`}
            loading={removal.isPending && removal.variables.name === row.name}
            onClick={() => removal.mutate(row)}
          >
            Delete
          </Button>
        ) : (
          '–'
        ),
    },
  ]
  const shown = data?.schedules.length ?? 0
  return (
    <List
      title="Schedules and due work"
      description="What happens by itself when its time comes. The earliest first. One that is deleted never fires, as if EventBridge Scheduler had lost it."
      items={data?.schedules}
      error={error}
      columns={columns}
      counter={data !== undefined && data.total > shown ? `(${shown} of ${data.total})` : `(${shown})`}
      trackBy={(row) => `${row.group}/${row.name}`}
      empty="Nothing is scheduled."
    />
  )
}

export function Queues() {
  const { data, error } = useLive('queues')
  const { say, fail } = useOutcomes()
  const again = useMutation({
    mutationFn: redrive,
    onSuccess: ({ moved }) => say(`Put back on the queue: ${counted(moved, 'message')}.`),
    onError: fail,
  })
  const columns: TableProps.ColumnDefinition<QueueRow>[] = [
    { id: 'name', header: 'Queue', cell: (row) => row.name, isRowHeader: true },
    { id: 'visible', header: 'Waiting', cell: (row) => row.visible },
    { id: 'inFlight', header: 'Being handled', cell: (row) => row.inFlight },
    { id: 'delayed', header: 'Delayed', cell: (row) => row.delayed },
    {
      id: 'dead',
      header: 'Dead letters',
      cell: (row) => {
        if (row.redriveTo === undefined) return '–'
        const isEmpty = row.visible + row.inFlight === 0
        return (
          <SpaceBetween size="xs" direction="horizontal" alignItems="center">
            <StatusIndicator type={isEmpty ? 'success' : 'error'}>
              {isEmpty ? 'None' : `${row.visible + row.inFlight} failed for good`}
            </StatusIndicator>
            {!isEmpty && (
              <Button
                variant="inline-link"
                ariaLabel={`Redrive ${row.name}`}
                loading={again.isPending && again.variables === row.name}
                onClick={() => again.mutate(row.name)}
              >
                Redrive
              </Button>
            )}
          </SpaceBetween>
        )
      },
    },
  ]
  return (
    <SpaceBetween size="l">
      <List
        title="Queues and dead letters"
        description="A redrive puts dead letters back on the queue that they come from."
        items={data}
        error={error}
        columns={columns}
        trackBy={(row) => row.name}
        empty="There are no queues."
      />
      <GivenUp />
    </SpaceBetween>
  )
}

/** Batches of changes whose effects were given up. They aren't in a queue: Lambda stores them in the bucket. */
function GivenUp() {
  const { data, error } = useLive('effects')
  const { say, fail } = useOutcomes()
  const again = useMutation({
    mutationFn: playEffects,
    onSuccess: ({ batches, records, left, faults }) =>
      left === 0
        ? say(`${counted(records, 'change')} of ${counted(batches, 'batch', 'batches')} played again.`)
        : fail(
            new Error(`${counted(left, 'batch', 'batches')} failed again and stayed: ${faults.join('; ')}`),
          ),
    onError: fail,
  })
  const isEmpty = data?.batches === 0
  return (
    <Container
      header={
        <Header
          variant="h2"
          description="Mails, events and audit entries that follow from changes. A redrive plays the changes again, in their order."
        >
          Effects that were given up
        </Header>
      }
    >
      {error !== null ? (
        <Alert type="error">{error.message}</Alert>
      ) : data === undefined ? (
        <StatusIndicator type="loading">Loading</StatusIndicator>
      ) : (
        <SpaceBetween size="xs" direction="horizontal" alignItems="center">
          <StatusIndicator type={isEmpty ? 'success' : 'error'}>
            {isEmpty ? 'None' : `${counted(data.batches, 'batch', 'batches')} of changes`}
          </StatusIndicator>
          {!isEmpty && (
            <Button
              variant="inline-link"
              ariaLabel="Redrive effects"
              loading={again.isPending}
              onClick={() => again.mutate()}
            >
              Redrive
            </Button>
          )}
        </SpaceBetween>
      )}
    </Container>
  )
}

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

export function Events() {
  const { data, error } = useLive('events')
  const columns: TableProps.ColumnDefinition<EventRow>[] = [
    { id: 'time', header: 'Time (UTC)', cell: (row) => timeText(row.time), minWidth: 170 },
    { id: 'type', header: 'Event', cell: (row) => row.detailType, isRowHeader: true },
    { id: 'source', header: 'Source', cell: (row) => row.source },
    {
      id: 'detail',
      header: 'Detail',
      cell: (row) => <Box variant="code">{JSON.stringify(row.detail)}</Box>,
      minWidth: 320,
    },
  ]
  return (
    <List
      title="Events"
      description="What has been published on the event bus. The newest first, live."
      items={data?.toReversed()}
      error={error}
      columns={columns}
      counter={`(${data?.length ?? 0})`}
      trackBy={(row) => row.id}
      empty="Nothing has been published yet."
    />
  )
}

export function Functions() {
  const { data, error } = useLive('functions')
  const columns: TableProps.ColumnDefinition<FunctionRow>[] = [
    { id: 'name', header: 'Function', cell: (row) => row.name, isRowHeader: true },
    { id: 'invocations', header: 'Invocations', cell: (row) => row.invocations },
    {
      id: 'errors',
      header: 'Errors',
      cell: (row) => (
        <StatusIndicator type={row.errors === 0 ? 'success' : 'error'}>{row.errors}</StatusIndicator>
      ),
    },
    { id: 'processes', header: 'Processes', cell: (row) => row.processes },
  ]
  return (
    <List
      title="Functions"
      description="Since the service started."
      items={data}
      error={error}
      columns={columns}
      trackBy={(row) => row.logicalId}
      empty="There are no functions."
    />
  )
}
