import * as z from 'zod'
import { poolGroups } from '../pool.ts'
import type { claimStatus, claimType, userStatus } from './common.ts'

export const count = z
  .union([
    z.int().min(0),
    z.object({ value: z.int().min(0), atLeast: z.literal(true) }).meta({
      description: 'At least this many: only 10,000 records were counted.',
    }),
  ])
  .meta({ description: 'Exact, or a lower bound.', examples: [42, { value: 10_000, atLeast: true }] })

const byUserStatus = z.object({
  active: count,
  not_verified: count,
  verified: count,
  inactive: count,
  delayed_claim: count,
}) satisfies z.ZodType<Record<z.output<typeof userStatus>, unknown>>
const byClaimStatus = z.object({
  open: count,
  migrating: count,
  completed: count,
  revoked: count,
}) satisfies z.ZodType<Record<z.output<typeof claimStatus>, unknown>>
const byClaimType = z.object({ direct: count, delayed: count }) satisfies z.ZodType<
  Record<z.output<typeof claimType>, unknown>
>

export const summary = z
  .object({
    users: z.object({ byStatus: byUserStatus }),
    claims: z.object({
      byStatus: byClaimStatus,
      byType: byClaimType,
      losingContent: count.meta({
        description: 'Claims, not counting revoked ones, whose content is lost (T3).',
      }),
      bounced: count.meta({ description: 'Open claims whose mail bounced (N4).' }),
      endingWithin7Days: count.meta({
        description:
          'Open claims whose `endsAt` is within seven days: then delayed ones are migrated, and direct ones can no longer be revoked.',
      }),
      endingByDay: z.array(z.object({ date: z.iso.date(), claims: count })).meta({
        description:
          "Claims that end within seven days, by day in the organization's time zone, from today to seven days from now.",
      }),
    }),
    running: z.object({ imports: count, exports: count, syncs: count }),
  })
  .meta({
    examples: [
      {
        users: {
          byStatus: { active: 1170, not_verified: 12, verified: 0, inactive: 3, delayed_claim: 214 },
        },
        claims: {
          byStatus: { open: 220, migrating: 1, completed: 979, revoked: 4 },
          byType: { direct: 305, delayed: 899 },
          losingContent: 301,
          bounced: 2,
          endingWithin7Days: 118,
          endingByDay: [
            { date: '2026-11-22', claims: 0 },
            { date: '2026-11-23', claims: 100 },
            { date: '2026-11-24', claims: 18 },
            { date: '2026-11-25', claims: 0 },
            { date: '2026-11-26', claims: 0 },
            { date: '2026-11-27', claims: 0 },
            { date: '2026-11-28', claims: 0 },
            { date: '2026-11-29', claims: 0 },
          ],
        },
        running: { imports: 1, exports: 0, syncs: 0 },
      },
    ],
  })

export const me = z
  .object({
    sub: z.string(),
    orgId: z.string(),
    organizationName: z
      .string()
      .optional()
      .meta({ description: 'Absent if the platform has not created the organization yet.' }),
    scopes: z.array(z.string()),
    role: z.enum(poolGroups).meta({ description: '`admin` if the caller may change anything.' }),
  })
  .meta({
    examples: [
      {
        sub: 'ada',
        orgId: 'dunes-bv',
        organizationName: 'Dunes BV',
        scopes: ['claims:read', 'claims:write', 'org:read', 'org:write'],
        role: 'admin',
      },
    ],
  })
