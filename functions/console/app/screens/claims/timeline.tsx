import Steps, { type StepsProps } from '@cloudscape-design/components/steps'
import type { Schemas } from '../../api/client.ts'
import type { Format } from '../../i18n/format.ts'
import { useLocalization } from '../../i18n/provider.tsx'
import type { Texts } from '../../i18n/texts/en.ts'

type Claim = Schemas['Claim']
type Step = StepsProps.Step

function stepsOf(claim: Claim, t: Texts, format: Format): readonly Step[] {
  const { step } = t.claims
  const at = (status: StepsProps.Status, header: string, when?: string, more?: string): Step => ({
    status,
    header,
    details: [when === undefined ? '' : format.dateTime(when), more ?? '']
      .filter((part) => part !== '')
      .join('. '),
  })
  const { decision, pendingEmail, heldBecause } = claim
  const isBounced = claim.notification === 'bounced'
  const isOpen = claim.status === 'open'
  const end = claim.type === 'delayed' && claim.migratesAt !== undefined
  return [
    at('success', step.created, claim.createdAt),
    ...(claim.notifiedAt === undefined
      ? [at('pending', step.notNotified)]
      : [
          at(
            isBounced ? 'error' : 'success',
            isBounced ? step.notifiedBounced : step.notified,
            claim.notifiedAt,
          ),
        ]),
    ...(claim.signedInAt === undefined ? [] : [at('success', step.signedIn, claim.signedInAt)]),
    ...(decision === undefined
      ? []
      : [
          decision.by === 'schedule'
            ? at('success', step.decidedBySchedule, decision.at)
            : at('success', step.decided, decision.at, t.decision[decision.kind]),
        ]),
    ...(pendingEmail === undefined ? [] : [at('in-progress', step.pendingEmail, pendingEmail.expiresAt)]),
    ...(isOpen && end
      ? [at('pending', step.migrates, claim.migratesAt, heldBecause === undefined ? '' : t.held[heldBecause])]
      : []),
    ...(isOpen && claim.revocable ? [at('pending', step.windowEnds, claim.endsAt)] : []),
    ...(claim.completedAt === undefined ? [] : [at('success', step.completed, claim.completedAt)]),
    ...(claim.revokedAt === undefined ? [] : [at('stopped', step.revoked, claim.revokedAt)]),
  ]
}

/** What happened to a claim, in order, and what is still ahead. */
export function Timeline({ claim }: { readonly claim: Claim }) {
  const { t, format } = useLocalization()
  return <Steps steps={stepsOf(claim, t, format)} ariaLabel={t.claims.timeline} />
}
