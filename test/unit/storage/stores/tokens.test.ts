import { describe, expect, it } from 'vitest'
import { LINK_RETENTION_MS } from '../../../../shared/contracts/retention.ts'
import { epochSeconds } from '../../../../shared/lib/time.ts'
import { keys } from '../../../../shared/storage/keys.ts'
import { plus, T0 } from '../../../support/builders.ts'
import { memoryStores } from '../../../support/memory-stores.ts'

describe('U6: a link with an item of its own', () => {
  it('U6: leads to its claim until it expires, to the second, and no other does', async () => {
    const { tokens } = memoryStores()
    await tokens.put('token', 'claim', T0)
    expect(await tokens.claimIdOf('other', T0)).toBeUndefined()
    expect(await tokens.claimIdOf('token', T0)).toBe('claim')
    expect(await tokens.claimIdOf('token', plus(LINK_RETENTION_MS - 1000))).toBe('claim')
    expect(await tokens.claimIdOf('token', plus(LINK_RETENTION_MS))).toBeUndefined()
  })

  it('U6: is stored with its claim and expiry, and read as it is now', async () => {
    const { tokens, item, sent } = memoryStores()
    await tokens.put('token', 'claim', T0)
    expect(item(keys.token('token'))).toEqual({
      ...keys.token('token'),
      type: 'token',
      v: 1,
      claimId: 'claim',
      expiresAtEpochSeconds: epochSeconds(plus(LINK_RETENTION_MS)),
    })
    await tokens.claimIdOf('token', T0)
    expect(sent.at(-1)).toMatchObject({ input: { ConsistentRead: true } })
  })
})
