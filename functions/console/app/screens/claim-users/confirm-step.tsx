import Alert from '@cloudscape-design/components/alert'
import Checkbox from '@cloudscape-design/components/checkbox'
import FormField from '@cloudscape-design/components/form-field'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useLocalization } from '../../i18n/provider.tsx'

interface ConfirmStepProps {
  readonly claimable: number
  readonly isPermanent: boolean
  readonly onChange: (isPermanent: boolean) => void
  readonly error: string | undefined
}

/** T6: asks the admin to acknowledge that claims are permanent; without that, nobody is claimed. */
export function ConfirmStep({ claimable, isPermanent, onChange, error }: ConfirmStepProps) {
  const { t, format } = useLocalization()
  return (
    <SpaceBetween size="l">
      <Alert type="warning">{t.claimUsers.permanentText(format.number(claimable), claimable === 1)}</Alert>
      <FormField errorText={error}>
        <Checkbox checked={isPermanent} onChange={({ detail }) => onChange(detail.checked)}>
          {t.claimUsers.permanent}
        </Checkbox>
      </FormField>
    </SpaceBetween>
  )
}
