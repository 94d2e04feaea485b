import { messageFor, say } from '../../messages/messages.ts'
import { mapAccountHeader, parseAccountRow } from '../../csv/account-columns.ts'
import { mapClaimHeader, parseClaimRow } from '../../csv/claim-columns.ts'
import type { CsvRecord } from '../../csv/reader.ts'
import { strayQuote } from '../../csv/row.ts'
import type { Language } from '../../mail/language.ts'
import type { ImportRecord, RowOutcome } from '../../storage/items/import-item.ts'

export type ReadRow = Pick<CsvRecord, 'cells' | 'fault'>

/**
 * Why a row was refused, in words: faults of the row itself are derived from it again; what the service found is given
 * by its code.
 */
export function reasonsOf(record: Pick<ImportRecord, 'kind' | 'header'>, language: Language) {
  const { kind, header = [] } = record
  const parse = kind === 'claims' ? claimParser(header) : accountParser(header)
  return ({ cells, fault }: ReadRow, { result, codes }: RowOutcome): string => {
    if (result !== 'refused') return messageFor(codes, language)
    const parsed = fault === undefined ? parse(cells) : strayQuote
    // Reasons that don't concern the row come alone: the file is gone, or the import was cancelled.
    if (parsed.outcome === 'refused' && codes.includes(parsed.issues[0]?.code ?? ''))
      return parsed.issues.map((issue) => say(issue.say, language)).join(' ')
    // One text for every id, so that it doesn't show which ids exist (E).
    return parsed.outcome === 'parsed' &&
      'ref' in parsed.row &&
      'userId' in parsed.row.ref &&
      codes.includes('domain_not_verified')
      ? messageFor(['unknown_id'], language)
      : messageFor(codes, language)
  }
}

export function claimParser(header: readonly string[]) {
  const columns = mapClaimHeader(header)
  return (cells: readonly string[]) => parseClaimRow(cells, columns)
}

function accountParser(header: readonly string[]) {
  const columns = mapAccountHeader(header)
  return (cells: readonly string[]) => parseAccountRow(cells, columns)
}
