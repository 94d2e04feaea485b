import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { attachment } from '../../../shared/aws/content-disposition.ts'
import { reportFileName } from '../../../shared/csv/report-name.ts'

const anyName = fc.string({ unit: 'binary', maxLength: 300 })
/** RFC 6266 and 8187: token chars, or percent-encoded. */
const HEADER =
  /^attachment; filename="[A-Za-z0-9._ -]*"(?:; filename\*=UTF-8''(?:[A-Za-z0-9!#$&+.^_`|~-]|%[0-9A-F]{2})*)?$/

describe('the name that a report is saved as', () => {
  it('I4: whatever the upload is called, it fits in a file system and ends in -report.csv', () => {
    fc.assert(
      fc.property(anyName, (name) => {
        const report = reportFileName(name)
        expect(report).toMatch(/(?:^|-)report\.csv$/)
        expect(Buffer.byteLength(report)).toBeLessThanOrEqual(255)
        expect(report).not.toMatch(/[\\/:*?"<>|\p{Cc}]/u)
        expect(report).not.toMatch(/^[.\s]/)
      }),
    )
  })

  it('RFC 6266: whatever the name, the header is one, and the extended name is read back as it was', () => {
    fc.assert(
      fc.property(anyName, (name) => {
        const header = attachment(name)
        expect(header).toMatch(HEADER)
        const [, plain = ''] = /filename="([^"]*)"/.exec(header) ?? []
        const [, extended] = /filename\*=UTF-8''(.*)$/.exec(header) ?? []
        expect(extended === undefined ? plain : decodeURIComponent(extended)).toBe(name.toWellFormed())
      }),
    )
  })
})
