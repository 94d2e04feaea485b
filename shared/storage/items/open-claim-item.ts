import * as z from 'zod'
import { claimIds, claimSortKey } from '../../rules/claims/claim-ids.ts'
import { openStatuses } from '../../rules/enumerations.ts'
import type { Account, NewAccount, OpenClaim, PendingEmail } from '../../rules/types.ts'
import { isSame } from '../writes/is-same.ts'
import {
  accountStatus,
  actor,
  claimType,
  contentLossReason,
  decision,
  decisionToItem,
  inactivity,
  withoutUndefined,
} from './fields.ts'
import { mailFromItem } from './mail-state.ts'
import { unknownOf } from './unknown-attributes.ts'

/** An open claim as its account's item holds it. What follows from the account isn't stored again. */
export const openClaimSchema = z.object({
  id: z.string(),
  type: claimType,
  status: z.enum(openStatuses),
  org: z.string(),
  at: z.string(),
  licenses: z.array(z.string()),
  loss: contentLossReason.optional(),
  /** `ClaimCore.noInvitation`. */
  noInvite: z.literal(true).optional(),
  origin: z.string(),
  by: actor,
  moved: z.number().optional(),
  decision: decision.optional(),
  signedInAt: z.string().optional(),
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
  auditKeys: z.array(z.string()),
  version: z.number(),
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
    id: claimSortKey(claim.claimId),
    type: claim.type,
    status: claim.status,
    org: claim.claimingOrgId,
    at: claim.createdAt,
    licenses: [...claim.licenses],
    loss: claim.contentLoss,
    noInvite: claim.noInvitation,
    origin: claim.origin,
    by: claim.createdBy,
    moved: claim.conversationsMoved === 0 ? undefined : claim.conversationsMoved,
    decision: claim.decision && decisionToItem(claim.decision),
    signedInAt: claim.signedInAt,
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
    auditKeys: [...claim.auditKeys],
    version: claim.version,
  }
}

export function openClaimFromItem(
  recordId: string,
  account: Account,
  item: z.output<typeof openClaimSchema>,
  mail: unknown,
): OpenClaim {
  return withoutUndefined({
    ...claimIds(recordId, item.id),
    type: item.type,
    status: item.status,
    claimingOrgId: item.org,
    sourceOrgId: account.orgId,
    originalUserId: account.userId,
    email: account.email,
    createdAt: item.at,
    licenses: item.licenses,
    contentLoss: item.loss,
    noInvitation: item.noInvite,
    origin: item.origin,
    createdBy: item.by,
    ...mailFromItem(mail),
    conversationsMoved: item.moved ?? 0,
    decision: item.decision && withoutUndefined(item.decision),
    signedInAt: item.signedInAt,
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
    auditKeys: item.auditKeys,
    version: item.version,
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
