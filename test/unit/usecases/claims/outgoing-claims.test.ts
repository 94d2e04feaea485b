import { expect, it } from 'vitest'
import { listOutgoing } from '../../../../shared/usecases/claims/outgoing-claims.ts'
import { claimed, claimedDirectly, CREATED_AT, ENDS_AT, org, patchClaim } from '../../../support/builders.ts'

it('A3: the source org sees the original as it knows it, by whom and until when it is claimed, and no more', async () => {
  const { claim } = claimed()
  const direct = patchClaim(claimedDirectly({ userId: 'acc1', email: 'p1@noordzee.example' }), {
    claimingOrgId: 'gone',
  }).claim
  const asked: unknown[] = []
  const ports: Parameters<typeof listOutgoing>[0] = {
    claims: {
      outgoing: async (...of) => {
        asked.push(of)
        return { items: [claim, direct, claim], next: 'a-position' }
      },
    },
    organizations: {
      getMany: async (ids) => {
        asked.push(ids)
        return new Map([['noordzee', org()]])
      },
    },
  }
  const { items, next } = await listOutgoing(ports, { orgId: 'personal', limit: 3, before: 'before' })
  expect(items.slice(0, 2)).toEqual([
    {
      userId: 'acc00042',
      email: 'Ada@noordzee.example.convert-user.local',
      claimingOrgId: 'noordzee',
      claimingOrganizationName: 'Noordzee BV',
      type: 'delayed',
      createdAt: CREATED_AT,
      endsAt: ENDS_AT,
    },
    expect.objectContaining({
      email: 'p1@noordzee.example.convert-user.local',
      claimingOrgId: 'gone',
      claimingOrganizationName: 'gone',
      type: 'direct',
    }),
  ])
  expect(items).toHaveLength(3)
  expect(next).toBe('a-position')
  expect(asked).toEqual([
    ['personal', 3, 'before'],
    ['noordzee', 'gone'],
  ])
})
