import FileUpload from '@cloudscape-design/components/file-upload'
import FormField from '@cloudscape-design/components/form-field'
import { useLocalization } from '../i18n/provider.tsx'

interface CsvFileProps {
  readonly file: File | undefined
  readonly onChange: (file: File | undefined) => void
  readonly hint?: string
  readonly error?: string | undefined
}

/** Takes one CSV file, chosen or dropped. */
export function CsvFile({ file, onChange, hint, error }: CsvFileProps) {
  const { t } = useLocalization()
  return (
    <FormField label={t.claimUsers.fileLabel} description={hint ?? t.claimUsers.fileHint} errorText={error}>
      <FileUpload
        value={file === undefined ? [] : [file]}
        onChange={({ detail }) => onChange(detail.value[0])}
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
  )
}
