import PropertyFilter, { type PropertyFilterProps } from '@cloudscape-design/components/property-filter'
import type { Schemas } from '../../api/client.ts'
import { useLocalization } from '../../i18n/provider.tsx'
import { codesIn, isCodeIn, type RowResult } from '../../i18n/texts/coded.ts'
import type { Texts } from '../../i18n/texts/en.ts'
import { wordsOf } from '../../parts/import-view.tsx'

/** A code in the form that the API accepts. Anything else, in an address edited by hand, is ignored. */
const CODE = /^[a-z_]{1,64}$/

export interface RowsQuery {
  readonly result?: RowResult
  readonly code?: string
}

/** The filter is kept in the page’s address, so that it can be shared and the back button works. */
export function queryOf(search: URLSearchParams, t: Texts): RowsQuery {
  const result = search.get('result')
  const code = search.get('code')
  return {
    ...(isCodeIn(t.imports.result, result) && { result }),
    ...(code !== null && CODE.test(code) && { code }),
  }
}

/** The API takes one value per filter: if there are several tokens for one, the last counts. */
const queryOfTokens = (tokens: readonly PropertyFilterProps.Token[]): Record<string, string> =>
  Object.fromEntries(tokens.map(({ propertyKey = 'code', value }) => [propertyKey, String(value).trim()]))

interface RowsFilterProps {
  readonly job: Schemas['Import']
  readonly query: RowsQuery
  readonly onChange: (query: Record<string, string>) => void
}

/** Filters rows by result and by code, as the API can. */
export function RowsFilter({ job, query, onChange }: RowsFilterProps) {
  const { t } = useLocalization()
  const is = (key: string, label: string) => ({
    key,
    propertyLabel: label,
    groupValuesLabel: label,
    operators: ['='] as const,
  })
  // A preview has claimable rows, an import claimed ones. The codes that occur are known once it is over.
  const offered = codesIn(t.imports.result).filter((each) =>
    job.status === 'previewed' ? each !== 'claimed' : each !== 'claimable',
  )
  const counted = Object.keys(job.codes)
  const codes = counted.length > 0 ? counted : codesIn(t.refusal)
  return (
    <PropertyFilter
      query={{
        operation: 'and',
        tokens: Object.entries(query).map(([propertyKey, value]) => ({ propertyKey, operator: '=', value })),
      }}
      onChange={({ detail }) => onChange(queryOfTokens(detail.tokens))}
      hideOperations
      disableFreeTextFiltering
      filteringProperties={[is('result', t.claimUsers.result), is('code', t.claimUsers.reason)]}
      filteringOptions={[
        ...offered.map((value) => ({ propertyKey: 'result', value, label: t.imports.result[value] })),
        ...codes.map((value) => ({ propertyKey: 'code', value, label: wordsOf(t.refusal, value) })),
      ]}
      filteringPlaceholder={t.imports.findRows}
      filteringAriaLabel={t.imports.findRows}
      i18nStrings={{ clearFiltersText: t.claims.clearFilter }}
    />
  )
}
