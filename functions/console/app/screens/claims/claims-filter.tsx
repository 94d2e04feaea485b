import Calendar from '@cloudscape-design/components/calendar'
import PropertyFilter from '@cloudscape-design/components/property-filter'
import { useLocalization } from '../../i18n/provider.tsx'
import { type ClaimsQuery, optionsOf, queryOfTokens, tokensOf } from './filter.ts'

interface ClaimsFilterProps {
  readonly query: ClaimsQuery
  readonly onChange: (query: Record<string, string>) => void
}

/** Filters by what the API can filter by, and nothing else. */
export function ClaimsFilter({ query, onChange }: ClaimsFilterProps) {
  const { t, format } = useLocalization()
  const is = (key: string, label: string) => ({
    key,
    propertyLabel: label,
    groupValuesLabel: label,
    operators: ['='] as const,
  })
  return (
    <PropertyFilter
      query={{ operation: 'and', tokens: tokensOf(query) }}
      onChange={({ detail }) => onChange(queryOfTokens(detail.tokens))}
      hideOperations
      filteringOptions={optionsOf(t)}
      filteringProperties={[
        is('status', t.claims.status),
        is('type', t.claims.type),
        is('revocable', t.claims.revocable),
        is('notification', t.claims.mail),
        is('importId', t.claims.importId),
        {
          key: 'email',
          propertyLabel: t.claims.address,
          groupValuesLabel: t.claims.address,
          operators: ['^'],
          defaultOperator: '^',
        },
        {
          key: 'endsBefore',
          propertyLabel: t.claims.endsBefore,
          groupValuesLabel: t.claims.endsBefore,
          defaultOperator: '<',
          operators: [
            {
              operator: '<',
              form: ({ value, onChange: choose }) => (
                <Calendar value={value ?? ''} onChange={({ detail }) => choose(detail.value)} />
              ),
              format: (value) => (value ? format.date(`${value}T12:00:00Z`) : ''),
            },
          ],
        },
      ]}
      freeTextFiltering={{ operators: ['^'], defaultOperator: '^' }}
      filteringPlaceholder={t.claims.filter}
      filteringAriaLabel={t.claims.filter}
      i18nStrings={{ clearFiltersText: t.claims.clearFilter }}
    />
  )
}
