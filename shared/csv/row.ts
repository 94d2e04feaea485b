import { MAX_NAME_LENGTH } from '../rules/limits.ts'
import type { MessageTexts, Say } from '../messages/types.ts'
import { bareText, holdsControl, isBlank, isStorable } from '../rules/text.ts'
import { deneutralise } from './formula.ts'
import type { Columns } from './header.ts'

/** A problem of one cell. */
export interface CellIssue<Code extends string> {
  readonly code: Code
  readonly say: Say
  /** The file's column, from 1. */
  readonly column: number
}

export type ParsedRow<Row, Code extends string> =
  | { readonly outcome: 'parsed'; readonly row: Row }
  | { readonly outcome: 'refused'; readonly issues: readonly CellIssue<Code>[] }

/** I3: the issue of a row with a stray quotation mark: what its cells are is ambiguous. */
export const strayQuote: {
  readonly outcome: 'refused'
  readonly issues: readonly CellIssue<'invalid_quote'>[]
} = {
  outcome: 'refused',
  issues: [{ code: 'invalid_quote', say: ({ row }) => row.strayQuote, column: 1 }],
}

/** Ctrl-Z, which old tools write at the end of a file, and so of its last cell (I1). */
const END_OF_FILE = '\u001a'
const LINE_BREAKS = /\r\n?/g

/** Whether a name in a cell is accepted when it is read back. */
export const isReadableName = (text: string): boolean => text.length <= MAX_NAME_LENGTH && isStorable(text)

/** Reads one row's cells by column and collects their issues. */
export class RowReader<Field extends string, Code extends string> {
  readonly #cells: readonly string[]
  readonly #columns: Columns<Field>
  readonly #issues: CellIssue<Code | 'too_many_cells'>[] = []

  constructor(cells: readonly string[], columns: Columns<Field>) {
    this.#cells = cells
    this.#columns = columns
    const extra = cells.findIndex((cell, index) => index >= columns.width && !isBlank(cell))
    // Most likely an unquoted delimiter in a cell, which shifts every column after it.
    if (extra >= 0) {
      this.#issues.push({ code: 'too_many_cells', say: ({ row }) => row.tooManyCells, column: extra + 1 })
    }
  }

  /** The cell deneutralised (I7) and trimmed; `''` where the row or file has none. */
  text(field: Field): string {
    const index = this.#columns.at[field]
    return index === undefined
      ? ''
      : deneutralise(this.#cells[index] ?? '')
          .replace(END_OF_FILE, '')
          .trim()
  }

  /** As `text`, for an address, id or keyword: without the invisible characters that copying leaves (I1). */
  bare(field: Field): string {
    return bareText(this.text(field))
  }

  /**
   * As `text`, checked to be a valid name. Line breaks become LF: their kind is an accident of the tool that wrote the
   * file.
   */
  name(field: Field, label: (texts: MessageTexts) => string, code: Code): string {
    const text = this.text(field).replace(LINE_BREAKS, '\n')
    if (text.length > MAX_NAME_LENGTH) {
      this.refuse(field, code, (texts) => texts.row.nameTooLong(label(texts), MAX_NAME_LENGTH))
    } else if (holdsControl(text)) this.refuse(field, code, (texts) => texts.row.nameControl(label(texts)))
    return text
  }

  refuse(field: Field, code: Code, say: Say): void {
    this.#issues.push({ code, say, column: (this.#columns.at[field] ?? 0) + 1 })
  }

  /** @param row the parsed row; `undefined` if a cell was refused */
  result<Row>(row: Row | undefined): ParsedRow<Row, Code | 'too_many_cells'> {
    return this.#issues.length === 0 && row !== undefined
      ? { outcome: 'parsed', row }
      : { outcome: 'refused', issues: this.#issues }
  }
}
