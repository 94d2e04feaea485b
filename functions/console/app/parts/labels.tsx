import StatusIndicator, { type StatusIndicatorProps } from '@cloudscape-design/components/status-indicator'
import type { Schemas } from '../api/client.ts'
import { useLocalization } from '../i18n/provider.tsx'

/** Labels for the API’s codes, with the same icons on every screen. */

const claimStatusTypes: Readonly<Record<Schemas['ClaimStatus'], StatusIndicatorProps.Type>> = {
  open: 'pending',
  migrating: 'in-progress',
  completed: 'success',
  revoked: 'stopped',
}

export function ClaimStatus({ status }: { readonly status: Schemas['ClaimStatus'] }) {
  const { t } = useLocalization()
  return <StatusIndicator type={claimStatusTypes[status]}>{t.claimStatus[status]}</StatusIndicator>
}

const mailStateTypes: Readonly<Record<Schemas['Claim']['notification'], StatusIndicatorProps.Type>> = {
  pending: 'pending',
  sent: 'success',
  bounced: 'error',
  complained: 'warning',
}

export function MailState({ state }: { readonly state: Schemas['Claim']['notification'] }) {
  const { t } = useLocalization()
  return <StatusIndicator type={mailStateTypes[state]}>{t.mailState[state]}</StatusIndicator>
}

/** Whether the content can be migrated, or why it is lost. */
export function Content({ loss }: { readonly loss: Schemas['ContentLoss'] | undefined }) {
  const { t } = useLocalization()
  return loss === undefined ? (
    <StatusIndicator type="success">{t.claims.contentStays}</StatusIndicator>
  ) : (
    <StatusIndicator type="warning">{t.contentLoss[loss.reason]}</StatusIndicator>
  )
}

/** The same for a column: without the reason. */
export function ContentInBrief({ loss }: { readonly loss: Schemas['ContentLoss'] | undefined }) {
  const { t } = useLocalization()
  return loss === undefined ? (
    <StatusIndicator type="success">{t.claims.contentStays}</StatusIndicator>
  ) : (
    <StatusIndicator type="warning">{t.claims.contentLost}</StatusIndicator>
  )
}

export function Decisions({ kinds }: { readonly kinds: readonly Schemas['DecisionKind'][] }) {
  const { t } = useLocalization()
  return kinds.length === 0 ? <>–</> : kinds.map((kind) => <div key={kind}>{t.decision[kind]}</div>)
}

/** Why somebody can't be claimed: every reason that applies. */
export function Refusals({ codes }: { readonly codes: readonly Schemas['RefusalCode'][] }) {
  const { t } = useLocalization()
  return <>{codes.map((code) => t.refusal[code]).join(' · ')}</>
}
