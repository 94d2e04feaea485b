import Select from '@cloudscape-design/components/select'
import { languages } from '../i18n/languages.ts'
import { useLocalization } from '../i18n/provider.tsx'

interface LanguageSelectProps {
  readonly value: string
  readonly isReadOnly: boolean
  readonly onChange: (locale: string) => void
}

/** A language that mails are written in; another one that the API has is kept, and its mails are in English. */
export function LanguageSelect({ value, isReadOnly, onChange }: LanguageSelectProps) {
  const { t } = useLocalization()
  const optionOf = (locale: string) => ({ value: locale, label: t.settings.languages[locale] ?? locale })
  return (
    <Select
      readOnly={isReadOnly}
      selectedOption={optionOf(value)}
      options={[...new Set([...Object.keys(languages), value])].map(optionOf)}
      onChange={({ detail }) => onChange(detail.selectedOption.value ?? value)}
    />
  )
}
