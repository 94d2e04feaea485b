import * as z from 'zod'
import { MAX_SELECTED_USERS } from '../../rules/limits.ts'
import { accountStatus, claimType, contentLoss, decisionKind, exampleOf, instant } from './common.ts'
import { exportStatuses } from '../../rules/enumerations.ts'

export const claimableUser = z
  .object({
    userId: z.string(),
    email: z.string(),
    firstName: z.string(),
    lastName: z.string(),
    displayName: z.string(),
    status: accountStatus,
    sourceOrgId: z.string(),
    sourceOrgName: z.string(),
    type: claimType.meta({ description: 'The type of the claim if the request names none (T2).' }),
    contentLoss: contentLoss.optional(),
    allowedDecisions: z.array(decisionKind),
    licenses: z
      .array(z.string())
      .meta({ description: "The licences of the claim: the organization's template (C5)." }),
  })
  .meta({
    examples: [
      {
        userId: 'acc00042',
        email: 'ada@noordzee.example',
        firstName: 'Ada',
        lastName: 'de Vries',
        displayName: 'Ada de Vries',
        status: 'active',
        sourceOrgId: 'personal',
        sourceOrgName: 'Personal accounts',
        type: 'delayed',
        allowedDecisions: ['change_email', 'transfer_content', 'delete_original'],
        licenses: ['pro'],
      },
    ],
  })

export const claimableUsers = z
  .object({
    items: z
      .array(claimableUser)
      .meta({ description: `At most ${MAX_SELECTED_USERS}, in no particular order.` }),
    total: z.int().meta({
      description: 'How many there are, including the listed ones; for a page (`limit`), how many it lists.',
    }),
    totalIsLowerBound: z.boolean().meta({
      description:
        'True if not all were counted, because the organization has too many domains or accounts on them.',
    }),
    truncated: z.boolean().meta({ description: 'True if there are, or may be, more than are listed.' }),
    hint: z.string().optional().meta({ description: 'If truncated: how to get all of them.' }),
    codes: z
      .array(z.enum(['directory_sync_enabled']))
      .meta({ description: 'Why nobody can be claimed at all.' }),
    nextCursor: z.string().optional().meta({
      description:
        'For a page (`limit`): absent on the last one. A page can be short or empty without being the last.',
    }),
  })
  .meta({
    examples: [
      {
        items: [exampleOf(claimableUser)],
        total: 1,
        totalIsLowerBound: false,
        truncated: false,
        codes: [],
      },
    ],
  })

const exportId = z.string()

export const createdExport = z
  .object({ exportId })
  .meta({ examples: [{ exportId: '01KAPEG9Q0Z7Z7Z7Z7Z7Z7Z7Z7' }] })

export const exportView = z
  .object({
    exportId,
    status: z.enum(exportStatuses),
    rows: z.int().meta({ description: 'Users or claims written so far.' }),
    createdAt: instant,
    completedAt: instant.optional(),
    url: z.string().optional().meta({ description: 'The address of the CSV, valid for 15 minutes.' }),
  })
  .meta({
    examples: [
      {
        exportId: '01KAPEG9Q0Z7Z7Z7Z7Z7Z7Z7Z7',
        status: 'completed',
        rows: 1200,
        createdAt: '2026-11-22T12:00:00.000Z',
        completedAt: '2026-11-22T12:00:04.120Z',
        url: 'https://uploads.example/exports/dunes-bv/01KAPEG9Q0Z7Z7Z7Z7Z7Z7Z7Z7.csv?X-Amz-Signature=4f5c0d1e',
      },
    ],
  })
