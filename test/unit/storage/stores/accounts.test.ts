import { describe, expect, it } from 'vitest'
import { allShards } from '../../../../shared/lib/shard.ts'
import { normalizedAddress } from '../../../../shared/rules/accounts/address.ts'
import { NOBODY } from '../../../../shared/rules/claims/claim-ids.ts'
import { revokeClaim } from '../../../../shared/rules/claims/revocation.ts'
import { startAccountDeletion } from '../../../../shared/rules/deletion/account-deletion.ts'
import type { AccountRecord } from '../../../../shared/rules/types.ts'
import { keys } from '../../../../shared/storage/keys.ts'
import type { DomainPosition } from '../../../../shared/storage/stores/account-lists.ts'
import { accountStore } from '../../../../shared/storage/stores/accounts.ts'
import { tableAnsweredBy } from '../../../simulation/dynamo/client.ts'
import {
  ADMIN,
  claimed,
  claimedDirectly,
  patchClaim,
  record,
  T0,
  withClaim,
} from '../../../support/builders.ts'
import { memoryStores } from '../../../support/memory-stores.ts'

const WRITTEN = { outcome: 'written' }
const LOST = { outcome: 'lost' }
const by = { now: T0, by: ADMIN }
const of = (userId: string, domain = 'noordzee.example', orgId = 'personal'): AccountRecord => ({
  ...record({ userId, email: `${userId}@${domain}`, orgId }),
  revision: 1,
})

async function world(...given: readonly AccountRecord[]) {
  const stores = memoryStores()
  for (const each of given) expect(await stores.accounts.create([each])).toEqual([{ outcome: 'created' }])
  const read = async (recordId: string) => {
    const found = (await stores.accounts.byRecordIds([recordId])).get(recordId)
    if (found === undefined) throw new Error(`no record ${recordId}`)
    return found
  }
  return { ...stores, read }
}
const next = (given: AccountRecord, patch: Partial<AccountRecord> = {}): AccountRecord => ({
  ...given,
  revision: given.revision + 1,
  ...patch,
})

describe('records by address', () => {
  it('E: are found by the addresses that they have, and not by one that they had a moment ago', async () => {
    const { accounts, put } = await world(of('acc1'), of('acc2'))
    const lock = (address: string, recordId: string) =>
      put({ ...keys.address(address), type: 'address', v: 1, recordId })
    lock('old@noordzee.example', 'acc1')
    lock('lost@noordzee.example', 'acc9')
    const asked = ['acc1', 'acc2', 'old', 'lost', 'none'].map((name) => `${name}@noordzee.example`)
    expect([...(await accounts.byAddresses(asked)).keys()]).toEqual(asked.slice(0, 2))
  })

  it('E: are looked for as long where nobody has an address, and not at all where none is asked for', async () => {
    const { accounts, sent } = await world(of('acc1'))
    sent.length = 0
    expect(await accounts.byAddresses(['none@noordzee.example'])).toEqual(new Map())
    expect(sent).toHaveLength(2)
    expect(sent.at(-1)).toMatchObject({
      input: { RequestItems: { table: { Keys: [keys.account(NOBODY)] } } },
    })
    sent.length = 0
    await accounts.byAddresses(['acc1@noordzee.example'])
    expect(sent).toHaveLength(2)
    sent.length = 0
    expect(await accounts.byAddresses([])).toEqual(new Map())
    expect(sent).toEqual([])
  })

  it('Y7: of an account that is being deleted are those of nobody, and still locked', async () => {
    const { accounts, read } = await world(of('acc1'))
    await accounts.write(startAccountDeletion(await read('acc1'), 'acc1', by))
    expect(await accounts.byAddresses(['acc1@noordzee.example'])).toEqual(new Map())
    expect(await accounts.create([of('acc2'), { ...of('acc3'), account: of('acc1').account }])).toMatchObject(
      [{ outcome: 'created' }, { outcome: 'address_taken' }],
    )
  })
})

describe('writes of many records', () => {
  it('C8: are each written or lost by themselves, in their order, and each chain goes on from its own', async () => {
    const { accounts, read, sent } = await world(of('acc1'), of('acc2'), of('acc3'))
    const [one, two, three] = [await read('acc1'), await read('acc2'), await read('acc3')]
    await accounts.write(next(two))
    const renamed = (given: AccountRecord) => next(given, { account: { ...given.account, firstName: 'Eva' } })
    expect(await accounts.writeMany([renamed(one), renamed(two), renamed(three)])).toEqual([
      WRITTEN,
      LOST,
      WRITTEN,
    ])
    expect((await read('acc1')).account.firstName).toBe('Eva')
    expect((await read('acc2')).account.firstName).toBe('Ada')
    const again = next(renamed(one), { account: { ...one.account, firstName: 'Bo' } })
    sent.length = 0
    expect(await accounts.writeMany([again])).toEqual([WRITTEN])
    // Only what differs from what the write before has left.
    expect(JSON.stringify(sent)).toContain('SET \\"firstName\\" = ?')
    expect(JSON.stringify(sent)).not.toContain('lastName')
    expect(await read('acc1')).toMatchObject({ revision: 3, account: { firstName: 'Bo' } })
    expect(await accounts.writeMany([])).toEqual([])
  })

  it('an ended claim leaves the record in which another is made, in the same write', async () => {
    const { accounts, read, item } = await world(of('acc1'), of('acc2'))
    const open = claimed({}, { ...of('acc1').account })
    await accounts.write(next(await read('acc1'), { claim: open.claim }))
    const claimedNow = withClaim(await read('acc1'))
    const [ended] = [revokeClaim(claimedNow, claimedNow.claim, by)]
    expect(await accounts.endMany([ended])).toEqual([WRITTEN])
    const closed = keys.closedClaim(open.claim.claimId)
    expect(item(closed)).toBeUndefined()
    const later = claimed({ ulid: '01KAPEG9Q0Z7Z7Z7Z7Z7Z7Z7Z8' }, { ...of('acc1').account })
    const [first, other] = [await read('acc1'), await read('acc2')]
    expect(first.ended?.claim.status).toBe('revoked')
    expect(await accounts.writeMany([next(other), next(first, { claim: later.claim })])).toEqual([
      WRITTEN,
      WRITTEN,
    ])
    expect(item(closed)).toMatchObject({ quiet: 'y', claim: { status: 'revoked' } })
    expect((await read('acc1')).claim?.claimId).toBe(later.claim.claimId)
    expect((await read('acc1')).ended).toBeUndefined()
    expect(await accounts.writeMany([next(first, { claim: later.claim })])).toEqual([LOST])
  })

  it('C8: one that fails is told with its error, and the others are not kept back', async () => {
    const { tableAnswering, read } = await world(of('acc1'))
    const given = await read('acc1')
    const failure = new Error('broken')
    const failing = accountStore(
      tableAnswering(async (command, carryOut) => {
        if (
          command.constructor.name.startsWith('BatchExecute') ||
          command.constructor.name.startsWith('Transact')
        )
          throw failure
        return carryOut()
      }),
    )
    expect(await failing.writeMany([next(given)])).toEqual([{ outcome: 'failed', error: failure }])
    const open = claimed({}, { ...of('acc1').account })
    const { closed, change } = revokeClaim(open, open.claim, by)
    const both = next(given, { claim: open.claim, ended: { claim: closed, change } })
    const leaving = accountStore(
      tableAnsweredBy('table', async () => {
        throw failure
      }),
    )
    expect(await leaving.writeMany([{ ...of('acc1'), ...both }])).toEqual([
      { outcome: 'failed', error: failure },
    ])
  })
})

describe('the end of a claim', () => {
  it('C9: frees in the same write the address that nobody has any more, and no other', async () => {
    const direct = claimedDirectly()
    const moved = patchClaim(direct, {
      newAccount: { ...direct.claim.newAccount, email: 'other@noordzee.example' },
    })
    const { accounts, read, item } = await world({ ...moved, revision: 1 })
    await accounts.writeWithAddresses(next(await read('acc00042')), {
      taken: ['other@noordzee.example'],
      freed: [],
    })
    const other = keys.address('other@noordzee.example')
    const own = keys.address(normalizedAddress(moved.account.email))
    expect(item(other)).toMatchObject({ type: 'address', v: 1, recordId: 'acc00042' })
    const open = withClaim(await read('acc00042'))
    const ending = revokeClaim(open, open.claim, by)
    expect(await accounts.end(ending)).toEqual(WRITTEN)
    expect([item(other), item(own)]).toEqual([undefined, expect.objectContaining({ recordId: 'acc00042' })])
    expect(await accounts.end(ending)).toEqual(LOST)
  })
})

describe('the accounts on some domains', () => {
  const given = [
    ...Array.from({ length: 12 }, (_, n) => of(`a${n}`, 'a.example')),
    ...Array.from({ length: 9 }, (_, n) => of(`b${n}`, 'b.example')),
    of('c0', 'c.example'),
  ]

  it('C1: are walked domain after domain, and go on after any of them', async () => {
    const { accounts } = await world(...given)
    const domains = ['a.example', 'none.example', 'b.example']
    const whole = await accounts.recordIdsOnDomains(domains, 100)
    expect(whole.next).toBeUndefined()
    const ids = whole.found.map(({ recordId }) => recordId)
    expect(ids.slice(0, 12).toSorted()).toEqual(
      given
        .slice(0, 12)
        .map(({ recordId }) => recordId)
        .toSorted(),
    )
    expect(ids.slice(12).toSorted()).toEqual(
      given
        .slice(12, 21)
        .map(({ recordId }) => recordId)
        .toSorted(),
    )
    expect(whole.found.map(({ after }) => after.domain)).toEqual([
      ...Array(12).fill('a.example'),
      ...Array(9).fill('b.example'),
    ])
    for (const { after } of whole.found) expect(after.at.partition).toBeLessThan(allShards.length)
    const from = ({ domain, at }: DomainPosition) => ({
      ...at,
      partition: at.partition + domains.indexOf(domain) * allShards.length,
    })
    const page = await accounts.recordIdsOnDomains(domains, 15)
    expect(page.found.map(({ recordId }) => recordId)).toEqual(ids.slice(0, 15))
    if (page.next === undefined) throw new Error('no more')
    const rest = await accounts.recordIdsOnDomains(domains, 100, from(page.next))
    expect(rest.found.map(({ recordId }) => recordId)).toEqual(ids.slice(15))
    const third = whole.found[2]?.after
    if (third === undefined) throw new Error('no third')
    const behind = await accounts.recordIdsOnDomains(domains, 100, from(third))
    expect(behind.found.map(({ recordId }) => recordId)).toEqual(ids.slice(3))
  })

  it('Y7: are given without those that are being deleted', async () => {
    const { accounts, read } = await world(of('a1', 'a.example'), of('a2', 'a.example'))
    await accounts.write(startAccountDeletion(await read('a1'), 'a1', by))
    const found = (await Array.fromAsync(accounts.onDomains(['a.example'], 10))).flat()
    expect(found.map(({ recordId }) => recordId)).toEqual(['a2'])
  })

  it('R3: of an org, an ended claim’s entry is none of its accounts', async () => {
    const { accounts, read, deletions, claims } = await world(
      of('acc1'),
      of('own', 'noordzee.example', 'noordzee'),
    )
    const open = claimed({}, { ...of('acc1').account })
    await accounts.write(next(await read('acc1'), { claim: open.claim }))
    const roles = async () =>
      (await accounts.recordIdsOfOrg('noordzee', 10)).found.map(({ recordId, role }) => [recordId, role])
    expect(await roles()).toEqual([
      ['own', 'account'],
      ['acc1', 'claimed'],
    ])
    const now = withClaim(await read('acc1'))
    await deletions.endClaim(revokeClaim(now, now.claim, by))
    expect((await claims.list('noordzee', 10)).items).toHaveLength(1)
    expect(await roles()).toEqual([['own', 'account']])
  })
})
