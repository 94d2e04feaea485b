import Box from '@cloudscape-design/components/box'
import FormField from '@cloudscape-design/components/form-field'
import RadioGroup from '@cloudscape-design/components/radio-group'
import { useLocalization } from '../i18n/provider.tsx'
import { useSession } from '../session/session.tsx'

interface InvitationsQuestionProps {
  readonly isWanted: boolean
  readonly onChange: (isWanted: boolean) => void
}

/**
 * N3: asks whether invitations are sent. Not asked if the organization has switched invitations off, which a claim
 * can't override.
 */
export function InvitationsQuestion({ isWanted, onChange }: InvitationsQuestionProps) {
  const { t } = useLocalization()
  const { organization } = useSession()
  const words = t.claimUsers
  if (organization?.suppressInvitations === true)
    return <Box color="text-body-secondary">{words.invitationsOff}</Box>
  return (
    <FormField label={words.invitationsLabel}>
      <RadioGroup
        value={isWanted ? 'send' : 'none'}
        onChange={({ detail }) => onChange(detail.value === 'send')}
        items={[
          { value: 'send', label: words.invitationsSend, description: words.invitationsSendText },
          { value: 'none', label: words.invitationsNone, description: words.invitationsNoneText },
        ]}
      />
    </FormField>
  )
}

/**
 * The answer as a member of a request for claims or of an import’s confirmation; left out if invitations are wanted.
 */
export const invitationsOf = (isWanted: boolean): { sendInvitations?: false } =>
  isWanted ? {} : { sendInvitations: false }
