import { describe, expect, it } from 'vitest'
import {
  requestDeletion,
  startOrResumeDeletion,
} from '../../../../shared/rules/deletion/organization-deletion.ts'
import type { Organization } from '../../../../shared/rules/types.ts'
import { duePlaceOf, keys } from '../../../../shared/storage/keys.ts'
import { organizationStore } from '../../../../shared/storage/stores/organizations.ts'
import { ADMIN, org, plus, T0 } from '../../../support/builders.ts'
import { memoryStores } from '../../../support/memory-stores.ts'

const WRITTEN = { outcome: 'written' }
const LOST = { outcome: 'lost' }
const by = { now: T0, by: ADMIN }
const at = (what: 'organization.created' | 'organization.updated' | 'organization.purged') =>
  ({ what, at: T0.toISOString(), by: ADMIN }) as const

async function world(...orgs: readonly Organization[]) {
  const stores = memoryStores()
  for (const each of orgs)
    expect(await stores.organizations.write(each, 0, at('organization.created'))).toEqual(WRITTEN)
  return stores
}
const going = (given: Organization) => startOrResumeDeletion(requestDeletion(given, by), plus(1000))

describe('an organization', () => {
  it('O1: is read as it was written, with all that it may have, and its deletion', async () => {
    const full = org({
      settings: { timeZone: 'Europe/Amsterdam', contact: 'it@noordzee.example', retentionDays: 9 },
    })
    for (const given of [org(), full, requestDeletion(full, by), going(full)]) {
      const { organizations, sent } = await world(given)
      expect(structuredClone(await organizations.getAny('noordzee'))).toStrictEqual({
        org: given,
        revision: 1,
        change: { ...at('organization.created'), n: 1 },
      })
      expect(sent.at(-1)).toMatchObject({ input: { ConsistentRead: true } })
    }
  })

  it('A1: is written once at each revision, as a change with its number', async () => {
    const { organizations, item } = await world(org())
    const renamed = org({ name: 'Renamed' })
    expect(await organizations.write(renamed, 0, at('organization.created'))).toEqual(LOST)
    expect(await organizations.write(renamed, 1, at('organization.updated'))).toEqual(WRITTEN)
    expect(await organizations.write(org(), 1, at('organization.updated'))).toEqual(LOST)
    expect(await organizations.getAny('noordzee')).toMatchObject({
      org: { name: 'Renamed' },
      revision: 2,
      change: { ...at('organization.updated'), n: 2 },
    })
    expect(item(keys.org('noordzee'))).toMatchObject({ type: 'organization', v: 1 })
    expect(item(keys.org('noordzee'))).not.toHaveProperty('quiet')
  })

  it('A1: is written without effects under the number of its last change', async () => {
    const { organizations, item } = await world(org())
    const change = { ...at('organization.created'), n: 1 }
    expect(await organizations.writeWithoutEffects(org({ name: 'New' }), 1, change)).toEqual(WRITTEN)
    expect(await organizations.writeWithoutEffects(org(), 1, change)).toEqual(LOST)
    expect(await organizations.getAny('noordzee')).toMatchObject({
      org: { name: 'New' },
      revision: 2,
      change,
    })
    expect(item(keys.org('noordzee'))).toMatchObject({ quiet: 'y' })
  })

  it('O1: is due when its deletion is to begin, and then when that is to be looked after', async () => {
    const requested = requestDeletion(org(), by)
    const placeOf = async (given: Organization) =>
      duePlaceOf((await world(given)).item(keys.org('noordzee')) ?? {})
    expect(await placeOf(org())).toBeUndefined()
    expect(await placeOf(requested)).toMatchObject({ kind: 'job', at: requested.deletion?.at })
    expect(await placeOf(going(org()))).toMatchObject({ kind: 'job', at: going(org()).deletion?.resumeAt })
  })

  it('O1: is there for nobody but its deletion once that has begun', async () => {
    const { organizations } = await world(
      org({ orgId: 'a' }),
      going(org({ orgId: 'b' })),
      org({ orgId: 'c' }),
    )
    expect(await organizations.get('a')).toStrictEqual({ org: org({ orgId: 'a' }), revision: 1 })
    expect(await organizations.get('b')).toBeUndefined()
    expect(await organizations.get('x')).toBeUndefined()
    expect((await organizations.getAny('b'))?.org.orgId).toBe('b')
    expect([...(await organizations.getMany(['a', 'b', 'c', 'x'])).keys()]).toEqual(['a', 'c'])
    expect((await organizations.list(10)).items.map(({ orgId }) => orgId)).toEqual(['a', 'c'])
  })

  it('R3: all are listed by id, page by page, each once', async () => {
    const { organizations } = await world(...['c', 'a', 'b'].map((orgId) => org({ orgId })))
    const first = await organizations.list(2)
    expect([first.items.map(({ orgId }) => orgId), first.next]).toEqual([['a', 'b'], 'b'])
    const second = await organizations.list(2, first.next)
    expect([second.items.map(({ orgId }) => orgId), second.next]).toEqual([['c'], undefined])
    expect((await organizations.list(1)).next).toBe('a')
    expect(await organizations.list(3, 'c')).toEqual({ items: [], next: undefined })
  })

  it('O1: goes with its audit entry, once', async () => {
    const { organizations, audit, item } = await world(org())
    expect(await organizations.remove(org(), 2, at('organization.purged'))).toEqual(LOST)
    expect(item(keys.org('noordzee'))).toBeDefined()
    expect(await organizations.remove(org(), 1, at('organization.purged'))).toEqual(WRITTEN)
    expect(item(keys.org('noordzee'))).toBeUndefined()
    expect((await audit.list('noordzee', 10)).items).toMatchObject([
      { what: 'organization.purged', subject: 'organization:noordzee', by: ADMIN },
    ])
    const changes = [{ at: T0.toISOString(), n: 2 }]
    expect(await audit.ofChanges('noordzee', 'organization:noordzee', changes)).toHaveLength(1)
    expect(await organizations.remove(org(), 1, at('organization.purged'))).toEqual(LOST)
  })

  it('is read at half the price where the answer may be a little old, and a new one is found all the same', async () => {
    const { tableAnswering } = await world(org())
    const asked: unknown[] = []
    const reading = (isStale: boolean) =>
      organizationStore(
        tableAnswering(async (command, carryOut) => {
          const { ConsistentRead } = (command as { readonly input: { ConsistentRead: boolean } }).input
          asked.push(ConsistentRead)
          return isStale && !ConsistentRead ? {} : carryOut()
        }),
      )
    expect((await reading(false).getAnyRecent('noordzee'))?.org.orgId).toBe('noordzee')
    expect(asked).toEqual([false])
    expect((await reading(true).getAnyRecent('noordzee'))?.org.orgId).toBe('noordzee')
    expect(asked).toEqual([false, false, true])
  })
})
