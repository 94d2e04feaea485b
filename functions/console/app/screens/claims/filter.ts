import type { PropertyFilterProps } from '@cloudscape-design/components/property-filter'
import type { paths } from '../../api/openapi.d.ts'
import { isCodeIn } from '../../i18n/texts/coded.ts'
import type { Texts } from '../../i18n/texts/en.ts'

export type ClaimsQuery = Omit<
  NonNullable<paths['/v1/claims']['get']['parameters']['query']>,
  'limit' | 'cursor'
>
type Key = keyof ClaimsQuery

const keys = [
  'status',
  'type',
  'revocable',
  'notification',
  'importId',
  'endsBefore',
  'email',
] as const satisfies readonly Key[]

const isKey = (text: string): text is Key => keys.some((key) => key === text)

/** The allowed values of each filter, with their texts. Any other value, in an address edited by hand, is ignored. */
const valuesOf = (t: Texts): Readonly<Partial<Record<Key, Readonly<Record<string, string>>>>> => ({
  status: t.claimStatus,
  type: t.claimType,
  revocable: { true: t.actions.yes, false: t.actions.no },
  notification: t.mailState,
})

const isValueOf = (texts: Readonly<Record<string, string>> | undefined, value: string): boolean =>
  texts === undefined || isCodeIn(texts, value)

/** The filter is kept in the page’s address, so that it can be shared and the back button works. */
export function queryOf(search: URLSearchParams, t: Texts): ClaimsQuery {
  const values = valuesOf(t)
  const given = [...search].filter(
    ([key, value]) => isKey(key) && value !== '' && isValueOf(values[key], value),
  )
  return Object.fromEntries(given)
}

export const isFiltered = (query: ClaimsQuery): boolean => Object.keys(query).length > 0

type Token = PropertyFilterProps.Token

/**
 * The API takes one value per filter: if there are several tokens for one, the last counts. Plain text is the
 * beginning of an address.
 */
export function queryOfTokens(tokens: readonly Token[]): Record<string, string> {
  return Object.fromEntries(
    tokens.map(({ propertyKey = 'email', value }) => {
      const text = String(value)
      return [propertyKey, propertyKey === 'endsBefore' ? startOfDay(text) : text.trim()]
    }),
  )
}

/** Converts the chosen date to the instant that the API takes. */
const startOfDay = (date: string): string => (/^\d{4}-\d\d-\d\d$/.test(date) ? `${date}T00:00:00Z` : date)

export const tokensOf = (query: ClaimsQuery): readonly Token[] =>
  Object.entries(query).map(([propertyKey, value]) => ({
    propertyKey,
    operator: propertyKey === 'email' ? '^' : propertyKey === 'endsBefore' ? '<' : '=',
    value: propertyKey === 'endsBefore' ? value.slice(0, 10) : value,
  }))

export function optionsOf(t: Texts): readonly PropertyFilterProps.FilteringOption[] {
  return Object.entries(valuesOf(t)).flatMap(([propertyKey, texts]) =>
    Object.entries(texts).map(([value, label]) => ({ propertyKey, value, label })),
  )
}
