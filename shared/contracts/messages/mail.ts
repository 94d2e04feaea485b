import * as z from 'zod'
import { decisionMailKinds, endedClaimMailKinds, openClaimMailKinds } from '../../rules/enumerations.ts'

/** `mailId` identifies the mail, which is sent once however often it is requested. */
const mail = { mailId: z.string(), orgId: z.string() }
const claimMail = { ...mail, claimId: z.string() }

/** A mail to be sent. */
export const mailMessage = z.discriminatedUnion('kind', [
  /** About an open claim. M5: each of these mails, and each reminder, counts as telling the user. */
  z.object({ kind: z.enum(openClaimMailKinds).exclude(['reminder']), ...claimMail }),
  /** N1: `day` (7, 11 or 13) says which reminder it is. One that was held until a later one was due is not sent. */
  z.object({ kind: z.literal('reminder'), ...claimMail, day: z.number() }),
  z.object({ kind: z.enum(endedClaimMailKinds), ...claimMail }),
  /** U7: acknowledges a decision, to the claimed address, and after `change_email` to the new one. */
  z.object({ kind: z.enum(decisionMailKinds), ...claimMail }),
  /** U2: asks to confirm a new address; `n`: the number of the change that asked for it, of which only the last counts. */
  z.object({ kind: z.literal('confirmation'), ...claimMail, n: z.number() }),
  /** To an org's admins, one mail to each (N4): a finished import, … */
  z.object({ kind: z.literal('import'), ...mail, importId: z.string() }),
  /** … all users whom one sync made inactive, … */
  z.object({ kind: z.literal('inactivated'), ...mail, syncId: z.string() }),
  /** … and those of them who still are, `days` days before their deletion; … */
  z.object({ kind: z.literal('removal_warning'), ...mail, syncId: z.string(), days: z.number() }),
  /** … N4: all mails about claims that bounced on a day, a date like 2026-11-28 in the org's time zone. */
  z.object({ kind: z.literal('mails_returned'), ...mail, day: z.string() }),
])

/** When the cause of a mail happened, ISO 8601: sent long after it, a mail counts as late. */
export const mailCause = z.object({ causedAt: z.iso.datetime() })
