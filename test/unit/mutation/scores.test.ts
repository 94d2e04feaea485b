import { expect, it } from 'vitest'
import { scoresOf } from '../../mutation/scores.ts'

it('tells by folder, and of all, how many mutants tests killed; what was not tried counts for nothing', () => {
  const mutants = (...statuses: string[]) => ({ mutants: statuses.map((status) => ({ status })) })
  const files = {
    'shared/rules/claims/revocation.ts': mutants('Killed', 'Timeout', 'Survived'),
    'shared/rules/claims/views.ts': mutants('Killed', 'NoCoverage', 'Ignored'),
    'shared/rules/text.ts': mutants('Killed', 'RuntimeError'),
  }
  expect(scoresOf(files)).toEqual([
    { folder: 'all', mutants: 6, killed: 4, survived: 2, percent: 66.6 },
    { folder: 'shared/rules', mutants: 1, killed: 1, survived: 0, percent: 100 },
    { folder: 'shared/rules/claims', mutants: 5, killed: 3, survived: 2, percent: 60 },
  ])
  expect(scoresOf({})).toEqual([])
})
