import Box from '@cloudscape-design/components/box'
import type { TableProps } from '@cloudscape-design/components/table'
import type { EventRow } from '../wire.ts'
import { useLive } from './api.ts'
import { timeText } from './format.ts'
import { List } from './list.tsx'

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
