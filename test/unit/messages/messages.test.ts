import { describe, expect, it } from 'vitest'
import type { AccountRefusal } from '../../../shared/rules/accounts/account-changes.ts'
import type { TypeRefusal } from '../../../shared/rules/claims/claim-type.ts'
import type { UnclaimableCode } from '../../../shared/rules/claims/claimability.ts'
import { messageFor, messageTexts } from '../../../shared/messages/messages.ts'
import { mapClaimHeader } from '../../../shared/csv/claim-columns.ts'
import { languages } from '../../../shared/mail/language.ts'
import type { RefusalCode } from '../../../shared/usecases/claims/claim-users.ts'
import type { LoadRefusal } from '../../../shared/usecases/imports/load-accounts.ts'

/** All that a claim or a load can be refused with, and what a row can be refused with before either. */
type Code =
  | UnclaimableCode
  | TypeRefusal
  | AccountRefusal
  | RefusalCode
  | LoadRefusal
  | 'unknown_organization'
  | 'file_replaced'
  | 'cancelled'

/** A code that is missing here, or is none any more, is a compile error. */
const codes = Object.keys({
  unknown_user: true,
  own_user: true,
  domain_not_verified: true,
  domain_claimed_by_other: true,
  source_uses_sso: true,
  source_uses_directory_sync: true,
  claim_open: true,
  directory_sync_enabled: true,
  delayed_not_available: true,
  stale_export: true,
  invalid_address: true,
  unmailable_address: true,
  unknown_organization: true,
  file_replaced: true,
  cancelled: true,
  user_id_taken: true,
  email_taken: true,
  account_claimed: true,
  delayed_claim: true,
  not_found: true,
  busy: true,
  invalid_text: true,
} satisfies Record<Code, true>)

describe.each(languages)('messageFor in %s', (language) => {
  it.each(codes)('I3, C8: %s is told in a sentence for people', (code) => {
    const message = messageFor([code], language)
    expect(message).toMatch(/^\p{Lu}.*\.$/u)
    expect(message).not.toContain(code)
    expect(message.isWellFormed()).toBe(true)
  })

  it('I3: every code has a sentence of its own', () => {
    expect(new Set(codes.map((code) => messageFor([code], language))).size).toBe(codes.length)
  })

  it('E: several codes are told one after the other, in their order', () => {
    expect(messageFor(['claim_open', 'source_uses_sso'], language)).toBe(
      `${messageFor(['claim_open'], language)} ${messageFor(['source_uses_sso'], language)}`,
    )
    expect(messageFor([], language)).toBe('')
  })

  it('I3: a code that is not known is shown as it is', () => {
    expect(messageFor(['no_such_code'], language)).toBe('no_such_code')
  })
})

it('T5: a stale export says to export again', () => {
  expect(messageFor(['stale_export'], 'en')).toMatch(/export the list again/i)
})

/** Every text that the messages of a language have, with something in each place that is filled in. */
function textsOf(texts: object, path = ''): [string, string][] {
  return Object.entries(texts).flatMap(([name, value]): [string, string][] => {
    const at = `${path}/${name}`
    if (typeof value === 'string') return [[at, value]]
    if (typeof value !== 'function') return textsOf(value, at)
    return [[at, String(value(...(filled[at] ?? [at])))]]
  })
}

const filled: Readonly<Record<string, readonly unknown[]>> = {
  '/row/tooManyLicenses': [50],
  '/row/license': [100],
  '/row/nameTooLong': ['Ada', 100],
  '/row/nameControl': ['Ada'],
  '/row/nothingAsAddress': ['NULL'],
  '/file/at': [{ line: 3, column: 2 }, 'Ada.'],
  '/file/rowTooLong': [64],
  '/file/tooManyColumns': [64],
  '/file/twice': [2, 'Email'],
  '/file/noAddressColumn': [['Upn', 'Mail'], 3],
  '/file/nameIt': ['Email', ['User ID']],
  '/import/unknownOrganization': ['acme'],
  '/sync/unreadableRows': [5, [2, 3], 3],
}

/** What is the same in several languages, and rightly so. */
const alike = new Set(['/row/columns/firstName', '/row/columns/lastName', '/row/columns/displayName'])

it('N2: no language says anything in the words of another, and all fill in the same', () => {
  const told = Object.fromEntries(
    languages.map((language) => [language, new Map(textsOf(messageTexts[language]))]),
  )
  const numbersIn = (text: string | undefined): string[] =>
    text?.match(/\d+|Ada|NULL|Upn|acme/g)?.toSorted() ?? []
  for (const [at, english] of told.en ?? []) {
    const others = languages.map((language) => told[language]?.get(at))
    if (!alike.has(at)) expect(new Set(others).size, at).toBe(languages.length)
    for (const other of others) expect(numbersIn(other), at).toEqual(numbersIn(english))
  }
})

it('I9: the columns that messages name are understood in a header of their language', () => {
  for (const language of languages)
    for (const [field, name] of Object.entries(messageTexts[language].row.columns))
      expect(mapClaimHeader(['Email', name]).at, `${language} ${name}`).toHaveProperty(field, 1)
  for (const language of languages) {
    const { addressColumn } = messageTexts[language].file
    expect(mapClaimHeader([addressColumn]).at, `${language} ${addressColumn}`).toHaveProperty('address', 0)
  }
})
