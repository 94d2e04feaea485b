/** Why a file is refused as a whole (I2). Stable: they are shown by the API. */
export type CsvErrorCode =
  | 'binary_file'
  | 'invalid_encoding'
  | 'unknown_delimiter'
  | 'unclosed_quote'
  | 'invalid_quote'
  | 'row_too_long'
  | 'too_many_columns'
  | 'no_rows'
  | 'no_address_column'
  | 'missing_column'
  | 'duplicate_column'

export interface Position {
  /** Physical line of the file, from 1, as a text editor shows it. */
  readonly line: number
  /** Cell of the row, from 1. */
  readonly column: number
}

/** The file is none that could be read; nothing of it may be used. The message is for people and names the position. */
export class CsvError extends Error {
  override readonly name = 'CsvError'
  readonly code: CsvErrorCode
  readonly line: number
  readonly column: number

  constructor(code: CsvErrorCode, at: Position, problem: string) {
    super(`Line ${at.line}, column ${at.column}: ${problem}`)
    this.code = code
    this.line = at.line
    this.column = at.column
  }
}

/** @param line the line after which a first row was expected */
export const noRows = (line: number): CsvError =>
  new CsvError('no_rows', { line, column: 1 }, 'the file has no rows below its header.')

export const binaryFile = (at: Position, problem = 'the file is no text, so it is no CSV file.'): CsvError =>
  new CsvError('binary_file', at, problem)

export const invalidEncoding = (at: Position): CsvError =>
  new CsvError(
    'invalid_encoding',
    at,
    'the text is not UTF-8. Save the file as “CSV UTF-8” and upload it again.',
  )

/** Of a file that was taken for UTF-8 by its beginning: read as Windows-1252 it may well be sound (I1). */
export class NotUtf8 extends CsvError {
  constructor({ code, line, column, message }: CsvError) {
    super(code, { line, column }, message.slice(message.indexOf(': ') + 2))
  }
}
