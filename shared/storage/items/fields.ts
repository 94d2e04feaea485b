import * as z from 'zod'
import { changeKinds } from '../../rules/change-kinds.ts'
import { contentLossReasons } from '../../rules/claims/content-loss.ts'
import type { Change, Decision } from '../../rules/types.ts'
import { accountStatuses, actorKinds, claimTypes, deciders, decisionKinds } from '../../rules/enumerations.ts'

/** Schemas that several items share. */
export const accountStatus = z.enum(accountStatuses)
export const inactivity = z.object({ since: z.string(), formerStatus: accountStatus, syncId: z.string() })
export const claimType = z.enum(claimTypes)
export const contentLossReason = z.enum(contentLossReasons)
export const decision = z.object({
  kind: z.enum(decisionKinds),
  at: z.string(),
  by: z.enum(deciders),
  newEmail: z.string().optional(),
  links: z.array(z.string()).optional(),
})
export function decisionToItem({ links, ...rest }: Decision): z.input<typeof decision> {
  return { ...rest, ...(links === undefined ? {} : { links: [...links] }) }
}

export const actor = z.templateLiteral([z.enum(actorKinds), ':', z.string()])
export const changeSchema = z.object({
  what: z.enum(changeKinds),
  at: z.string(),
  by: actor,
  n: z.number(),
}) satisfies z.ZodType<Change>

type Defined<T> = { [K in keyof T]: Exclude<T[K], undefined> }

/**
 * Removes members that are `undefined`: zod's optional members may be, and the domain's types want them
 * absent.
 */
export function withoutUndefined<T extends object>(value: T): Defined<T> {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as Defined<T>
}
