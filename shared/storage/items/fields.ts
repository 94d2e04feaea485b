import * as z from 'zod'
import { changeKinds } from '../../rules/change-kinds.ts'
import { contentLossReasons } from '../../rules/claims/content-loss.ts'
import type { Change, Decision } from '../../rules/types.ts'

/** What the schemas of several items have in common. */
export const accountStatus = z.enum(['active', 'not_verified', 'verified', 'inactive'])
export const inactivity = z.object({ since: z.string(), formerStatus: accountStatus, syncId: z.string() })
export const claimType = z.enum(['direct', 'delayed'])
export const contentLossReason = z.enum(contentLossReasons)
export const decision = z.object({
  kind: z.enum(['change_email', 'transfer_content', 'delete_original']),
  at: z.string(),
  by: z.enum(['user', 'schedule']),
  newEmail: z.string().optional(),
  links: z.array(z.string()).optional(),
})
export function decisionToItem({ links, ...rest }: Decision): z.input<typeof decision> {
  return { ...rest, ...(links === undefined ? {} : { links: [...links] }) }
}

export const actor = z.templateLiteral([
  z.enum(['admin', 's3', 'import', 'sync', 'schedule', 'platform', 'user', 'mail']),
  ':',
  z.string(),
])
export const changeSchema = z.object({
  what: z.enum(changeKinds),
  at: z.string(),
  by: actor,
  n: z.number(),
}) satisfies z.ZodType<Change>

type Defined<T> = { [K in keyof T]: Exclude<T[K], undefined> }

/** zod's optional members may be there and `undefined`; the domain's types say that they are absent then. */
export function withoutUndefined<T extends object>(value: T): Defined<T> {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as Defined<T>
}
