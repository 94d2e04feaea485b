import StatusIndicator, { type StatusIndicatorProps } from '@cloudscape-design/components/status-indicator'
import type { Schemas } from '../../api/client.ts'
import { useLocalization } from '../../i18n/provider.tsx'

const types: Readonly<Record<Schemas['ImportStatus'], StatusIndicatorProps.Type>> = {
  waiting: 'pending',
  reading: 'in-progress',
  running: 'in-progress',
  previewed: 'info',
  completed: 'success',
  failed: 'error',
}

export function ImportStatus({ job }: { readonly job: Schemas['Import'] }) {
  const { t } = useLocalization()
  const isCancelled = job.cancelledAt !== undefined
  return (
    <StatusIndicator type={isCancelled ? 'stopped' : types[job.status]}>
      {isCancelled ? t.imports.cancelled : t.imports.status[job.status]}
    </StatusIndicator>
  )
}
