import Box from '@cloudscape-design/components/box'
import SpaceBetween from '@cloudscape-design/components/space-between'
import StatusIndicator from '@cloudscape-design/components/status-indicator'
import { problemOf } from '../../api/problem.ts'
import { useLocalization } from '../../i18n/provider.tsx'

/**
 * What a check found in the domain's DNS instead of the expected record. Members of the problem
 * `txt_record_not_found`.
 */
export interface LookedUp {
  readonly expected: string
  readonly records: number
  /** The record most like the expected one, if any is similar. */
  readonly nearest?: string
}

export function lookedUpOf(error: unknown): LookedUp | undefined {
  if (problemOf(error).code !== 'txt_record_not_found') return undefined
  const { expected, records, nearest } = error as {
    expected?: { value?: unknown }
    records?: unknown
    nearest?: unknown
  }
  if (typeof expected?.value !== 'string' || typeof records !== 'number') return undefined
  return { expected: expected.value, records, ...(typeof nearest === 'string' && { nearest }) }
}

/** Shows both records one above the other, so that a missing or wrong letter is seen. */
export function LookedUpText({ lookedUp: { expected, records, nearest } }: { readonly lookedUp: LookedUp }) {
  const { t, format } = useLocalization()
  const line = (label: string, value: string) => (
    <div>
      {label}:{' '}
      <Box variant="code">
        <bdi>{value}</bdi>
      </Box>
    </div>
  )
  return (
    <SpaceBetween size="xxs">
      <StatusIndicator type="warning">
        {t.domains.foundRecords(records, format.number(records))}
      </StatusIndicator>
      {nearest === undefined ? (
        records > 0 && <div>{t.domains.noneAlike}</div>
      ) : (
        <>
          {line(t.domains.found, nearest)}
          {line(t.domains.expected, expected)}
        </>
      )}
    </SpaceBetween>
  )
}
