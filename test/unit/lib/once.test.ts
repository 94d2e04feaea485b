import { describe, expect, it } from 'vitest'
import { once } from '../../../shared/lib/once.ts'

describe('once', () => {
  it('makes nothing until it is asked, and then the same for all', () => {
    let made = 0
    const thing = once(() => ({ number: ++made }))
    expect(made).toBe(0)
    expect(thing()).toBe(thing())
    expect(made).toBe(1)
  })

  it('makes what is undefined once, too', () => {
    let made = 0
    const nothing = once((): undefined => {
      made++
      return undefined
    })
    nothing()
    nothing()
    expect(made).toBe(1)
  })

  it('tries again what could not be made', () => {
    let tries = 0
    const thing = once(() => {
      if (++tries === 1) throw new Error('not yet')
      return tries
    })
    expect(thing).toThrow('not yet')
    expect(thing()).toBe(2)
  })
})
