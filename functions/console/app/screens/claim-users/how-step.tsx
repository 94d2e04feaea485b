import Alert from '@cloudscape-design/components/alert'
import FormField from '@cloudscape-design/components/form-field'
import Input from '@cloudscape-design/components/input'
import RadioGroup from '@cloudscape-design/components/radio-group'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { isCodeIn } from '../../i18n/texts/coded.ts'
import { useLocalization } from '../../i18n/provider.tsx'
import { useSession } from '../../session/session.tsx'
import { InvitationsQuestion } from '../../parts/invitations-question.tsx'
import type { StepProps } from './who-step.tsx'

export function HowStep({ order, onChange, error }: StepProps) {
  const { t, format } = useLocalization()
  const { organization } = useSession()
  const words = t.claimUsers
  const mayMigrate = organization?.allowContentMigration === true
  const template = organization?.licenseTemplate ?? []
  const invitations = (
    <InvitationsQuestion
      isWanted={order.sendInvitations}
      onChange={(sendInvitations) => onChange({ sendInvitations })}
    />
  )
  if (order.way === 'file') {
    return (
      <SpaceBetween size="m">
        <Alert type="info">{words.fileHow}</Alert>
        {invitations}
      </SpaceBetween>
    )
  }
  return (
    <SpaceBetween size="l">
      <FormField label={words.typeLabel}>
        <SpaceBetween size="s">
          {!mayMigrate && <Alert type="info">{words.migrationOff}</Alert>}
          <RadioGroup
            value={order.type}
            onChange={({ detail }) =>
              onChange({ type: isCodeIn(t.claimType, detail.value) ? detail.value : '' })
            }
            items={[
              { value: '', label: words.typeDefault, description: words.typeDefaultText },
              { value: 'direct', label: words.typeDirect, description: words.typeDirectText },
              {
                value: 'delayed',
                label: words.typeDelayed,
                description: words.typeDelayedText,
                disabled: !mayMigrate,
              },
            ]}
          />
        </SpaceBetween>
      </FormField>
      <FormField label={words.licensesLabel}>
        <RadioGroup
          value={order.licensesFrom}
          onChange={({ detail }) => onChange({ licensesFrom: detail.value === 'own' ? 'own' : 'template' })}
          items={[
            {
              value: 'template',
              label: words.licensesTemplate,
              description: template.length === 0 ? words.licensesNone : format.list(template),
            },
            { value: 'own', label: words.licensesOwn },
          ]}
        />
      </FormField>
      {order.licensesFrom === 'own' && (
        <FormField label={words.licensesOwnLabel} errorText={error}>
          <Input
            value={order.ownLicenses}
            onChange={({ detail }) => onChange({ ownLicenses: detail.value })}
            invalid={error !== undefined}
          />
        </FormField>
      )}
      {invitations}
    </SpaceBetween>
  )
}
