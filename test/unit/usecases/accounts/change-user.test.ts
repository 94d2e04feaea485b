import { describe, expect, it } from 'vitest'
import { LOST } from '../../../../shared/lib/optimistic-retry.ts'
import type { AccountPatch } from '../../../../shared/rules/accounts/account-changes.ts'
import type { AccountRecord } from '../../../../shared/rules/types.ts'
import { WRITTEN } from '../../../../shared/storage/writes/write.ts'
import {
  type ChangeUserPorts,
  changeUser,
  deleteUser,
  type UserCommand,
} from '../../../../shared/usecases/accounts/change-user.ts'
import { withoutBackoff } from '../../../support/backoff.ts'
import { ADMIN, claimed, claimedDirectly, record, T0 } from '../../../support/builders.ts'
import { accountsAmong } from '../../../support/found-accounts.ts'

const ORG = 'noordzee'
const OWN = record({ orgId: ORG })
const OPEN = { verified: true, claimedBy: undefined }

interface Given {
  readonly stored?: AccountRecord | undefined
  readonly state?: { readonly verified: boolean; readonly claimedBy: string | undefined } | undefined
  /** What writes that take an address answer. */
  readonly taken?: boolean
  /** Writes that others are faster than. */
  readonly lost?: number
  readonly command?: Partial<UserCommand>
}

function world({ stored = OWN, taken = false, lost = 0, command, ...given }: Given = {}) {
  const state = 'state' in given ? given.state : OPEN
  const done: string[] = []
  let left = lost
  const isLost = (): boolean => left-- > 0
  const ports: ChangeUserPorts = {
    accounts: {
      byUserId: accountsAmong([stored]).byUserId,
      write: async ({ revision, deletion }) => {
        done.push(deletion === undefined ? `write ${revision}` : `deletes ${deletion.userId}`)
        return isLost() ? LOST : WRITTEN
      },
      writeWithAddresses: async ({ account, revision }) => {
        done.push(`takes ${account.email} ${revision}`)
        if (taken) return { outcome: 'address_taken' }
        return isLost() ? LOST : WRITTEN
      },
    },
    domains: {
      states: async (orgId, domains) => {
        if (domains.length > 0) done.push(`asks of ${domains} for ${orgId}`)
        return new Map(state === undefined ? [] : domains.map((domain) => [domain, state]))
      },
    },
  }
  const all: UserCommand = { orgId: ORG, userId: OWN.account.userId, now: T0, by: ADMIN, ...command }
  return {
    change: (patch: AccountPatch) => changeUser(ports, all, patch),
    remove: () => deleteUser(ports, all),
    done,
  }
}

const refused = (code: string) => ({ outcome: 'refused', code })
const NEW = { email: 'Ada.Lovelace@noordzee.example' }

withoutBackoff()

describe('a change of a user', () => {
  it('C2: is written once, and answered with the user and the version as they are then', async () => {
    const { change, done } = world()
    expect(await change({ firstName: 'Adriana' })).toMatchObject({
      outcome: 'done',
      user: { firstName: 'Adriana', userId: OWN.account.userId },
      version: OWN.revision + 1,
    })
    expect(done).toEqual([`write ${OWN.revision + 1}`])
  })

  it('C2: of a direct claim’s new account is answered with that account', async () => {
    const direct = claimedDirectly()
    const { newUserId: userId } = direct.claim
    const { change } = world({ stored: direct, command: { userId } })
    expect(await change({ firstName: 'Adriana' })).toMatchObject({
      outcome: 'done',
      user: { userId, firstName: 'Adriana', orgId: ORG },
    })
  })

  it('C2: that changes nothing isn’t written', async () => {
    const { change, done } = world()
    expect(await change({ firstName: OWN.account.firstName })).toMatchObject({
      outcome: 'done',
      version: OWN.revision,
    })
    expect(done).toEqual([])
  })

  it('C2: of nobody, or of another org’s user, finds nobody', async () => {
    for (const command of [{ userId: 'nobody' }, { orgId: 'acme' }]) {
      const { change, done } = world({ command })
      expect(await change({ firstName: 'Adriana' })).toEqual(refused('not_found'))
      expect(done).toEqual([])
    }
  })

  it('C2, C3: is refused under a claim that rules it out, or at another version than was asked for', async () => {
    const original = claimed({}, { orgId: ORG })
    expect(await world({ stored: original }).change({ firstName: 'Adriana' })).toEqual(
      refused('account_claimed'),
    )
    const versions = [OWN.revision - 1]
    expect(await world({ command: { versions } }).change({ firstName: 'Adriana' })).toEqual(
      refused('precondition_failed'),
    )
  })

  it('C2: is made again where others wrote in between', async () => {
    const { change, done } = world({ lost: 1 })
    expect(await change({ firstName: 'Adriana' })).toMatchObject({ outcome: 'done' })
    expect(done).toHaveLength(2)
  })
})

describe('another address', () => {
  it('C9: is taken on a domain that the org has verified', async () => {
    const { change, done } = world()
    expect(await change(NEW)).toMatchObject({ outcome: 'done', user: NEW })
    expect(done).toEqual([`asks of noordzee.example for ${ORG}`, `takes ${NEW.email} ${OWN.revision + 1}`])
    expect(await world({ state: { verified: true, claimedBy: ORG } }).change(NEW)).toMatchObject({
      outcome: 'done',
    })
  })

  it('C9: in other letters only needs no domain: it is the same address', async () => {
    const { change, done } = world({ state: undefined })
    expect(await change({ email: 'ADA@noordzee.example' })).toMatchObject({ outcome: 'done' })
    expect(done).toEqual([`write ${OWN.revision + 1}`])
  })

  it.each([
    { why: 'the org doesn’t have its domain', given: { state: undefined }, code: 'domain_not_verified' },
    {
      why: 'the org hasn’t verified its domain',
      given: { state: { verified: false, claimedBy: undefined } },
      code: 'domain_not_verified',
    },
    {
      why: 'another org has claimed its domain',
      given: { state: { verified: true, claimedBy: 'acme' } },
      code: 'domain_claimed_by_other',
    },
    { why: 'somebody has it', given: { taken: true }, code: 'email_taken' },
  ])('C9: is refused where $why', async ({ given, code }) => {
    expect(await world(given).change(NEW)).toEqual(refused(code))
  })

  it('C9: is refused where it is no address, or none that can be mailed to', async () => {
    const { change, done } = world()
    expect(await change({ email: 'nobody' })).toEqual(refused('invalid_address'))
    expect(done).toEqual([])
  })
})

describe('the deletion of a user', () => {
  it('C2: begins by one write', async () => {
    const { remove, done } = world()
    expect(await remove()).toEqual({ outcome: 'done' })
    expect(done).toEqual([`deletes ${OWN.account.userId}`])
  })

  it('C2, C3: is refused as a change is', async () => {
    expect(await world({ command: { orgId: 'acme' } }).remove()).toEqual(refused('not_found'))
    expect(await world({ stored: claimed({}, { orgId: ORG }) }).remove()).toEqual(refused('account_claimed'))
  })
})
