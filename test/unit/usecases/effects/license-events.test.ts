import { expect, it } from 'vitest'
import { assignmentEvents } from '../../../../shared/usecases/effects/license-events.ts'
import { org, T0 } from '../../../support/builders.ts'

const assignment = (claimId: string) => ({
  claimId,
  userId: `${claimId}-user`,
  orgId: 'noordzee',
  licenses: ['pro'],
  at: T0.toISOString(),
})

it('N3: each batch asks anew whether its org wants invitations, and once', async () => {
  let reads = 0
  let suppressInvitations = false
  const organizations = {
    get: async () => {
      reads++
      return { org: org({ settings: { suppressInvitations } }), revision: 1 }
    },
  }
  const invited = async () =>
    (await assignmentEvents([assignment('clm1'), assignment('clm2')], organizations)).map(
      ({ detail }) => (detail as { invite?: unknown }).invite,
    )
  expect(await invited()).toEqual([true, true])
  suppressInvitations = true
  expect(await invited()).toEqual([false, false])
  expect(reads).toBe(2)
})

it('C5: an org that is gone is told of by its id, and nobody is invited to what it gave', async () => {
  const events = await assignmentEvents([assignment('clm1')], { get: async () => undefined })
  expect(events).toEqual([
    {
      id: 'clm1/licenses.assigned',
      type: 'licenses.assigned',
      at: T0.toISOString(),
      detail: {
        orgId: 'noordzee',
        subject: 'clm1-user',
        claimId: 'clm1',
        userId: 'clm1-user',
        licenses: ['pro'],
        invite: false,
      },
    },
  ])
})
