import { describe, expect, it } from 'vitest'
import type { AccountRecord } from '../../../../shared/rules/types.ts'
import type { DomainState } from '../../../../shared/storage/stores/domains.ts'
import type { ReadConsistency } from '../../../../shared/storage/writes/batch.ts'
import {
  type ClaimabilityPorts,
  type ClaimabilityRequest,
  claimabilityOf,
  preview,
  readFacts,
  type Wanted,
} from '../../../../shared/usecases/claims/claimability.ts'
import { claimed, claimedDirectly, org, patchClaim, record, sourceOrg } from '../../../support/builders.ts'
import { accountsAmong } from '../../../support/found-accounts.ts'

const OTHER = 'ada.married@noordzee.example'
const source = sourceOrg()
const direct = claimedDirectly()
const married = patchClaim(direct, { newAccount: { ...direct.claim.newAccount, email: OTHER } })
const renamedAgain = patchClaim(direct, {
  newAccount: { ...direct.claim.newAccount, email: 'ada.again@noordzee.example' },
})

function codesOf(ref: Wanted['ref'], at: AccountRecord | undefined): readonly string[] {
  const orgs = new Map([source, org()].map((one) => [one.orgId, one]))
  const domains = new Map(
    ['noordzee.example', direct.account.email.split('@')[1] ?? ''].map((domain) => [
      domain,
      { verified: true, claimedBy: undefined },
    ]),
  )
  const request = { claimingOrg: source, fromCsv: false, migrationCutoff: undefined }
  const judged = claimabilityOf(request, { ref }, { domains, orgs }, at)
  return judged.outcome === 'refused' ? judged.codes : []
}

it('E, C9: whoever asks for the other address is told of the new account, which is in another org', () => {
  expect(codesOf({ email: OTHER }, married)).toEqual(['claim_open'])
  expect(codesOf({ email: ` ${OTHER.toUpperCase()}` }, married)).toEqual(['claim_open'])
})

it('E, C9: an address that was left at this very moment is nobody’s, and tells nothing of who had it', () => {
  expect(codesOf({ email: OTHER }, renamedAgain)).toEqual(['unknown_user'])
})

it('E: the source org that asks for the claimed address is told that the original is its own', () => {
  expect(codesOf({ email: direct.account.email }, married)).toEqual(['own_user', 'claim_open'])
  expect(codesOf({ userId: direct.account.userId }, married)).toEqual(['own_user', 'claim_open'])
})

describe('what the rules ask about', () => {
  function world(records: readonly AccountRecord[]) {
    const asked: string[] = []
    const ask = (what: string, keys: readonly string[], consistency?: ReadConsistency) =>
      asked.push([what, consistency, ...keys].filter((each) => each !== undefined).join(' '))
    const ports: ClaimabilityPorts = {
      accounts: {
        byAddresses: async (addresses, consistency) => {
          ask('addresses', addresses, consistency)
          return accountsAmong(records).byAddresses(addresses)
        },
        byUserIds: async (ids, consistency) => {
          ask('ids', ids, consistency)
          return accountsAmong(records).byUserIds(ids)
        },
      },
      domains: {
        states: async (orgId, domains) => {
          ask(`domains of ${orgId}`, domains)
          return new Map()
        },
      },
      organizations: {
        getMany: async (ids) => {
          ask('orgs', ids)
          return new Map()
        },
      },
    }
    return {
      asked,
      read: (...of: [readonly Wanted[], ReadConsistency?]) => readFacts(ports, 'noordzee', ...of),
    }
  }
  const email = (address: string): Wanted => ({ ref: { email: address } })
  const id = (userId: string): Wanted => ({ ref: { userId } })
  const ada = record({ userId: 'ada', email: 'Ada@noordzee.example', orgId: 'dunes' })
  const bea = record({ userId: 'bea', email: 'bea@other.example' })

  it('is read once for each account, domain and org, however often they are named', async () => {
    const { asked, read } = world([ada, bea])
    const targets = [email('ada@Noordzee.example'), email('ADA@noordzee.example'), id('bea'), id('bea')]
    const { records } = await read(targets, 'eventually')
    expect(targets.map((target) => records.get(target))).toEqual([ada, ada, bea, bea])
    expect(asked).toEqual([
      'addresses eventually ada@noordzee.example',
      'ids eventually bea',
      'domains of noordzee noordzee.example other.example',
      'orgs dunes personal',
    ])
  })

  it('C9: has the domain of a new account’s other address in it, and the org that claims it', async () => {
    const { asked, read } = world([married])
    await read([id('acc00042')])
    expect(asked.slice(2)).toEqual(['domains of noordzee noordzee.example', 'orgs personal noordzee'])
    const elsewhere = patchClaim(direct, {
      newAccount: { ...direct.claim.newAccount, email: 'ada@married.example' },
    })
    const other = world([elsewhere])
    await other.read([id('acc00042')])
    expect(other.asked[2]).toBe('domains of noordzee noordzee.example married.example')
    const undivided = world([claimed()])
    await undivided.read([id('acc00042')])
    expect(undivided.asked[3]).toBe('orgs personal')
  })

  it('E: takes as many reads where nobody is there: of the address’s domain, and of an org that is nobody’s', async () => {
    const unknown = world([])
    await unknown.read([email('nobody@noordzee.example')])
    expect(unknown.asked).toEqual([
      'addresses nobody@noordzee.example',
      'ids',
      'domains of noordzee noordzee.example',
      'orgs ~nobody',
    ])
    const unknownId = world([])
    await unknownId.read([id('nobody')])
    expect(unknownId.asked.slice(1)).toEqual(['ids nobody', 'domains of noordzee ~nobody', 'orgs ~nobody'])
    const unreadable = world([])
    const { records } = await unreadable.read([email('two words')])
    expect(records.size).toBe(0)
    expect(unreadable.asked[0]).toBe('addresses')
    const some = world([bea])
    await some.read([email('nobody@noordzee.example'), id('bea')])
    expect(some.asked.slice(2)).toEqual([
      'domains of noordzee noordzee.example other.example',
      'orgs personal',
    ])
  })
})

describe('what a claim would do', () => {
  const request: ClaimabilityRequest = { claimingOrg: org(), fromCsv: false, migrationCutoff: undefined }
  const mine: DomainState = { verified: true, claimedBy: undefined }
  const facts = (state: DomainState = mine) => ({
    domains: new Map([['noordzee.example', state]]),
    orgs: new Map([source, org()].map((one) => [one.orgId, one])),
  })
  const ada = record()
  const byAddress: Wanted = { ref: { email: 'ada@noordzee.example' } }
  const byId: Wanted = { ref: { userId: 'acc00042' } }
  const refused = (...codes: string[]) => ({ outcome: 'refused', codes })

  it('P1: is its type, what becomes of the content, the decisions and the licences', () => {
    expect(preview(request, byAddress, facts(), ada)).toEqual({
      outcome: 'claimable',
      type: 'delayed',
      allowedDecisions: ['change_email', 'transfer_content', 'delete_original'],
      licenses: ['mail'],
      record: ada,
    })
    const paid = record({ paid: true })
    expect(preview(request, { ...byId, type: 'direct', licenses: ['pro'] }, facts(), paid)).toEqual({
      outcome: 'claimable',
      type: 'direct',
      contentLoss: 'chosen_direct',
      allowedDecisions: ['change_email'],
      licenses: ['pro'],
      record: paid,
    })
  })

  it('T4: is refused where the wanted type isn’t available', () => {
    const off = { ...request, claimingOrg: org({ settings: { allowContentMigration: false } }) }
    const refusal = refused('delayed_not_available')
    expect(claimabilityOf(off, { ...byId, type: 'delayed' }, facts(), ada)).toEqual(refusal)
    expect(preview(off, { ...byId, type: 'delayed' }, facts(), ada)).toEqual(refusal)
  })

  it('E: is refused of nobody: an unknown id as a foreign one, an address by its domain, and no address as such', () => {
    expect(claimabilityOf(request, byId, facts(), undefined)).toEqual(refused('domain_not_verified'))
    expect(claimabilityOf(request, byAddress, facts(), undefined)).toEqual(refused('unknown_user'))
    const unverified = { verified: false, claimedBy: undefined }
    expect(claimabilityOf(request, byAddress, facts(unverified), ada)).toEqual(refused('domain_not_verified'))
    const unread = { ...facts(), domains: new Map() }
    expect(claimabilityOf(request, byAddress, unread, ada)).toEqual(refused('domain_not_verified'))
    expect(claimabilityOf(request, { ref: { email: 'two words' } }, facts(), undefined)).toEqual(
      refused('invalid_address'),
    )
    expect(preview(request, { ref: { email: 'two words' } }, facts(), undefined)).toEqual(
      refused('invalid_address'),
    )
  })

  it('O1: is refused as of nobody where the account’s org is gone', () => {
    const left = record({ orgId: 'gone' })
    expect(claimabilityOf(request, byAddress, facts(), left)).toEqual(refused('unknown_user'))
  })

  it('C9: of a new account is asked by its id, and answered as of an account of the org that claims it', () => {
    expect(claimabilityOf(request, { ref: { userId: direct.claim.newUserId } }, facts(), married)).toEqual(
      refused('own_user', 'claim_open'),
    )
    expect(claimabilityOf(request, byId, facts(), married)).toEqual(refused('claim_open'))
  })
})
