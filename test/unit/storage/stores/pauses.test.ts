import { describe, expect, it } from 'vitest'
import { keys } from '../../../../shared/storage/keys.ts'
import { plus, T0 } from '../../../support/builders.ts'
import { memoryStores } from '../../../support/memory-stores.ts'

describe('the pauses', () => {
  it('are told by kind of work, each since when it was paused first', async () => {
    const { pauses, item } = memoryStores()
    expect(await pauses.read()).toEqual({})
    await pauses.pause('mail', T0)
    await pauses.pause('mail', plus(1))
    await pauses.pause('deletions', plus(2))
    await pauses.pause('migrations', plus(3))
    expect(await pauses.read()).toEqual({
      mail: T0.toISOString(),
      deletions: plus(2).toISOString(),
      migrations: plus(3).toISOString(),
    })
    expect(item(keys.pauses())).toMatchObject({ type: 'pauses', v: 1 })
  })

  it('end by kind of work, and a pause after that is a new one', async () => {
    const { pauses } = memoryStores()
    for (const work of ['mail', 'deletions'] as const) await pauses.pause(work, T0)
    await pauses.resume('deletions')
    expect(await pauses.read()).toEqual({ mail: T0.toISOString() })
    await pauses.resume('migrations')
    await pauses.pause('deletions', plus(5))
    expect(await pauses.read()).toEqual({ mail: T0.toISOString(), deletions: plus(5).toISOString() })
  })
})
