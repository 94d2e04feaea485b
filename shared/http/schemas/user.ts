import * as z from 'zod'
import { settableStatuses } from '../../rules/enumerations.ts'
import { ORG_ID_PATTERN } from '../../rules/ids.ts'
import { claim } from './claim.ts'
import {
  accountStatus,
  addressInput,
  instant,
  instantInput,
  licensesInput,
  localeInput,
  nameInput,
  userStatus,
} from './common.ts'

const userExample = {
  userId: 'acc00042',
  email: 'ada@noordzee.example',
  firstName: 'Ada',
  lastName: 'de Vries',
  displayName: 'Ada de Vries',
  orgId: 'personal',
  status: 'active',
  licenses: [],
  locale: 'nl',
}

export const user = z
  .object({
    userId: z.string(),
    email: z.string().meta({
      description: 'With `.convert-user.local` appended for an original account whose claim is open (C3).',
    }),
    firstName: z.string(),
    lastName: z.string(),
    displayName: z.string(),
    orgId: z.string(),
    status: userStatus,
    licenses: z.array(z.string()),
    locale: z.string().meta({ description: 'The language of mails to the user.' }),
    inactiveSince: instant.optional().meta({ description: 'When a sync made the user inactive (Y4).' }),
    removedAt: instant.optional().meta({ description: 'When the inactive user will be deleted (Y4).' }),
    claim: claim
      .optional()
      .meta({ description: 'The open claim by which the account came to the organization.' }),
    original: z
      .boolean()
      .optional()
      .meta({ description: 'True if another organization is claiming the account.' }),
  })
  .meta({ examples: [userExample] })

export const platformUser = z
  .object({ ...user.shape, paid: z.boolean() })
  .meta({ examples: [{ ...userExample, paid: false }] })

export const userPatch = z
  .strictObject({
    email: addressInput.optional().meta({
      description:
        'A new address, on a domain that the organization has verified (C9). The account of a direct claim keeps everything else, and the claimed address stays reserved for the original until the claim ends.',
    }),
    firstName: nameInput.optional(),
    lastName: nameInput.optional(),
    displayName: nameInput
      .optional()
      .meta({ description: 'If left out while a name changes, it becomes first and last name.' }),
    licenses: licensesInput.optional(),
    locale: localeInput.optional(),
    status: z.enum(settableStatuses).optional().meta({
      description: '`active` cancels the deletion of a user whom a sync made inactive (Y5).',
    }),
  })
  .meta({
    description: 'Members that are left out keep their value.',
    examples: [
      {
        email: 'ada.jansen@noordzee.example',
        lastName: 'Jansen',
        licenses: ['pro', 'mail'],
        status: 'active',
      },
    ],
  })

export const userInput = z
  .strictObject({
    email: addressInput,
    firstName: nameInput.optional(),
    lastName: nameInput.optional(),
    orgId: z.string().regex(ORG_ID_PATTERN, { error: 'is no organization id' }),
    status: accountStatus.optional(),
    paid: z.boolean().optional(),
    locale: localeInput.optional(),
    licenses: licensesInput.optional(),
  })
  .meta({
    description:
      'Members that are left out keep their value; for a new account they get the default: no names, active, not paid, en, no licences.',
    examples: [
      {
        email: 'ada@noordzee.example',
        firstName: 'Ada',
        lastName: 'de Vries',
        orgId: 'personal',
        status: 'active',
        paid: false,
        locale: 'nl',
        licenses: [],
      },
    ],
  })

const MAX_TITLE_LENGTH = 500

export const conversation = z
  .object({
    conversationId: z.string(),
    userId: z.string(),
    title: z.string(),
    lastActivityAt: instant,
    messages: z.int(),
    bytes: z.int(),
    expiresAt: instant.optional().meta({
      description: "When it expires under the retention policy of the owner's organization; absent: never.",
    }),
  })
  .meta({
    examples: [
      {
        conversationId: 'harbour-plans',
        userId: 'acc00042',
        title: 'Harbour plans',
        lastActivityAt: '2026-11-20T08:30:00Z',
        messages: 12,
        bytes: 40_960,
        expiresAt: '2027-11-20T08:30:00Z',
      },
    ],
  })

export const conversationInput = z
  .strictObject({
    title: z.string().max(MAX_TITLE_LENGTH).default(''),
    lastActivityAt: instantInput,
    messages: z.int().min(0).default(0),
    bytes: z.int().min(0).default(0),
  })
  .meta({
    examples: [
      { title: 'Harbour plans', lastActivityAt: '2026-11-20T08:30:00Z', messages: 12, bytes: 40_960 },
    ],
  })
