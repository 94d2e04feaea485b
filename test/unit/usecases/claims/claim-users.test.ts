import { describe, expect, it } from 'vitest'
import type { ClaimabilityPorts } from '../../../../shared/usecases/claims/claimability.ts'
import {
  type ClaimTarget,
  previewClaims,
  refuseUnstorable,
} from '../../../../shared/usecases/claims/claim-users.ts'
import { ADMIN, org, record, T0 } from '../../../support/builders.ts'
import { noordzeeAndPersonal } from '../../../support/found-accounts.ts'

const LONE_SURROGATE = '\uD800'
const INVALID = { outcome: 'refused', codes: ['invalid_text'] }
const target = (email: string, patch: Partial<ClaimTarget> = {}): ClaimTarget => ({
  ref: { email },
  origin: email,
  ...patch,
})

describe('text that can’t be stored', () => {
  it('C8: refuses its own target, whichever name or id it is in, and leaves the others in order', async () => {
    const given: (readonly ClaimTarget[])[] = []
    const handle = async (legible: readonly ClaimTarget[]) => {
      given.push(legible)
      return legible.map(({ origin }) => origin)
    }
    const fine = [target('a@x.example'), target('b@x.example'), target('c\u200b@x.example')]
    const bad = [
      target('d@x.example', { firstName: LONE_SURROGATE }),
      target('e@x.example', { lastName: LONE_SURROGATE }),
      target('f@x.example', { displayName: LONE_SURROGATE }),
      target('g', { ref: { userId: LONE_SURROGATE } }),
      target(`${LONE_SURROGATE}@x.example`),
    ]
    const [a, b, c] = fine as [ClaimTarget, ClaimTarget, ClaimTarget]
    expect(await refuseUnstorable([...bad.slice(0, 2), a, ...bad.slice(2), b, c], handle)).toEqual([
      INVALID,
      INVALID,
      a.origin,
      INVALID,
      INVALID,
      INVALID,
      b.origin,
      c.origin,
    ])
    expect(given).toEqual([fine])
  })
})

describe('a preview of claims', () => {
  it('P1: says of each what a claim would do, from one reading of the facts', async () => {
    const ada = record()
    const reads: string[] = []
    const ports: ClaimabilityPorts = {
      accounts: {
        byAddresses: async (addresses) => {
          reads.push(addresses.join(' '))
          return new Map([['ada@noordzee.example', ada]])
        },
        byUserIds: async () => new Map(),
      },
      ...noordzeeAndPersonal,
    }
    const request = { claimingOrg: org(), fromCsv: false, migrationCutoff: undefined, by: ADMIN, now: T0 }
    const targets = [
      target('nobody@noordzee.example'),
      target('x@noordzee.example', { lastName: LONE_SURROGATE }),
      target('ada@noordzee.example', { type: 'direct' }),
    ]
    expect(await previewClaims(ports, request, targets)).toMatchObject([
      { outcome: 'refused', codes: ['unknown_user'] },
      INVALID,
      { outcome: 'claimable', type: 'direct', contentLoss: 'chosen_direct', record: ada },
    ])
    expect(reads).toEqual(['nobody@noordzee.example ada@noordzee.example'])
  })
})
