import StatusIndicator from '@cloudscape-design/components/status-indicator'
import type { TableProps } from '@cloudscape-design/components/table'
import type { FunctionRow } from '../wire.ts'
import { useLive } from './api.ts'
import { List } from './list.tsx'

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
