import { describe, expect, it } from 'vitest'
import { isVersionAllowed } from '../../../shared/rules/versions.ts'

describe('the versions of which one must be the current one', () => {
  it('take whichever it is where none are named, one of those that are, and nothing where the list is empty', () => {
    expect(isVersionAllowed(undefined, 3)).toBe(true)
    expect(isVersionAllowed([2, 3], 3)).toBe(true)
    expect(isVersionAllowed([2, 4], 3)).toBe(false)
    expect(isVersionAllowed([], 3)).toBe(false)
  })

  it('take any of a record that is there, and none where there is no record, if it only has to exist', () => {
    expect(isVersionAllowed('existing', 3)).toBe(true)
    expect(isVersionAllowed('existing', 0)).toBe(false)
    expect(isVersionAllowed(undefined, 0)).toBe(true)
  })
})
