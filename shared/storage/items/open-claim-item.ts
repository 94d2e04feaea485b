import * as z from 'zod'
import { openStatuses } from '../../rules/enumerations.ts'
import type { Account, NewAccount, OpenClaim, PendingEmail } from '../../rules/types.ts'
import { isSame } from '../writes/is-same.ts'
import { claimFields, claimFromFields, claimToFields } from './claim-fields.ts'
import { accountStatus, inactivity, withoutUndefined } from './fields.ts'
import { mailFromItem } from './mail-state.ts'
import { unknownOf } from './unknown-attributes.ts'

/** An open claim as its account's item holds it. What follows from the account isn't stored again. */
export const openClaimSchema = z.object({
  ...claimFields,
  status: z.enum(openStatuses),
  resumeAt: z.string().optional(),
  /** C9: the new account's other address. */
  email: z.string().optional(),
  held: z.boolean().optional(),
  /** U2: the new address that is to be confirmed. */
  pending: z
    .object({ email: z.string(), until: z.string(), n: z.number(), links: z.array(z.string()) })
    .optional(),
  confirmations: z.array(z.string()).optional(),
  heldUntil: z.string().optional(),
  /** Only what differs from the original's. */
  account: z
    .object({
      firstName: z.string(),
      lastName: z.string(),
      displayName: z.string(),
      licenses: z.array(z.string()),
      locale: z.string(),
      status: accountStatus,
      inactive: inactivity,
    })
    .partial()
    .optional(),
})

function differing(now: NewAccount, inherited: NewAccount): Partial<NewAccount> | undefined {
  const entries = Object.entries(now).filter(
    ([name, value]) => !isSame(value, inherited[name as keyof NewAccount]),
  )
  return entries.length === 0 ? undefined : Object.fromEntries(entries)
}

function inheritedAccount(
  account: Account,
  type: OpenClaim['type'],
  licenses: readonly string[],
): NewAccount {
  const { firstName, lastName, displayName, locale, status } = account
  return { firstName, lastName, displayName, locale, status, licenses: type === 'direct' ? licenses : [] }
}

export function openClaimToItem(account: Account, claim: OpenClaim): z.input<typeof openClaimSchema> {
  const { email, ...newAccount } = claim.newAccount
  const changed = differing(newAccount, inheritedAccount(account, claim.type, claim.licenses))
  return {
    ...unknownOf(claim),
    ...claimToFields(claim),
    status: claim.status,
    resumeAt: claim.resumeAt,
    email,
    held: claim.held,
    pending: claim.pendingEmail && {
      email: claim.pendingEmail.newEmail,
      until: claim.pendingEmail.expiresAt,
      n: claim.pendingEmail.changeNumber,
      links: [...claim.pendingEmail.links],
    },
    confirmations: claim.confirmations && [...claim.confirmations],
    heldUntil: claim.heldUntil,
    account: changed as z.input<typeof openClaimSchema>['account'],
  }
}

export function openClaimFromItem(
  recordId: string,
  account: Account,
  item: z.output<typeof openClaimSchema>,
  mail: unknown,
): OpenClaim {
  return withoutUndefined({
    ...claimFromFields(recordId, item),
    status: item.status,
    sourceOrgId: account.orgId,
    originalUserId: account.userId,
    email: account.email,
    ...mailFromItem(mail),
    resumeAt: item.resumeAt,
    held: item.held,
    pendingEmail: item.pending && pendingFromItem(item.pending),
    confirmations: item.confirmations,
    heldUntil: item.heldUntil,
    newAccount: withoutUndefined({
      ...inheritedAccount(account, item.type, item.licenses),
      ...withoutUndefined(item.account ?? {}),
      email: item.email,
    }),
  })
}

const pendingFromItem = ({
  email,
  until,
  n,
  links,
}: NonNullable<z.output<typeof openClaimSchema>['pending']>): PendingEmail => ({
  newEmail: email,
  expiresAt: until,
  changeNumber: n,
  links,
})
