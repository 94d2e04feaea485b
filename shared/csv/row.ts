import { MAX_NAME_LENGTH } from '../rules/limits.ts'
import type { MessageTexts, Say } from '../messages/types.ts'
import { bareText, holdsControl, isBlank, isStorable } from '../rules/text.ts'
import { deneutralise } from './formula.ts'
import type { Columns } from './header.ts'

/** What is wrong with one cell of a row. */
export interface CellIssue<Code extends string> {
  readonly code: Code
  readonly say: Say
  /** The file's column, from 1. */
  readonly column: number
}

export type ParsedRow<Row, Code extends string> =
  | { readonly ok: true; readonly row: Row }
  | { readonly ok: false; readonly issues: readonly CellIssue<Code>[] }

/** I3: a row that a stray quotation mark has spoiled, and no other: what its cells are, nobody can tell. */
export const strayQuote: { readonly ok: false; readonly issues: readonly CellIssue<'invalid_quote'>[] } = {
  ok: false,
  issues: [{ code: 'invalid_quote', say: ({ row }) => row.strayQuote, column: 1 }],
}

/** Ctrl-Z, with which old tools end a file, and so its last cell (I1). */
const END_OF_FILE = '\u001a'
const LINE_BREAKS = /\r\n?/g

/** Whether a name can stand in a cell, and is taken when it is read back. */
export const isReadableName = (text: string): boolean => text.length <= MAX_NAME_LENGTH && isStorable(text)

/** One row's cells by their columns, and what is found wrong with them. */
export class RowReader<Field extends string, Code extends string> {
  readonly #cells: readonly string[]
  readonly #columns: Columns<Field>
  readonly #issues: CellIssue<Code | 'too_many_cells'>[] = []

  constructor(cells: readonly string[], columns: Columns<Field>) {
    this.#cells = cells
    this.#columns = columns
    const extra = cells.findIndex((cell, index) => index >= columns.width && !isBlank(cell))
    // More likely than a forgotten header: a delimiter in an unquoted cell, and every column after it is another's.
    if (extra >= 0) {
      this.#issues.push({ code: 'too_many_cells', say: ({ row }) => row.tooManyCells, column: extra + 1 })
    }
  }

  /** The cell as it was meant (I7), without blanks around it; `''` where the row or the file has none. */
  text(field: Field): string {
    const index = this.#columns.at[field]
    return index === undefined
      ? ''
      : deneutralise(this.#cells[index] ?? '')
          .replace(END_OF_FILE, '')
          .trim()
  }

  /** As `text`, of an address, an id or a keyword: without the invisible characters that copying brings along (I1). */
  bare(field: Field): string {
    return bareText(this.text(field))
  }

  /** As `text`, checked to be a name. Its line breaks become LF: which kind they were says only what wrote the file. */
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

  /** @param row what was made of the cells, or `undefined` where something was refused */
  result<Row>(row: Row | undefined): ParsedRow<Row, Code | 'too_many_cells'> {
    return this.#issues.length === 0 && row !== undefined
      ? { ok: true, row }
      : { ok: false, issues: this.#issues }
  }
}
