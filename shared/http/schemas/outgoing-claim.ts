import * as z from 'zod'
import { claimType, instant } from './common.ts'

export const outgoingClaim = z
  .object({
    userId: z.string(),
    email: z.string().meta({ description: 'With `.convert-user.local` appended (C3).' }),
    claimingOrgId: z.string(),
    claimingOrganizationName: z.string(),
    type: claimType,
    createdAt: instant,
    endsAt: instant,
  })
  .meta({
    examples: [
      {
        userId: 'acc00042',
        email: 'ada@noordzee.example.convert-user.local',
        claimingOrgId: 'dunes-bv',
        claimingOrganizationName: 'Dunes BV',
        type: 'delayed',
        createdAt: '2026-11-22T12:00:00Z',
        endsAt: '2026-12-06T12:00:00Z',
      },
    ],
  })
