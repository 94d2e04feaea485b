import Button from '@cloudscape-design/components/button'
import type { TableProps } from '@cloudscape-design/components/table'
import { useMutation } from '@tanstack/react-query'
import type { ScheduleRow } from '../wire.ts'
import { deleteSchedule, useLive } from './api.ts'
import { timeText, untilText } from './format.ts'
import { List } from './list.tsx'
import { useOutcomes } from './outcomes.tsx'

/**
 * Whether it is a one-time schedule. Recurring ones can't be deleted here, since they come from the template and only
 * a restart would bring them back.
 */
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
