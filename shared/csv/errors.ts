import type { FileFormat, FilePosition, Say } from '../messages/types.ts'
import { messageTexts } from '../messages/messages.ts'
import type { Language } from '../mail/language.ts'

/** Why a file is refused as a whole (I2). Part of the contract: the API shows these codes. */
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

export type Position = FilePosition

/**
 * The file can't be read, and nothing of it may be used. The message names the position; it is in English, and `in`
 * gives it in another language.
 */
export class CsvError extends Error {
  override readonly name = 'CsvError'
  readonly code: CsvErrorCode
  readonly line: number
  readonly column: number
  readonly problem: Say

  constructor(code: CsvErrorCode, { line, column }: Position, problem: Say) {
    super(messageOf({ line, column }, problem, 'en'))
    this.code = code
    this.line = line
    this.column = column
    this.problem = problem
  }

  in(language: Language): string {
    return messageOf(this, this.problem, language)
  }
}

function messageOf(at: Position, problem: Say, language: Language): string {
  const texts = messageTexts[language]
  return texts.file.at(at, problem(texts))
}

/** @param line the line after which a first row was expected */
export const noRows = (line: number): CsvError =>
  new CsvError('no_rows', { line, column: 1 }, ({ file }) => file.noRows)

export const binaryFile = (at: Position, format?: FileFormat): CsvError =>
  new CsvError('binary_file', at, ({ file }) => (format === undefined ? file.notText : file.formats[format]))

export const invalidEncoding = (at: Position): CsvError =>
  new CsvError('invalid_encoding', at, ({ file }) => file.encoding)

/** A file that began as UTF-8 isn't; it may be valid Windows-1252 (I1). */
export class NotUtf8 extends CsvError {
  constructor(error: CsvError) {
    super(error.code, error, error.problem)
  }
}
