import * as z from 'zod'
import type { MailRequest } from '../mail-requests.ts'

/** A mail to be sent. */
export const mailMessage = z.discriminatedUnion('kind', [
  z.object({
    kind: z.enum(['claimed', 'reminder', 'resent', 'migrated', 'revoked', 'decided', 'confirmed']),
    mailId: z.string(),
    orgId: z.string(),
    claimId: z.string(),
    day: z.number().optional(),
  }),
  z.object({
    kind: z.literal('confirmation'),
    mailId: z.string(),
    orgId: z.string(),
    claimId: z.string(),
    n: z.number(),
  }),
  z.object({ kind: z.literal('inactivated'), mailId: z.string(), orgId: z.string(), syncId: z.string() }),
  z.object({
    kind: z.literal('removal_warning'),
    mailId: z.string(),
    orgId: z.string(),
    syncId: z.string(),
    days: z.number(),
  }),
  z.object({ kind: z.literal('mails_returned'), mailId: z.string(), orgId: z.string(), day: z.string() }),
  z.object({ kind: z.literal('import'), mailId: z.string(), orgId: z.string(), importId: z.string() }),
]) satisfies z.ZodType<MailRequest>
