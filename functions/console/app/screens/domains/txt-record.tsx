import CopyToClipboard from '@cloudscape-design/components/copy-to-clipboard'
import SpaceBetween from '@cloudscape-design/components/space-between'
import type { Schemas } from '../../api/client.ts'
import { useLocalization } from '../../i18n/provider.tsx'
import { type LookedUp, LookedUpText } from './looked-up.tsx'

interface TxtRecordProps {
  readonly domain: Schemas['Domain']
  /** What the last check found instead; undefined if there was none, or it succeeded. */
  readonly lookedUp: LookedUp | undefined
}

/** The TXT record to set in the domain's DNS. Shown until it has been verified. */
export function TxtRecord({ domain: { status, txtRecord }, lookedUp }: TxtRecordProps) {
  const { t } = useLocalization()
  if (status !== 'pending') return '–'
  const copy = (label: string, text: string) => (
    <CopyToClipboard
      variant="inline"
      textToCopy={text}
      textToDisplay={text}
      copyButtonAriaLabel={`${t.domains.copy}: ${label}`}
      copySuccessText={t.domains.copied}
      copyErrorText={t.domains.copyFailed}
    />
  )
  return (
    <SpaceBetween size="xxs">
      <div>
        {t.domains.recordName}: {copy(t.domains.recordName, txtRecord.name)}
      </div>
      <div>
        {t.domains.recordValue}: {copy(t.domains.recordValue, txtRecord.value)}
      </div>
      {lookedUp !== undefined && <LookedUpText lookedUp={lookedUp} />}
    </SpaceBetween>
  )
}
