import { Buffer } from 'node:buffer'
import * as z from 'zod'
import { epochSeconds, isoSecond, SECOND_MS } from '../../lib/time.ts'
import { LINK_HASH_BYTES } from '../../rules/claims/decision-link.ts'
import { notifications } from '../../rules/enumerations.ts'
import type { ClaimMail, MailSlot, OpenClaim } from '../../rules/types.ts'
import { unknownOf, withUnknown } from './unknown-attributes.ts'

/**
 * The state of an open claim's mails: an attribute of the account's record apart from the claim. Writes about
 * mails change only this attribute, conditional on its own counter, and leave the record's revision as it is.
 */
export const notification = z.enum(notifications)

/** `true`: sent. `at`: milliseconds since 1970. */
const slot = z.union([z.literal(true), z.object({ by: z.string(), at: z.number() })])
type StoredSlot = z.output<typeof slot>

/** Lambda gets binary values of the stream as base64. */
export const bytes = z.union([
  z.custom<Uint8Array>((value) => value instanceof Uint8Array),
  z.base64().transform((text): Uint8Array => Uint8Array.from(Buffer.from(text, 'base64'))),
])

const mailSchema = z.object({
  n: z.number(),
  /** `notification`, where it isn't `pending`. */
  state: notification.optional(),
  /** M5: when the first mail left; seconds since 1970. */
  told: z.number().optional(),
  /** Milliseconds since 1970. */
  resentAt: z.number().optional(),
  claimed: slot.optional(),
  reminder: z.object({ day: z.number(), slot: slot.optional() }).optional(),
  resent: slot.optional(),
  /** All hashes, concatenated. */
  links: bytes.optional(),
})

export const unlessPending = ({ notification }: Pick<OpenClaim, 'notification'>) =>
  notification === 'pending' ? undefined : notification

export function mailToItem(claim: OpenClaim): z.input<typeof mailSchema> {
  const { revision: n, slots, links } = claim.mail
  return {
    ...unknownOf(claim.mail),
    n,
    state: unlessPending(claim),
    told: claim.notifiedAt === undefined ? undefined : epochSeconds(new Date(claim.notifiedAt)),
    resentAt: claim.resentAt === undefined ? undefined : Date.parse(claim.resentAt),
    claimed: slotToItem(slots.claimed),
    reminder: slots.reminder && { day: slots.reminder.day, slot: slotToItem(slots.reminder.slot) },
    resent: slotToItem(slots.resent),
    links: links.length === 0 ? undefined : Uint8Array.from(links.flatMap((each) => [...each])),
  }
}

type StoredNotification = Pick<OpenClaim, 'mail' | 'notification' | 'notifiedAt' | 'resentAt'>

/** @throws ZodError when it isn't the state of an open claim's mails */
export function mailFromItem(item: unknown): StoredNotification {
  const { n, state, told, resentAt, claimed, reminder, resent, links } = mailSchema.parse(item)
  const mail: ClaimMail = {
    revision: n,
    slots: {
      ...(claimed === undefined ? {} : { claimed: slotFromItem(claimed) }),
      ...(reminder === undefined
        ? {}
        : {
            reminder: {
              day: reminder.day,
              ...(reminder.slot === undefined ? {} : { slot: slotFromItem(reminder.slot) }),
            },
          }),
      ...(resent === undefined ? {} : { resent: slotFromItem(resent) }),
    },
    links: links === undefined ? [] : hashesIn(links),
  }
  return {
    notification: state ?? 'pending',
    mail: withUnknown(mail, item, mailSchema),
    ...(told === undefined ? {} : { notifiedAt: isoSecond(new Date(told * SECOND_MS)) }),
    ...(resentAt === undefined ? {} : { resentAt: new Date(resentAt).toISOString() }),
  }
}

const hashesIn = (links: Uint8Array): Uint8Array[] =>
  Array.from({ length: links.length / LINK_HASH_BYTES }, (_, n) =>
    links.slice(n * LINK_HASH_BYTES, (n + 1) * LINK_HASH_BYTES),
  )

function slotToItem(given: MailSlot | undefined): StoredSlot | undefined {
  if (given === undefined) return undefined
  return given === 'sent' ? true : { by: given.by, at: Date.parse(given.at) }
}

const slotFromItem = (given: StoredSlot): MailSlot =>
  given === true ? 'sent' : { by: given.by, at: new Date(given.at).toISOString() }
