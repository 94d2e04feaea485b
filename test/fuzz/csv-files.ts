import fc from 'fast-check'
import { MAX_COLUMNS, MAX_RECORD_BYTES } from '../../shared/csv/limits.ts'
import { type Row, writtenTables } from '../support/csv-tables.ts'

/** Texts that are likely to break a parser. */
const cell = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom('ada@acme.example', 'Zoë', "O'Neil", 'direct', '', '0', '=1+1') },
  {
    weight: 3,
    arbitrary: fc.string({
      unit: fc.constantFrom(
        'a',
        '"',
        ',',
        ';',
        '\t',
        '\n',
        '\r',
        '\r\n',
        ' ',
        '\u00a0',
        '\u200b',
        '\ufeff',
        'é',
        '∢',
        '😀',
        '|',
      ),
      maxLength: 6,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.string({ unit: 'binary', maxLength: 6 }).map((text) => text.replaceAll('\0', '')),
  },
)

/** A row with a length just below the limit, at it, or just above, delimiters and line break included. */
const longRow = fc
  .record({ beside: fc.integer({ min: -8, max: 8 }), cells: fc.integer({ min: 1, max: 3 }), first: cell })
  .map(({ beside, cells }): Row => {
    const each = Math.floor(MAX_RECORD_BYTES / cells)
    return Array.from({ length: cells }, (_, index) =>
      'x'.repeat(index === 0 ? MAX_RECORD_BYTES - each * (cells - 1) + beside - cells - 1 : each),
    )
  })

/** The maximum number of columns, one fewer, one more. */
const wideRow = fc
  .integer({ min: -1, max: 1 })
  .map((beside): Row => Array.from({ length: MAX_COLUMNS + beside }, (_, index) => `c${index}`))

const rows = fc
  .integer({ min: 1, max: 5 })
  .chain((width) =>
    fc.array(
      fc.oneof(
        { weight: 60, arbitrary: fc.array(cell, { minLength: width, maxLength: width + 1 }) },
        { weight: 1, arbitrary: longRow },
        { weight: 1, arbitrary: wideRow },
      ),
      { maxLength: 10 },
    ),
  )

/** Whole files of such rows, read in pieces of one byte or many. */
export const written = writtenTables(
  rows,
  fc.array(fc.oneof(fc.integer({ min: 1, max: 40 }), fc.constant(65_536)), { minLength: 1, maxLength: 4 }),
)

/** Damage that files suffer: cut off, text inserted, a piece doubled, a byte changed. */
type Damage =
  | { readonly kind: 'cut'; readonly at: number }
  | { readonly kind: 'insert'; readonly at: number; readonly text: string }
  | { readonly kind: 'double'; readonly at: number; readonly length: number }
  | { readonly kind: 'turn'; readonly at: number; readonly byte: number }

/** Positions as a share of the file’s length, so that a smaller file that still fails can be found. */
const share = fc.double({ min: 0, max: 1, noNaN: true })

export const damage: fc.Arbitrary<Damage> = fc.oneof(
  fc.record({ kind: fc.constant('cut' as const), at: share }),
  fc.record({
    kind: fc.constant('insert' as const),
    at: share,
    text: fc.constantFrom(
      '"',
      '""',
      '"\n',
      ',"',
      '" ',
      '\0',
      '\ufeff',
      '\u001a',
      '\n\n',
      ';;;',
      'é',
      '\ud800',
    ),
  }),
  fc.record({ kind: fc.constant('double' as const), at: share, length: fc.integer({ min: 1, max: 30 }) }),
  fc.record({ kind: fc.constant('turn' as const), at: share, byte: fc.nat({ max: 255 }) }),
)

export function damaged(file: Buffer, damages: readonly Damage[]): Buffer {
  let bytes = file
  for (const each of damages) {
    const at = Math.floor(each.at * bytes.length)
    const [before, after] = [bytes.subarray(0, at), bytes.subarray(at)]
    switch (each.kind) {
      case 'cut':
        bytes = before
        break
      case 'insert':
        bytes = Buffer.concat([before, Buffer.from(each.text), after])
        break
      case 'double':
        bytes = Buffer.concat([before, after.subarray(0, each.length), after])
        break
      case 'turn':
        bytes = Buffer.concat([before, Buffer.from([each.byte]), after.subarray(1)])
        break
    }
  }
  return bytes
}
