import * as z from 'zod'
import { shardOf } from '../../lib/shard.ts'
import { domainOf } from '../../rules/accounts/address.ts'
import { fullName } from '../../rules/accounts/display-name.ts'
import { claimIds, claimSortKey } from '../../rules/claims/claim-ids.ts'
import { isPostponedByLateMail } from '../../rules/claims/migration-hold.ts'
import { dueOf } from '../../rules/due/due-work.ts'
import { openStatuses } from '../../rules/enumerations.ts'
import type { Account, AccountRecord, NewAccount, OpenClaim, PendingEmail } from '../../rules/types.ts'
import { indexKeys, keys, recordIdOfKey } from '../keys.ts'
import { suppressEffectsAttribute } from '../schema.ts'
import { withStoredItem } from '../writes/differences.ts'
import { isSame } from '../writes/is-same.ts'
import { endedFromItem, endedSchema, endedToItem } from './closed-claim-item.ts'
import {
  accountStatus,
  actor,
  changeSchema,
  claimType,
  contentLossReason,
  decision,
  decisionToItem,
  inactivity,
  withoutUndefined,
} from './fields.ts'
import { mailFromItem, mailToItem } from './mail-state.ts'
import { derivedAttributes, itemVersion, unknownOf, withUnknown } from './unknown-attributes.ts'

/**
 * Items of accounts, and their conversion to and from the domain's types. Items are parsed when read. A
 * record is kept under 1 KB, a write unit, so nothing is stored that can be derived: ids, the end, names that
 * are the same.
 */
type Item = Record<string, unknown>
type StoredItem = Readonly<Record<string, unknown>>

const openClaimSchema = z.object({
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
  /** All but the first entry, which is the creation's. */
  trail: z.array(z.string()).optional(),
  first: z.string(),
  version: z.number(),
})

const accountSchema = z.object({
  type: z.literal('account'),
  v: itemVersion,
  pk: z.string(),
  rev: z.number(),
  /** Absent: the record's id. */
  userId: z.string().optional(),
  email: z.string(),
  firstName: z.string(),
  lastName: z.string(),
  displayName: z.string().optional(),
  orgId: z.string(),
  status: accountStatus,
  licenses: z.array(z.string()),
  paid: z.boolean(),
  locale: z.string(),
  inactive: inactivity.optional(),
  claim: openClaimSchema.optional(),
  /** With `claim`: see `mail-state.ts`. */
  mail: z.unknown().optional(),
  ended: endedSchema.optional(),
  /** Whether its accounts have, or had, any conversation. */
  content: z.boolean(),
  /** `AccountRecord.deletion`. */
  removal: z.object({ userId: z.string(), at: z.string(), by: actor, resumeAt: z.string() }).optional(),
  change: changeSchema.optional(),
})

/** The attributes that make up a record, except its key. */
export const accountAttributes: readonly string[] = [
  ...new Set([...Object.keys(accountSchema.shape), ...derivedAttributes]),
].filter((name) => name !== 'pk' && name !== 'sk')

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

function openClaimToItem(account: Account, claim: OpenClaim): z.input<typeof openClaimSchema> {
  const [first = '', ...trail] = claim.auditKeys
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
    first,
    trail: trail.length === 0 ? undefined : trail,
    version: claim.version,
  }
}

function openClaimFromItem(
  recordId: string,
  account: Account,
  item: z.output<typeof openClaimSchema>,
  mail: unknown,
): OpenClaim {
  return {
    ...claimIds(recordId, item.id),
    type: item.type,
    status: item.status,
    claimingOrgId: item.org,
    sourceOrgId: account.orgId,
    originalUserId: account.userId,
    email: account.email,
    createdAt: item.at,
    licenses: item.licenses,
    ...(item.loss === undefined ? {} : { contentLoss: item.loss }),
    ...(item.noInvite === undefined ? {} : { noInvitation: item.noInvite }),
    origin: item.origin,
    createdBy: item.by,
    ...mailFromItem(mail),
    conversationsMoved: item.moved ?? 0,
    ...(item.decision === undefined ? {} : { decision: withoutUndefined(item.decision) }),
    ...(item.signedInAt === undefined ? {} : { signedInAt: item.signedInAt }),
    ...(item.resumeAt === undefined ? {} : { resumeAt: item.resumeAt }),
    ...(item.held === undefined ? {} : { held: item.held }),
    ...(item.pending === undefined ? {} : { pendingEmail: pendingFromItem(item.pending) }),
    ...(item.confirmations === undefined ? {} : { confirmations: item.confirmations }),
    ...(item.heldUntil === undefined ? {} : { heldUntil: item.heldUntil }),
    newAccount: {
      ...inheritedAccount(account, item.type, item.licenses),
      ...withoutUndefined(item.account ?? {}),
      ...(item.email === undefined ? {} : { email: item.email }),
    },
    auditKeys: [item.first, ...(item.trail ?? [])],
    version: item.version,
  }
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

export function accountToItem(record: AccountRecord): Item {
  const { recordId, account, claim, deletion, change, hasContent } = record
  // An open claim takes the place of an ended one, which is moved to an item of its own by the same write.
  const ended = claim === undefined ? record.ended : undefined
  const listed = claim ?? ended?.claim
  const shard = shardOf(recordId)
  const due = dueOf(record)
  return {
    ...unknownOf(record),
    ...keys.account(recordId),
    type: 'account',
    v: 1,
    rev: record.revision,
    ...account,
    userId: account.userId === recordId ? undefined : account.userId,
    displayName:
      account.displayName === fullName(account.firstName, account.lastName) ? undefined : account.displayName,
    claim: claim === undefined ? undefined : openClaimToItem(account, claim),
    mail: claim === undefined ? undefined : mailToItem(claim),
    ended: ended && endedToItem(recordId, account, ended),
    content: hasContent,
    removal: deletion,
    change,
    // M5: a late first mail postpones the migration. That is no change with a number, but needs a schedule.
    [suppressEffectsAttribute]:
      change?.n === record.revision || (claim && isPostponedByLateMail(claim)) ? undefined : 'y',
    orgShard: indexKeys.orgShard(account.orgId, shard),
    domainShard: indexKeys.domainShard(domainOf(account.email), shard),
    ...(listed === undefined
      ? {}
      : {
          claimShard: indexKeys.claimShard(listed.claimingOrgId, shard),
          claimSort: claimSortKey(listed.claimId),
        }),
    ...(claim === undefined ? {} : { outgoingShard: indexKeys.outgoingShard(claim.sourceOrgId, shard) }),
    ...(due === undefined ? {} : { dueShard: indexKeys.dueShard(due.kind, shard), dueAt: due.at }),
  }
}

/** @throws ZodError when the item isn't an account record of a version this code knows */
export function accountFromItem(item: StoredItem): AccountRecord {
  const parsed = accountSchema.parse(item)
  const recordId = recordIdOfKey(parsed.pk)
  const account: Account = {
    userId: parsed.userId ?? recordId,
    email: parsed.email,
    firstName: parsed.firstName,
    lastName: parsed.lastName,
    displayName: parsed.displayName ?? fullName(parsed.firstName, parsed.lastName),
    orgId: parsed.orgId,
    status: parsed.status,
    licenses: parsed.licenses,
    paid: parsed.paid,
    locale: parsed.locale,
    ...(parsed.inactive === undefined ? {} : { inactive: parsed.inactive }),
  }
  const claim = parsed.claim && openClaimFromItem(recordId, account, parsed.claim, parsed.mail)
  const record = {
    recordId,
    revision: parsed.rev,
    account,
    ...(claim === undefined ? {} : { claim: withUnknown(claim, item.claim, openClaimSchema) }),
    ...(parsed.ended === undefined
      ? {}
      : { ended: endedFromItem(recordId, account, parsed.ended, item.ended) }),
    hasContent: parsed.content,
    ...(parsed.removal === undefined ? {} : { deletion: parsed.removal }),
    ...(parsed.change === undefined ? {} : { change: parsed.change }),
  }
  return withStoredItem(withUnknown(record, item, accountSchema), item)
}
