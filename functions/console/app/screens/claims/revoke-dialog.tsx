import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import Modal from '@cloudscape-design/components/modal'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { api, type Schemas } from '../../api/client.ts'
import { useLocalization } from '../../i18n/provider.tsx'
import { useFlashes } from '../../shell/flashes.tsx'
import { forgetClaims } from './forget-claims.ts'

interface RevokeDialogProps {
  readonly claim: Schemas['Claim']
  readonly onClose: () => void
}

/** R1, R2: confirms the revocation of one claim. */
export function RevokeDialog({ claim, onClose }: RevokeDialogProps) {
  const { t } = useLocalization()
  const { say, fail } = useFlashes()
  const revoke = api.useMutation('post', '/v1/claims/{claimId}/revoke', {
    onSuccess: () =>
      say({ type: 'success', header: t.claims.revoked, content: t.claims.revokedText(claim.email) }),
    onError: fail,
    async onSettled() {
      onClose()
      await forgetClaims()
    },
  })
  return (
    <Modal
      visible
      header={t.claims.revokeTitle}
      closeAriaLabel={t.actions.close}
      onDismiss={onClose}
      footer={
        <Box float="right">
          <SpaceBetween direction="horizontal" size="xs">
            <Button variant="link" onClick={onClose}>
              {t.actions.cancel}
            </Button>
            <Button
              variant="primary"
              loading={revoke.isPending}
              onClick={() => revoke.mutate({ params: { path: { claimId: claim.claimId } } })}
            >
              {t.claims.revoke}
            </Button>
          </SpaceBetween>
        </Box>
      }
    >
      {t.claims.revokeText(claim.email)}
    </Modal>
  )
}
