import { expect, it } from 'vitest'
import { LOST, MAX_ROUNDS } from '../../../../shared/lib/optimistic-retry.ts'
import { Busy } from '../../../../shared/lib/unavailable.ts'
import type { AccountRecord, OpenClaim } from '../../../../shared/rules/types.ts'
import { WRITTEN, type Written } from '../../../../shared/storage/writes/write.ts'
import { changeOpenClaim } from '../../../../shared/usecases/claims/claim-changes.ts'
import { withoutBackoff } from '../../../support/backoff.ts'
import { claimed, record } from '../../../support/builders.ts'
import { fakeWrites } from '../../../support/fakes.ts'

const given = claimed()
const { claimId } = given.claim
const next = { ...given, revision: given.revision + 1 }

function world(standing: AccountRecord | undefined, outcomeOf?: (call: number) => Written) {
  const { write, written } = fakeWrites<AccountRecord>(outcomeOf)
  const seen: [AccountRecord, OpenClaim][] = []
  let reads = 0
  const change = (known?: AccountRecord, to: AccountRecord | undefined = next) =>
    changeOpenClaim(
      {
        claims: {
          byId: async () => {
            reads++
            return standing && { claim: given.claim, record: standing }
          },
        },
        accounts: { write },
      },
      claimId,
      (...of) => {
        seen.push(of)
        return to === given ? undefined : to
      },
      known,
    )
  return { change, written, seen, reads: () => reads }
}

withoutBackoff()

it('an open claim is changed by one write of what was read, or of what is known already', async () => {
  const { change, written, seen, reads } = world(given)
  expect(await change()).toEqual({ outcome: 'changed' })
  expect(await change(given)).toEqual({ outcome: 'changed' })
  expect(reads()).toBe(1)
  expect(seen).toEqual(Array(2).fill([given, given.claim]))
  expect(written).toEqual([next, next])
})

it('a claim that is over, gone, or followed by another is left alone', async () => {
  const another = claimed({ ulid: '01KAPEG9Q0ZZZZZZZZZZZZZZZZ' })
  for (const standing of [undefined, record(), another]) {
    const { change, written, seen } = world(standing)
    expect(await change()).toEqual({ outcome: 'unchanged' })
    expect(await change(standing)).toEqual({ outcome: 'unchanged' })
    expect([...written, ...seen]).toEqual([])
  }
})

it('no change is no write', async () => {
  const { change, written } = world(given)
  expect(await change(undefined, given)).toEqual({ outcome: 'unchanged' })
  expect(written).toEqual([])
})

it('C7: where somebody else was faster it is read again, also what was known before, and busy after some rounds', async () => {
  const { change, reads, written } = world(given, (call) => (call === 1 ? LOST : WRITTEN))
  expect(await change(given)).toEqual({ outcome: 'changed' })
  expect(reads()).toBe(1)
  expect(written).toEqual([next])
  const failed = await world(given, () => LOST)
    .change()
    .catch((error: unknown) => error)
  expect(failed).toBeInstanceOf(Busy)
  expect(failed).toMatchObject({
    message: `the record of claim ${claimId} was changed by others ${MAX_ROUNDS} times in a row`,
  })
})
