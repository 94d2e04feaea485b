import Alert from '@cloudscape-design/components/alert'
import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import Modal from '@cloudscape-design/components/modal'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Steps, { type StepsProps } from '@cloudscape-design/components/steps'
import { useState } from 'react'
import { api, type Schemas } from '../../api/client.ts'
import { useLocalization } from '../../i18n/provider.tsx'
import { ProblemText } from '../../parts/problem-text.tsx'
import { useFlashes } from '../../shell/flashes.tsx'
import { forgetClaims } from './forget-claims.ts'

const steps = ['release', 'revoke', 'claim'] as const
type Step = (typeof steps)[number]

interface GuidedRevokeProps {
  readonly claim: Schemas['Claim']
  readonly onClose: () => void
}

/**
 * R: releases the domain, revokes the claim, and claims the domain again; a retry goes on at the step that failed. If
 * the revocation is refused, the domain is claimed again all the same.
 */
export function GuidedRevoke({ claim, onClose }: GuidedRevokeProps) {
  const { t } = useLocalization()
  const { say } = useFlashes()
  const domain = claim.email.slice(claim.email.lastIndexOf('@') + 1)
  const [done, setDone] = useState<ReadonlySet<Step>>(new Set())
  const [failures, setFailures] = useState<ReadonlyMap<Step, unknown>>(new Map())
  const [running, setRunning] = useState<Step>()
  const release = api.useMutation('post', '/v1/domains/{domain}/release')
  const revoke = api.useMutation('post', '/v1/claims/{claimId}/revoke')
  const claimDomain = api.useMutation('post', '/v1/domains/{domain}/claim')

  const take: Readonly<Record<Step, () => Promise<unknown>>> = {
    release: () => release.mutateAsync({ params: { path: { domain } } }),
    revoke: () => revoke.mutateAsync({ params: { path: { claimId: claim.claimId } } }),
    claim: () => claimDomain.mutateAsync({ params: { path: { domain } } }),
  }

  async function run(): Promise<void> {
    const taken = new Set(done)
    const failed = new Map<Step, unknown>()
    setFailures(failed)
    for (const step of steps.filter((each) => !taken.has(each))) {
      // The domain wasn’t released, so there is nothing to continue or to undo.
      if (failed.has('release')) break
      setRunning(step)
      try {
        await take[step]()
        taken.add(step)
      } catch (error) {
        failed.set(step, error)
      }
    }
    setRunning(undefined)
    setDone(taken)
    setFailures(failed)
    await forgetClaims()
    if (failed.size > 0) return
    say({ type: 'success', content: t.claims.guidedDone })
    onClose()
  }

  const statusOf = (step: Step): StepsProps.Status => {
    if (running === step) return 'loading'
    if (failures.has(step)) return 'error'
    return done.has(step) ? 'success' : 'pending'
  }
  const words = {
    release: t.claims.guidedSteps.release(domain),
    revoke: t.claims.guidedSteps.revoke,
    claim: t.claims.guidedSteps.claim(domain),
  }
  const isBusy = running !== undefined
  return (
    <Modal
      visible
      header={t.claims.guidedTitle}
      closeAriaLabel={t.actions.close}
      onDismiss={() => {
        if (!isBusy) onClose()
      }}
      footer={
        <Box float="right">
          <SpaceBetween direction="horizontal" size="xs">
            <Button variant="link" disabled={isBusy} onClick={onClose}>
              {t.actions.close}
            </Button>
            <Button variant="primary" loading={isBusy} onClick={() => void run()}>
              {failures.size > 0 ? t.claims.guidedAgain : t.claims.guidedStart}
            </Button>
          </SpaceBetween>
        </Box>
      }
    >
      <SpaceBetween size="m">
        <Box>{t.claims.guidedText(domain)}</Box>
        <Alert type="warning">{t.claims.guidedRisk}</Alert>
        <Steps
          ariaLabel={t.claims.guidedTitle}
          steps={steps.map((step) => ({ status: statusOf(step), header: words[step] }))}
        />
        {[...failures].map(([step, error]) => (
          <Alert key={step} type="error" header={words[step]}>
            <ProblemText error={error} />
            {step === 'claim' && <Box>{t.claims.guidedHalf(domain)}</Box>}
          </Alert>
        ))}
      </SpaceBetween>
    </Modal>
  )
}
