import Button from '@cloudscape-design/components/button'
import Container from '@cloudscape-design/components/container'
import FormField from '@cloudscape-design/components/form-field'
import Header from '@cloudscape-design/components/header'
import RadioGroup from '@cloudscape-design/components/radio-group'
import SegmentedControl from '@cloudscape-design/components/segmented-control'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Textarea from '@cloudscape-design/components/textarea'
import { useState } from 'react'
import { api, newIdempotencyKey, queryClient, type Schemas } from '../../api/client.ts'
import { useLocalization } from '../../i18n/provider.tsx'
import { isCodeIn } from '../../i18n/texts/coded.ts'
import { CsvFile } from '../../parts/csv-file.tsx'
import { sendFile } from '../../parts/use-upload.ts'
import { useFlashes } from '../../shell/flashes.tsx'
import { useGo } from '../../shell/go.ts'

type Mode = Schemas['SyncMode']

/** The API's limit for addresses in a request. Longer directories are uploaded as a file. */
const MAX_ADDRESSES = 1_000

const addressesOf = (text: string): string[] => [
  ...new Set(
    text
      .split(/[\s,;]+/)
      .map((each) => each.trim())
      .filter((each) => each !== ''),
  ),
]

/** Y3, Y4: starts a sync, by a file of any size or by typed addresses. A dry run is preselected. */
export function StartSync() {
  const { t, format } = useLocalization()
  const { fail } = useFlashes()
  const go = useGo()
  const [mode, setMode] = useState<Mode>('dry_run')
  const [way, setWay] = useState('file')
  const [text, setText] = useState('')
  const [file, setFile] = useState<File>()
  const [isRunning, setRunning] = useState(false)
  const create = api.useMutation('post', '/v1/directory/syncs')
  const addresses = addressesOf(text)
  const isTooMany = addresses.length > MAX_ADDRESSES
  const isReady = way === 'file' ? file !== undefined : addresses.length > 0 && !isTooMany

  async function run(): Promise<void> {
    setRunning(true)
    try {
      const made = await create.mutateAsync({
        body: { mode, ...(way === 'list' && { emails: addresses }) },
        params: { header: { 'Idempotency-Key': newIdempotencyKey() } },
      })
      if (made.upload !== undefined && file !== undefined) await sendFile(made.upload, file)
      await queryClient.invalidateQueries()
      go.to(`/directory/${encodeURIComponent(made.syncId)}`)
    } finally {
      setRunning(false)
    }
  }

  return (
    <Container header={<Header variant="h2">{t.directory.start}</Header>}>
      <SpaceBetween size="l">
        <FormField label={t.directory.mode}>
          <RadioGroup
            value={mode}
            onChange={({ detail }) =>
              setMode(isCodeIn(t.directory.modes, detail.value) ? detail.value : 'dry_run')
            }
            items={[
              { value: 'dry_run', label: t.directory.modes.dry_run, description: t.directory.dryRunText },
              { value: 'full', label: t.directory.modes.full, description: t.directory.fullText },
            ]}
          />
        </FormField>
        <SegmentedControl
          label={t.directory.by}
          selectedId={way}
          options={[
            { id: 'file', text: t.claimUsers.fileLabel },
            { id: 'list', text: t.claimUsers.handLabel },
          ]}
          onChange={({ detail }) => setWay(detail.selectedId)}
        />
        {way === 'file' ? (
          <CsvFile file={file} onChange={setFile} hint={t.directory.fileHint} />
        ) : (
          <FormField
            label={t.claimUsers.handLabel}
            constraintText={t.claimUsers.handCount(
              format.number(addresses.length),
              format.number(MAX_ADDRESSES),
            )}
            errorText={isTooMany ? t.claimUsers.handTooMany(format.number(MAX_ADDRESSES)) : ''}
          >
            <Textarea
              value={text}
              rows={6}
              spellcheck={false}
              autoComplete={false}
              onChange={({ detail }) => setText(detail.value)}
            />
          </FormField>
        )}
        <Button
          variant="primary"
          disabled={!isReady}
          loading={isRunning}
          onClick={() => {
            run().catch(fail)
          }}
        >
          {t.directory.modes[mode]}
        </Button>
      </SpaceBetween>
    </Container>
  )
}
