import * as z from 'zod'
import { madeDecision } from './claim.ts'
import { addressInput, claimType, contentLoss, decisionKind, instant } from './common.ts'

export const signInInput = z
  .strictObject({ email: addressInput })
  .meta({ examples: [{ email: 'ada@noordzee.example' }] })

export const signInAnswer = z
  .object({
    allowed: z
      .boolean()
      .meta({ description: 'Whether the user may sign in; false for an inactive user (S3).' }),
    mustDecide: z.boolean().meta({ description: 'Whether the user has to decide before going on.' }),
    options: z.array(decisionKind),
    decisionUrl: z.string().optional().meta({ description: 'Where to send the user to decide.' }),
  })
  .meta({
    examples: [
      {
        allowed: true,
        mustDecide: true,
        options: ['change_email', 'transfer_content', 'delete_original'],
        decisionUrl: 'https://claims.example/decisions/3q2-7wAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
      },
    ],
  })

export const decisionInput = z
  .strictObject({
    decision: decisionKind,
    newEmail: addressInput.optional().meta({
      description: 'With change_email: valid, unused, and not on a domain of the claiming organization (U2).',
    }),
  })
  .meta({
    examples: [{ decision: 'change_email', newEmail: 'ada@home.example' }, { decision: 'transfer_content' }],
  })

export const confirmationSent = z
  .object({
    status: z.literal('confirmation_sent'),
    newEmail: z.string(),
    expiresAt: instant.meta({ description: 'Until when the address can be confirmed.' }),
  })
  .meta({
    examples: [
      { status: 'confirmation_sent', newEmail: 'ada@home.example', expiresAt: '2026-11-24T08:30:00Z' },
    ],
  })

export const confirmationView = z
  .object({
    organizationName: z.string(),
    newEmail: z.string().optional().meta({ description: 'Absent once it is confirmed.' }),
    expiresAt: instant.optional(),
    decision: madeDecision.optional().meta({ description: 'Present once the address is confirmed.' }),
  })
  .meta({
    examples: [
      { organizationName: 'Dunes BV', newEmail: 'ada@home.example', expiresAt: '2026-11-24T08:30:00Z' },
    ],
  })

export const decisionView = z
  .object({
    organizationName: z.string(),
    email: z.string(),
    type: claimType,
    createdAt: instant,
    endsAt: instant,
    options: z.array(decisionKind),
    contentLoss: contentLoss.optional(),
    pendingEmail: z.object({ expiresAt: instant }).optional().meta({
      description: 'Until when a new address for the original account can be confirmed (U2).',
    }),
    decision: madeDecision.optional().meta({
      description: 'The decision that was made. It is made only once (U5).',
    }),
  })
  .meta({
    examples: [
      {
        organizationName: 'Dunes BV',
        email: 'ada@noordzee.example',
        type: 'delayed',
        createdAt: '2026-11-22T12:00:00Z',
        endsAt: '2026-12-06T12:00:00Z',
        options: ['change_email', 'transfer_content', 'delete_original'],
      },
    ],
  })
