import { describe, expect, it } from 'vitest'
import { revokeClaim } from '../../../../shared/rules/claims/revocation.ts'
import type { AccountRecord } from '../../../../shared/rules/types.ts'
import type { FoundClaim } from '../../../../shared/storage/stores/claims.ts'
import type { ReadConsistency } from '../../../../shared/storage/writes/batch.ts'
import { type MailSourcePorts, readMailSources } from '../../../../shared/usecases/mail/mail-sources.ts'
import { ADMIN, claimed, T0 } from '../../../support/builders.ts'

interface Given {
  readonly records?: readonly AccountRecord[]
  /** Ended claims that have an item of their own. */
  readonly closed?: readonly FoundClaim[]
}

function world({ records = [], closed = [] }: Given) {
  const read: string[] = []
  const ports: MailSourcePorts = {
    accounts: {
      byRecordIds: async (ids: readonly string[], consistency: ReadConsistency = 'consistently') => {
        read.push(`${consistency} ${ids.join(' ')}`)
        return new Map(
          records.filter(({ recordId }) => ids.includes(recordId)).map((one) => [one.recordId, one]),
        )
      },
    },
    claims: {
      byIds: async (ids) => {
        read.push(`claims ${ids.join(' ')}`)
        return new Map(
          closed.filter(({ claim }) => ids.includes(claim.claimId)).map((one) => [one.claim.claimId, one]),
        )
      },
    },
  }
  return { ports, read }
}

const open = claimed()
const { claimId, claimingOrgId: orgId } = open.claim
const { closed, change, record: left } = revokeClaim(open, open.claim, { now: T0, by: ADMIN })
const inRecord: AccountRecord = { ...left, ended: { claim: closed, change } }
const of = (kind: 'claimed' | 'migrated' | 'revoked') => ({
  kind,
  mailId: `${claimId}/${kind}`,
  orgId,
  claimId,
})

describe('what mails are composed from', () => {
  it('is read once a record, and an ended claim where it stands there', async () => {
    const { ports, read } = world({ records: [inRecord] })
    const facts = await readMailSources(ports, [of('revoked'), of('migrated')], 'eventually')
    expect(read).toEqual(['eventually acc00042'])
    expect([...facts.ended]).toEqual([[closed.claimId, { claim: closed, formerRecord: inRecord }]])
    expect([...facts.records.keys()]).toEqual(['acc00042'])
  })

  it('is looked for elsewhere where another claim, or none, has ended in the record', async () => {
    const another = { ...inRecord, ended: { claim: { ...closed, claimId: 'clm~acc00042~OTHER' }, change } }
    const { ended: _none, ...none } = inRecord
    for (const records of [[another], [none], []]) {
      const found = { claim: closed }
      const { ports, read } = world({ records, closed: [found] })
      const facts = await readMailSources(ports, [of('revoked')], 'eventually')
      expect(read.at(-1)).toBe(`claims ${closed.claimId}`)
      expect(facts.ended.get(closed.claimId)).toBe(found)
    }
  })

  it('isn’t looked for of a claim that is still open', async () => {
    const { ports, read } = world({ records: [open] })
    const facts = await readMailSources(ports, [of('claimed')], 'consistently')
    expect(read).toEqual(['consistently acc00042'])
    expect(facts.ended.size).toBe(0)
  })

  it('leaves out an id that is no claim’s', async () => {
    const { ports, read } = world({ records: [inRecord] })
    const facts = await readMailSources(ports, [{ ...of('revoked'), claimId: 'no-claim-id' }], 'eventually')
    expect(read).toEqual(['eventually ', 'claims no-claim-id'])
    expect(facts).toEqual({ records: new Map(), ended: new Map() })
  })
})
