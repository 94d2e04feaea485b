import Box from '@cloudscape-design/components/box'
import StatusIndicator, { type StatusIndicatorProps } from '@cloudscape-design/components/status-indicator'
import type { Schemas } from '../../api/client.ts'
import { useLocalization } from '../../i18n/provider.tsx'

const statusTypes: Readonly<Record<Schemas['UserStatus'], StatusIndicatorProps.Type>> = {
  active: 'success',
  not_verified: 'pending',
  verified: 'success',
  inactive: 'stopped',
  delayed_claim: 'in-progress',
}

export function StatusOf({ user: { status, removedAt } }: { readonly user: Schemas['User'] }) {
  const { t, format } = useLocalization()
  return (
    <>
      <StatusIndicator type={statusTypes[status]}>{t.userStatus[status]}</StatusIndicator>
      {removedAt !== undefined && (
        <Box color="text-body-secondary" fontSize="body-s">
          {t.users.removedAt(format.dateTime(removedAt))}
        </Box>
      )}
    </>
  )
}
