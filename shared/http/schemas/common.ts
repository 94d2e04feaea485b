import * as z from 'zod'
import { parseAddress } from '../../rules/accounts/address.ts'
import { contentLossReasons } from '../../rules/claims/content-loss.ts'
import { MAX_LICENSE_LENGTH, MAX_LICENSES, MAX_NAME_LENGTH } from '../../rules/limits.ts'
import { LOCALE_PATTERN, MAX_LOCALE_LENGTH } from '../../rules/locale.ts'
import { MAX_CURSOR_LENGTH } from '../cursor.ts'
import {
  accountStatuses,
  claimStatuses,
  claimTypes,
  decisionKinds,
  notifications,
  userStatuses,
} from '../../rules/enumerations.ts'

export const DEFAULT_PAGE_SIZE = 50
export const MAX_PAGE_SIZE = 100

/** Length of an id in a path: longer than any existing id, shorter than DynamoDB's keys. */
const MAX_ID_LENGTH = 512
/** More than RFC 5321's 254 octets, so that the domain rules can say what is wrong with a longer address. */
const MAX_ADDRESS_INPUT_LENGTH = 1024

export const instant = z.string().meta({ format: 'date-time', examples: ['2026-11-22T12:00:00Z'] })

/** An ISO 8601 instant with its offset, converted to UTC. */
export const instantInput = z.iso
  .datetime({ offset: true, error: 'must be an ISO 8601 instant, as 2026-11-22T12:00:00Z' })
  .transform((text) => new Date(text).toISOString())

export const idInPath = z.string().min(1).max(MAX_ID_LENGTH)

/** As typed. The domain rules, not the schema, decide whether it is an address. */
export const addressInput = z
  .string()
  .max(MAX_ADDRESS_INPUT_LENGTH)
  .meta({ examples: ['ada@noordzee.example'] })

/** Filter of a list: an address, or the beginning of one. */
export const addressSearch = z
  .string()
  .min(1)
  .max(MAX_ADDRESS_INPUT_LENGTH)
  .optional()
  .meta({
    description:
      'An address or the beginning of one, in upper or lower case; an internationalised domain in either form.',
    examples: ['ada@noordzee.example', 'ada.'],
  })

export const nameInput = z.string().max(MAX_NAME_LENGTH)

export const sendInvitationsInput = z.boolean().optional().meta({
  description:
    "Default: true. False suppresses the invitations that follow the assignment of licences, whatever the organization's setting. The mails about the claim are sent in any case (N3).",
})

export const licensesInput = z
  .array(z.string().trim().min(1).max(MAX_LICENSE_LENGTH))
  .max(MAX_LICENSES)
  .meta({ examples: [['pro', 'mail']] })

/** BCP 47. Mails exist in English, Dutch, German, French and Spanish; any other language gets English. */
export const localeInput = z
  .string()
  .max(MAX_LOCALE_LENGTH)
  .regex(LOCALE_PATTERN, { error: 'must be a language tag, as nl or nl-BE' })
  .meta({ examples: ['nl', 'en-GB'] })

const pageSize = z
  .string()
  .regex(/^(?:[1-9]\d?|100)$/, { error: `must be a number from 1 to ${MAX_PAGE_SIZE}` })
  .transform(Number)
const pageSizeMeta = { type: 'integer', minimum: 1, maximum: MAX_PAGE_SIZE, pattern: undefined } as const

/** The page size of a list that is returned as a whole if none is given. */
export const optionalPageSize = pageSize.optional().meta({
  ...pageSizeMeta,
  description: 'Items per page. Without it, the first 250 in one answer.',
})

/** Page size and position: the query of every list. */
export const paging = {
  limit: pageSize
    .default(DEFAULT_PAGE_SIZE)
    .meta({ ...pageSizeMeta, description: `Items per page; default ${DEFAULT_PAGE_SIZE}.` }),
  cursor: z.string().max(MAX_CURSOR_LENGTH).optional().meta({
    description:
      'The `nextCursor` of the previous page. It continues the same query of the same organization.',
  }),
}

/** `true` or `false` in a query. */
export const flag = z.enum(['true', 'false']).transform((text) => text === 'true')

/** The first example of a schema, to build the examples of schemas that contain it. */
export function exampleOf(schema: z.ZodType): unknown {
  const examples = schema.meta()?.examples
  return Array.isArray(examples) ? examples[0] : undefined
}

export function pageOf<T extends z.ZodType>(item: T) {
  const page = z.object({
    items: z.array(item),
    nextCursor: z.string().optional().meta({
      description: 'Absent on the last page. A page can be short or empty without being the last.',
    }),
  })
  const example = exampleOf(item)
  return example === undefined
    ? page
    : page.meta({ examples: [{ items: [example], nextCursor: 'eyJhZnRlciI6ImFjYzAwMDQyIn0' }] })
}

export const claimType = z.enum(claimTypes)
export const claimStatus = z.enum(claimStatuses)
export const notification = z.enum(notifications)
export const decisionKind = z.enum(decisionKinds)
export const accountStatus = z.enum(accountStatuses)
export const userStatus = z.enum(userStatuses)
export const contentLossReason = z.enum(contentLossReasons)
export const contentLoss = z
  .object({ reason: contentLossReason })
  .meta({ description: 'Why the content stays behind and is lost with the original account (T3).' })

/** Why a file was refused as a whole, and where in it. */
export const fileError = z.object({
  code: z.string(),
  message: z.string().meta({ description: "For people, in the organization's language." }),
  line: z.int().min(1).optional(),
  column: z.int().min(1).optional(),
})

/** N4: why an address can't be mailed. */
export function unmailableMessage({ input }: { readonly input?: unknown }): string {
  const parsed = parseAddress(String(input))
  return parsed.outcome === 'refused' && parsed.reason === 'not_ascii'
    ? 'has letters beyond a to z before the @, so no mail can be sent to it'
    : 'is not an e-mail address that can be mailed'
}
