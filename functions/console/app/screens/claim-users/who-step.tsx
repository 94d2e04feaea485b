import Alert from '@cloudscape-design/components/alert'
import Box from '@cloudscape-design/components/box'
import FileUpload from '@cloudscape-design/components/file-upload'
import FormField from '@cloudscape-design/components/form-field'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Textarea from '@cloudscape-design/components/textarea'
import Tiles from '@cloudscape-design/components/tiles'
import { useLocalization } from '../../i18n/provider.tsx'
import { MAX_BY_HAND, MAX_LISTED, parseEntered } from './entered.ts'
import type { Order, Way } from './order.ts'
import { UserList } from './user-list.tsx'

export interface StepProps {
  readonly order: Order
  readonly onChange: (more: Partial<Order>) => void
  /** Why the step can’t be left. Shown only after the user has tried to. */
  readonly error: string | undefined
}

const ways = ['list', 'hand', 'file'] as const satisfies readonly Way[]

const isWay = (text: string): text is Way => ways.some((way) => way === text)

export function WhoStep(props: StepProps) {
  const { t, format } = useLocalization()
  const { order, onChange } = props
  const words = t.claimUsers.ways
  const texts: Readonly<Record<Way, readonly [string, string]>> = {
    list: [words.list, words.listText(format.number(MAX_LISTED))],
    hand: [words.hand, words.handText(format.number(MAX_BY_HAND))],
    file: [words.file, words.fileText],
  }
  return (
    <SpaceBetween size="l">
      <Tiles
        ariaLabel={t.claimUsers.steps.who}
        value={order.way}
        onChange={({ detail }) => {
          if (isWay(detail.value)) onChange({ way: detail.value })
        }}
        columns={3}
        items={ways.map((way) => ({ value: way, label: texts[way][0], description: texts[way][1] }))}
      />
      <Chosen {...props} />
    </SpaceBetween>
  )
}

function Chosen(props: StepProps) {
  const { order, error } = props
  switch (order.way) {
    case 'list':
      return (
        <SpaceBetween size="s">
          {error !== undefined && <Alert type="error">{error}</Alert>}
          <UserList chosen={order.chosen} onChoose={(chosen) => props.onChange({ chosen })} />
        </SpaceBetween>
      )
    case 'hand':
      return <ByHand {...props} />
    case 'file':
      return <ByFile {...props} />
  }
}

function ByHand({ order, onChange, error }: StepProps) {
  const { t, format } = useLocalization()
  const { users } = parseEntered(order.entered)
  return (
    <FormField
      label={t.claimUsers.handLabel}
      description={t.claimUsers.handHint}
      constraintText={t.claimUsers.handCount(format.number(users.length), format.number(MAX_BY_HAND))}
      errorText={error}
      stretch
    >
      <Textarea
        value={order.entered}
        onChange={({ detail }) => onChange({ entered: detail.value })}
        rows={10}
        spellcheck={false}
        autoComplete={false}
        invalid={error !== undefined}
      />
    </FormField>
  )
}

function ByFile({ order, onChange, error }: StepProps) {
  const { t } = useLocalization()
  return (
    <SpaceBetween size="s">
      <FormField label={t.claimUsers.fileLabel} description={t.claimUsers.fileHint} errorText={error}>
        <FileUpload
          value={order.file === undefined ? [] : [order.file]}
          onChange={({ detail }) => onChange({ file: detail.value[0] })}
          accept=".csv,text/csv"
          showFileSize
          tokenLimit={1}
          i18nStrings={{
            uploadButtonText: () => t.claimUsers.fileChoose,
            dropzoneText: () => t.claimUsers.fileDrop,
            removeFileAriaLabel: () => t.claimUsers.fileRemove,
            limitShowFewer: '',
            limitShowMore: '',
            errorIconAriaLabel: t.problem.notDone,
          }}
        />
      </FormField>
      <Box color="text-body-secondary">{t.claimUsers.fileHow}</Box>
    </SpaceBetween>
  )
}
