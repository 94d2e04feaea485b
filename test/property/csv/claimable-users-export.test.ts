import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { mapClaimHeader, parseClaimRow } from '../../../shared/csv/claim-columns.ts'
import { EXPORT_HEADER, exportLines } from '../../../shared/csv/claimable-users-export.ts'
import { cellsOf, readFile } from '../../support/csv.ts'

/** Any text that the platform may have given an account or an org, and some that spreadsheets and CSVs are keen on. */
const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.string({ unit: fc.constantFrom(...'=+-@\'"|,;\t\r\n\0 a\ud83d'), maxLength: 6 }),
)

const user = fc.record({
  firstName: text,
  lastName: text,
  displayName: text,
  email: fc.stringMatching(/^[A-Za-z0-9+=_-]{1,20}$/).map((local) => `${local}@noordzee.example`),
  status: fc.constantFrom('active' as const, 'not_verified' as const, 'inactive' as const),
  sourceOrgName: text,
  type: fc.constantFrom('direct' as const, 'delayed' as const),
  contentLoss: fc.constantFrom(undefined, 'migration_off' as const, 'other_region' as const),
  licenses: fc.array(text, { maxLength: 3 }),
})

describe('the list of claimable users as a CSV', () => {
  it('I8: whatever accounts and orgs are called, each row is read back with its address and type, and none is refused', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(user, { minLength: 1, maxLength: 5 }), async (users) => {
        const file = Buffer.from(EXPORT_HEADER + exportLines(users))
        const [header = [], ...rows] = cellsOf(await readFile(file))
        const columns = mapClaimHeader(header)
        expect(rows.map((cells) => parseClaimRow(cells, columns))).toMatchObject(
          users.map(({ email, type }) => ({ outcome: 'parsed', row: { ref: { email }, type } })),
        )
      }),
    )
  })

  it('I8, C5: licences are read back as they are, or left to the template', async () => {
    await fc.assert(
      fc.asyncProperty(user, async (given) => {
        const [header = [], cells = []] = cellsOf(
          await readFile(Buffer.from(EXPORT_HEADER + exportLines([given]))),
        )
        const parsed = parseClaimRow(cells, mapClaimHeader(header))
        expect(parsed.outcome === 'parsed' && (parsed.row.licenses ?? given.licenses)).toEqual(given.licenses)
      }),
    )
  })
})
