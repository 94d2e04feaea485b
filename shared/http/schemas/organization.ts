import * as z from 'zod'
import { isAddress } from '../../rules/accounts/address.ts'
import { isHttpsUrl, isTimeZone } from '../../rules/organizations/contact.ts'
import { MAX_NAME_LENGTH } from '../../rules/limits.ts'
import {
  addressInput,
  instant,
  instantInput,
  licensesInput,
  localeInput,
  unmailableMessage,
} from './common.ts'
import { organizationKinds } from '../../rules/enumerations.ts'

/** Days: a hundred years. */
const MAX_RETENTION_DAYS = 36_500
const MAX_ADMIN_EMAILS = 20
const MAX_REGION_LENGTH = 64

/** Characters; the longest name in the IANA database has 32. */
const MAX_TIME_ZONE_LENGTH = 64
/** A URL that people can be shown. */
const MAX_CONTACT_LENGTH = 320

/** Must be mailable: an address that SES refuses would end in the dead-letter queue. */
const adminAddress = addressInput.trim().refine(isAddress, { error: unmailableMessage })

export const organizationKind = z.enum(organizationKinds)

const timeZoneInput = z
  .string()
  .max(MAX_TIME_ZONE_LENGTH)
  .refine(isTimeZone, { error: 'must be a time zone of the IANA database, as Europe/Amsterdam' })
  .meta({ examples: ['Europe/Amsterdam', 'UTC'] })

const contactInput = z
  .string()
  .trim()
  .max(MAX_CONTACT_LENGTH)
  .refine((text) => isAddress(text) || isHttpsUrl(text), {
    error: ({ input }) =>
      String(input).includes('@')
        ? unmailableMessage({ input })
        : 'must be an e-mail address that can be mailed, or an https:// URL',
  })
  .meta({ examples: ['it@dunes.example', 'https://intranet.dunes.example/claims'] })

const settings = {
  allowContentMigration: z.boolean().meta({
    description: 'Whether users may bring their conversations with them; if not, every claim is direct (T1).',
  }),
  directorySync: z.boolean().meta({
    description:
      "Whether the organization's own directory is synchronised; nobody can be claimed while it is (Y1).",
  }),
  suppressInvitations: z.boolean().meta({
    description:
      'Suppresses the invitations that follow licence assignment. The mail about a claim is always sent (N3).',
  }),
  licenseTemplate: licensesInput.meta({ description: 'Licences of claims that name none (C5).' }),
  retentionDays: z.int().min(1).max(MAX_RETENTION_DAYS).nullable().meta({
    description: 'Days that conversations are kept after their last activity; null: for ever (U3).',
  }),
  locale: localeInput,
  timeZone: timeZoneInput.meta({
    description:
      "Time zone of the times in this organization's mails and pages, from the IANA database (N5).",
  }),
  contact: contactInput.nullable().meta({
    description:
      'Where people can ask about a claim: an e-mail address, to which replies go, or an https URL. Mails and pages show it (N5); null: nowhere.',
  }),
}

export const organization = z
  .object({
    orgId: z.string(),
    name: z.string(),
    kind: organizationKind,
    region: z.string(),
    createdAt: instant,
    sso: z.boolean(),
    adminEmails: z.array(
      z.object({
        email: z.string(),
        suppressed: z.boolean().meta({
          description:
            'A mail to it bounced or was reported as spam: it gets no more mail until the suppression is lifted (N4).',
        }),
      }),
    ),
    allowContentMigration: settings.allowContentMigration,
    directorySync: settings.directorySync,
    suppressInvitations: settings.suppressInvitations,
    licenseTemplate: z.array(z.string()),
    retentionDays: z.int().nullable(),
    locale: z.string(),
    timeZone: z.string(),
    contact: z.string().optional(),
    deletion: z.object({ at: instant }).optional().meta({
      description: 'When the organization will be deleted; until then, the deletion can be taken back (O1).',
    }),
  })
  .meta({
    examples: [
      {
        orgId: 'dunes-bv',
        name: 'Dunes BV',
        kind: 'enterprise',
        region: 'eu',
        createdAt: '2024-03-01T09:00:00Z',
        sso: false,
        adminEmails: [{ email: 'it@dunes.example', suppressed: false }],
        allowContentMigration: true,
        directorySync: false,
        suppressInvitations: false,
        licenseTemplate: ['pro'],
        retentionDays: 365,
        locale: 'nl',
        timeZone: 'Europe/Amsterdam',
        contact: 'it@dunes.example',
      },
    ],
  })

export const organizationPatch = z
  .strictObject(settings)
  .partial()
  .meta({ examples: [{ allowContentMigration: false, retentionDays: null }] })

export const organizationInput = z
  .strictObject({
    name: z.string().trim().min(1).max(MAX_NAME_LENGTH),
    kind: organizationKind,
    region: z.string().min(1).max(MAX_REGION_LENGTH).optional(),
    createdAt: instantInput.optional(),
    sso: z.boolean().optional(),
    directorySync: z.boolean().optional(),
    adminEmails: z.array(adminAddress).max(MAX_ADMIN_EMAILS).optional().meta({
      description: 'Who is mailed when an import has finished.',
    }),
  })
  .meta({
    description:
      'Members that are left out keep their value; for a new organization they get the default: no region, created now, no SSO, no directory synchronisation, no admins.',
    examples: [
      {
        name: 'Dunes BV',
        kind: 'enterprise',
        region: 'eu',
        createdAt: '2024-03-01T09:00:00Z',
        sso: false,
        directorySync: false,
        adminEmails: ['it@dunes.example'],
      },
    ],
  })

export const deletionInput = z
  .strictObject({
    confirmName: z.string().max(MAX_NAME_LENGTH).meta({
      description: "The organization's exact name, as a safeguard: a deletion is permanent.",
    }),
  })
  .meta({ examples: [{ confirmName: 'Dunes BV' }] })

export const deletionAnswer = z
  .object({ orgId: z.string(), removedAt: instant })
  .meta({ examples: [{ orgId: 'dunes-bv', removedAt: '2026-11-23T12:00:00Z' }] })
