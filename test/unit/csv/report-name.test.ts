import { describe, expect, it } from 'vitest'
import { reportFileName } from '../../../shared/csv/report-name.ts'

describe('reportFileName', () => {
  it.each([
    ['people.csv', 'people-report.csv'],
    ['People.CSV', 'People-report.csv'],
    ['2026/november/people.csv', 'people-report.csv'],
    ['C:\\Users\\ada\\people.csv', 'people-report.csv'],
    ['people', 'people-report.csv'],
    ['a.b.csv.csv', 'a.b.csv-report.csv'],
    ['mensen (1) ćß😀.csv', 'mensen (1) ćß😀-report.csv'],
    ['.csv', 'report.csv'],
    ['..csv', 'report.csv'],
    ['a"b\r\nSet-Cookie: x.csv', 'a_b__Set-Cookie_ x-report.csv'],
    ['vsc\u202egpj.csv', 'vsc_gpj-report.csv'],
    ['half \ud83d.csv', 'half \ufffd-report.csv'],
    [`${'😀'.repeat(300)}.csv`, `${'😀'.repeat(50)}-report.csv`],
  ])('I4: the report of %j is saved as %j', (upload, report) => {
    expect(reportFileName(upload)).toBe(report)
  })
})
