import StatusIndicator, { type StatusIndicatorProps } from '@cloudscape-design/components/status-indicator'
import type { Schemas } from '../../api/client.ts'
import { useLocalization } from '../../i18n/provider.tsx'

const types: Readonly<Record<Schemas['SyncStatus'], StatusIndicatorProps.Type>> = {
  waiting: 'pending',
  running: 'in-progress',
  completed: 'success',
  failed: 'error',
}

export function SyncStatus({ sync: { status, held } }: { readonly sync: Schemas['SyncSummary'] }) {
  const { t } = useLocalization()
  if (held !== undefined && status === 'waiting')
    return <StatusIndicator type="warning">{t.directory.held}</StatusIndicator>
  return <StatusIndicator type={types[status]}>{t.directory.status[status]}</StatusIndicator>
}
