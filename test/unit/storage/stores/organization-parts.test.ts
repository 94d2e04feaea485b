import { describe, expect, it } from 'vitest'
import { Busy } from '../../../../shared/lib/unavailable.ts'
import { revokeClaim } from '../../../../shared/rules/claims/revocation.ts'
import { accountToItem } from '../../../../shared/storage/items/account-item.ts'
import { closedClaimToItem } from '../../../../shared/storage/items/closed-claim-item.ts'
import { keys } from '../../../../shared/storage/keys.ts'
import { organizationPartStore } from '../../../../shared/storage/stores/organization-parts.ts'
import { ADMIN, claimed, org, T0 } from '../../../support/builders.ts'
import { memoryStores } from '../../../support/memory-stores.ts'

const by = { now: T0, by: ADMIN }
const endOf = (userId: string, claimingOrgId = 'noordzee') => {
  const given = claimed({ claimingOrgId }, { userId, email: `${userId}@noordzee.example` })
  return revokeClaim(given, given.claim, by)
}
const inRecord = (ended: ReturnType<typeof endOf>) =>
  accountToItem({ ...ended.record, ended: { claim: ended.closed, change: ended.change } })
const alone = ({ closed, change }: ReturnType<typeof endOf>) => closedClaimToItem(closed, change)

function world(...items: readonly object[]) {
  const stores = memoryStores()
  stores.put(...items)
  return stores
}

describe('O1: the parts of an organization', () => {
  const asked = { orgId: 'noordzee', createdBy: ADMIN } as const

  it('O1: are found until none is left but the organization itself', async () => {
    const { organizations, exports, parts } = world()
    const created = { what: 'organization.created', at: T0.toISOString(), by: ADMIN } as const
    await organizations.write(org(), 0, created)
    for (const n of [1, 2, 3]) await exports.create({ ...asked, exportId: `e${n}` }, T0)
    expect(await parts.first('noordzee', 9)).toHaveLength(3)
    for (const left of [2, 1, 0]) {
      const [part] = await parts.first('noordzee', 1)
      if (part?.kind !== 'item') throw new Error('no part')
      await parts.delete(part.key)
      expect(await parts.first('noordzee', 9)).toHaveLength(left)
    }
    expect(await parts.first('noordzee', 1)).toEqual([])
    expect(await organizations.getAny('noordzee')).toBeDefined()
  })

  it('O1: what is within a part goes page by page', async () => {
    const { parts, memory } = world(...['1', '2', '3'].map((sk) => ({ pk: 'P', sk })))
    expect(await parts.deleteInner('P', 2)).toBe(true)
    expect(await parts.deleteInner('P', 2)).toBe(false)
    expect([...memory.all()]).toEqual([])
  })

  it('O1: the claims that it made and that ended go, from records too, and no other claim does', async () => {
    const [here, there, foreign] = [endOf('acc1'), endOf('acc2'), endOf('acc3', 'other')]
    const open = claimed({}, { userId: 'acc4', email: 'acc4@noordzee.example' })
    const { parts, item, accounts } = world(
      inRecord(here),
      alone(there),
      inRecord(foreign),
      accountToItem(open),
    )
    expect(await parts.deleteClosedClaims('noordzee', 100)).toBeUndefined()
    expect(item(keys.closedClaim(there.closed.claimId))).toBeUndefined()
    const records = await accounts.byRecordIds(['acc1', 'acc3', 'acc4'])
    expect(records.get('acc1')).toMatchObject({ revision: here.record.revision + 1 })
    expect(records.get('acc1')).not.toHaveProperty('ended')
    expect(item(keys.account('acc1'))).toMatchObject({ quiet: 'y' })
    expect(item(keys.account('acc1'))).not.toHaveProperty('claimShard')
    expect(records.get('acc3')).toMatchObject({ ended: { claim: { claimingOrgId: 'other' } } })
    expect(records.get('acc4')?.claim?.claimId).toBe(open.claim.claimId)
  })

  it('O1: the claims go page by page, from where the last one ended', async () => {
    const ends = Array.from({ length: 5 }, (_, n) => endOf(`acc${n}`))
    const { parts, memory } = world(...ends.map(alone))
    let from = await parts.deleteClosedClaims('noordzee', 2)
    expect([...memory.all()]).toHaveLength(3)
    while (from !== undefined) from = await parts.deleteClosedClaims('noordzee', 2, from)
    expect([...memory.all()]).toEqual([])
  })

  it('O1: a record that is gone is passed over, and one that others keep changing comes again', async () => {
    const here = endOf('acc1')
    const { tableAnswering, item, put } = world(inRecord(here))
    const key = keys.account('acc1')
    const meanwhile = (then: () => void) =>
      organizationPartStore(
        tableAnswering(async (command, carryOut) => {
          const answer = await carryOut()
          if (command.constructor.name === 'BatchGetCommand') then()
          return answer
        }),
      )
    const changed = meanwhile(() => put({ ...item(key), rev: 99 }))
    const deleted = changed.deleteClosedClaims('noordzee', 10)
    await expect(deleted).rejects.toBeInstanceOf(Busy)
    await expect(deleted).rejects.toThrow('a claim of the organization ended was changed by others')
    const gone = organizationPartStore(
      tableAnswering(async (command, carryOut) =>
        command.constructor.name === 'BatchGetCommand' ? {} : carryOut(),
      ),
    )
    expect(await gone.deleteClosedClaims('noordzee', 10)).toBeUndefined()
  })
})
