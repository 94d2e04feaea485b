import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import Modal from '@cloudscape-design/components/modal'
import SpaceBetween from '@cloudscape-design/components/space-between'
import type { ReactNode } from 'react'
import { useLocalization } from '../i18n/provider.tsx'

interface ConfirmDialogProps {
  readonly title: string
  readonly children: ReactNode
  /** The text of the button that does it. */
  readonly action: string
  readonly isRunning: boolean
  readonly onConfirm: () => void
  readonly onClose: () => void
}

/** Asks for confirmation before something that can't simply be undone. */
export function ConfirmDialog(props: ConfirmDialogProps) {
  const { title, children, action, isRunning, onConfirm, onClose } = props
  const { t } = useLocalization()
  return (
    <Modal
      visible
      header={title}
      closeAriaLabel={t.actions.close}
      onDismiss={onClose}
      footer={
        <Box float="right">
          <SpaceBetween direction="horizontal" size="xs">
            <Button variant="link" onClick={onClose}>
              {t.actions.cancel}
            </Button>
            <Button variant="primary" loading={isRunning} onClick={onConfirm}>
              {action}
            </Button>
          </SpaceBetween>
        </Box>
      }
    >
      {children}
    </Modal>
  )
}
