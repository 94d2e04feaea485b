import * as z from 'zod'
import { MAX_SELECTED_USERS, MAX_TYPED_USERS } from '../../rules/limits.ts'
import { refusalCodes } from '../problems/reasons.ts'
import {
  addressInput,
  claimStatus,
  claimType,
  contentLoss,
  decisionKind,
  exampleOf,
  instant,
  licensesInput,
  nameInput,
  notification,
  sendInvitationsInput,
} from './common.ts'
import {
  claimResultKinds,
  deciders,
  holdReasons,
  irrevocabilities,
  mailsOfClaim,
  previewResultKinds,
} from '../../rules/enumerations.ts'

/** Longer than any user id. An id that doesn't exist is a refusal and not bad input (C8). */
const MAX_USER_ID_LENGTH = 512

export const madeDecision = z.object({ kind: decisionKind, at: instant, by: z.enum(deciders) })

const organizationName = z.string().meta({ description: 'The id of an organization that is gone.' })

export const claim = z
  .object({
    claimId: z.string(),
    type: claimType,
    status: claimStatus,
    email: z.string(),
    originalUserId: z.string(),
    newUserId: z.string(),
    displayName: z.string().meta({
      description:
        'The person’s name. Empty for an ended claim whose account has got another address by the user’s decision, has moved on, has been claimed again or is deleted.',
    }),
    claimingOrgId: z.string(),
    claimingOrganizationName: organizationName,
    sourceOrgId: z.string(),
    sourceOrganizationName: organizationName,
    createdAt: instant,
    endsAt: instant.meta({
      description:
        '14 × 24 h after the creation: when a delayed claim is migrated, and from when no claim can be revoked.',
    }),
    migratesAt: instant.optional().meta({
      description:
        'For a delayed claim without a decision: `endsAt`, or later if the migration is held. If no mail has been sent yet, the earliest possible time (M5).',
    }),
    heldBecause: z.enum(holdReasons).optional().meta({
      description:
        'Why the migration is later than `endsAt`: no mail about the claim had been sent seven days before (M5), or the user has yet to confirm a new address for the original account (U2).',
    }),
    daysLeft: z.int().meta({ description: 'Days until `migratesAt`, or else `endsAt`, rounded up (M4).' }),
    revocable: z.boolean(),
    notRevocableBecause: z.enum(irrevocabilities).optional(),
    allowedDecisions: z.array(decisionKind),
    decision: madeDecision.optional(),
    pendingEmail: z.object({ expiresAt: instant }).optional().meta({
      description:
        'Until when the user can confirm a new address for the original account (U2). The address itself is not disclosed.',
    }),
    signedInAt: instant.optional(),
    contentLoss: contentLoss.optional(),
    licenses: z.array(z.string()),
    sendInvitations: z.boolean().meta({
      description:
        'False: the request or import asked for no invitation to the licences (N3). True: the organization’s `suppressInvitations` decides.',
    }),
    importId: z
      .string()
      .optional()
      .meta({ description: 'The import that made the claim; absent if a request did (C10).' }),
    createdBy: z.string().meta({
      description:
        'Who requested it: `admin:…`, or, for a file put directly into the bucket, `s3:…` with the principal that S3 names (C10).',
    }),
    notification,
    notifiedAt: instant.optional().meta({
      description: 'When the first mail about the claim was sent, whether or not it bounced.',
    }),
    notifyAllowedAt: instant.optional().meta({
      description: 'From when the mail can be sent again (M4). Absent: now, or not at all.',
    }),
    completedAt: instant.optional(),
    revokedAt: instant.optional(),
    version: z.int(),
  })
  .meta({
    examples: [
      {
        claimId: 'clm~acc00042~01KAPEG9Q0Z7Z7Z7Z7Z7Z7Z7Z7',
        type: 'delayed',
        status: 'open',
        email: 'ada@noordzee.example',
        originalUserId: 'acc00042',
        newUserId: 'acc00042~01KAPEG9Q0Z7Z7Z7Z7Z7Z7Z7Z7',
        displayName: 'Ada de Vries',
        claimingOrgId: 'dunes-bv',
        claimingOrganizationName: 'Dunes B.V.',
        sourceOrgId: 'personal',
        sourceOrganizationName: 'Personal accounts',
        createdAt: '2026-11-22T12:00:00Z',
        endsAt: '2026-12-06T12:00:00Z',
        migratesAt: '2026-12-06T12:00:00Z',
        daysLeft: 14,
        revocable: true,
        allowedDecisions: ['change_email', 'transfer_content', 'delete_original'],
        licenses: ['pro'],
        sendInvitations: true,
        importId: '01KAPEG9Q0Z7Z7Z7Z7Z7Z7Z7Z7',
        createdBy: 'admin:ada',
        notification: 'sent',
        notifiedAt: '2026-11-22T12:00:04Z',
        version: 1,
      },
    ],
  })

const userIdInput = z.string().min(1).max(MAX_USER_ID_LENGTH)

/** Whom a request names: the two alternatives as the OpenAPI document shows them. */
export const targetById = z.strictObject({ userId: userIdInput })
export const targetByAddress = z.strictObject({
  email: addressInput,
  firstName: nameInput.optional(),
  lastName: nameInput.optional(),
})

export const claimTarget = z
  .strictObject({
    userId: userIdInput.optional(),
    email: addressInput.optional(),
    firstName: nameInput.optional(),
    lastName: nameInput.optional(),
  })
  .superRefine((user, context) => {
    const fail = (path: string[], message: string): void =>
      context.addIssue({ code: 'custom', path, message })
    if (user.userId === undefined && user.email === undefined) fail([], 'takes a userId or an email')
    if (user.userId === undefined) return
    for (const name of ['email', 'firstName', 'lastName'] as const)
      if (user[name] !== undefined) fail([name], 'does not go with a userId')
  })
  .meta({ description: 'An account by its id, or by its address and, optionally, new names.' })

const users = z
  .array(claimTarget)
  .min(1)
  .superRefine((list, context) => {
    const selected = list.filter(({ userId }) => userId !== undefined).length
    if (selected > MAX_SELECTED_USERS)
      context.addIssue({ code: 'custom', message: `takes at most ${MAX_SELECTED_USERS} by userId` })
    if (list.length - selected > MAX_TYPED_USERS)
      context.addIssue({ code: 'custom', message: `takes at most ${MAX_TYPED_USERS} by email` })
  })
  .meta({
    description: `At most ${MAX_SELECTED_USERS} by userId and ${MAX_TYPED_USERS} by email.`,
    maxItems: MAX_SELECTED_USERS + MAX_TYPED_USERS,
  })

export const claimRequest = z
  .strictObject({
    users,
    type: claimType.optional().meta({
      description: 'Default: delayed if content can migrate, direct otherwise (T2).',
    }),
    licenses: licensesInput
      .optional()
      .meta({ description: "Default, also if empty: the organization's template." }),
    sendInvitations: sendInvitationsInput,
    acknowledgePermanent: z.boolean().optional().meta({
      description: 'Acknowledges that claims are permanent (T6). Without it nobody is claimed.',
    }),
  })
  .meta({
    examples: [
      {
        users: [{ userId: 'acc00042' }, { email: 'bob@noordzee.example', firstName: 'Bob' }],
        licenses: ['pro'],
        acknowledgePermanent: true,
      },
    ],
  })

const asked = { email: z.string().optional(), userId: z.string().optional() }

export const refusalCode = z.enum(refusalCodes)

const codes = z.array(refusalCode).meta({
  description: 'Every reason for which it was refused; `/problems/{code}` explains each.',
})

export const claimResult = z.object({
  ...asked,
  result: z.enum(claimResultKinds),
  codes,
  claim: claim.optional(),
})

export const claimResults = z
  .object({
    results: z.array(claimResult).meta({ description: 'One per user, in the order of the request (C8).' }),
  })
  .meta({
    examples: [
      {
        results: [
          { userId: 'acc00042', result: 'claimed', codes: [], claim: exampleOf(claim) },
          { email: 'bob@noordzee.example', result: 'refused', codes: ['source_uses_sso', 'claim_open'] },
        ],
      },
    ],
  })

export const mailKind = z.enum([...mailsOfClaim.direct, ...mailsOfClaim.delayed])

export const previewResult = z.object({
  ...asked,
  result: z.enum(previewResultKinds),
  codes,
  type: claimType.optional(),
  allowedDecisions: z.array(decisionKind).optional(),
  contentLoss: contentLoss.optional(),
  licenses: z.array(z.string()).optional(),
  mails: z.array(mailKind).optional().meta({
    description:
      'The mails that the user would get; the reminder on days 7, 11 and 13 until the user decides.',
  }),
})

export const previewResults = z
  .object({
    results: z.array(previewResult),
  })
  .meta({
    examples: [
      {
        results: [
          {
            userId: 'acc00042',
            result: 'claimable',
            codes: [],
            type: 'direct',
            allowedDecisions: ['change_email', 'delete_original'],
            contentLoss: { reason: 'enterprise_source' },
            licenses: ['pro'],
            mails: ['claimed_direct'],
          },
          { email: 'bob@noordzee.example', result: 'refused', codes: ['unknown_user'] },
        ],
      },
    ],
  })
