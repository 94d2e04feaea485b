import Alert from '@cloudscape-design/components/alert'
import Button from '@cloudscape-design/components/button'
import Container from '@cloudscape-design/components/container'
import Header from '@cloudscape-design/components/header'
import SpaceBetween from '@cloudscape-design/components/space-between'
import StatusIndicator from '@cloudscape-design/components/status-indicator'
import type { TableProps } from '@cloudscape-design/components/table'
import { useMutation } from '@tanstack/react-query'
import type { QueueRow } from '../wire.ts'
import { playEffects, redrive, useLive } from './api.ts'
import { List } from './list.tsx'
import { useOutcomes } from './outcomes.tsx'

const counted = (n: number, one: string, more = `${one}s`): string => `${n} ${n === 1 ? one : more}`

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
