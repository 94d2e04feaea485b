import Select from '@cloudscape-design/components/select'
import { languages } from '../i18n/languages.ts'
import { useLocalization } from '../i18n/provider.tsx'

interface LanguageSelectProps {
  readonly value: string
  readonly isReadOnly: boolean
  readonly onChange: (locale: string) => void
}

/** Chooses a language that mails exist in. Another one that is already set is kept; its mails are in English. */
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
