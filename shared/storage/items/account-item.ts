import * as z from 'zod'
import { shardOf } from '../../lib/shard.ts'
import { domainOf } from '../../rules/accounts/address.ts'
import { fullName } from '../../rules/accounts/display-name.ts'
import { claimSortKey } from '../../rules/claims/claim-ids.ts'
import { isPostponedByLateMail } from '../../rules/claims/migration-hold.ts'
import { dueOf } from '../../rules/due/due-work.ts'
import type { Account, AccountRecord } from '../../rules/types.ts'
import { indexKeys, keys, recordIdOfKey } from '../keys.ts'
import { suppressEffectsAttribute } from '../schema.ts'
import { withStoredItem } from '../writes/differences.ts'
import { endedFromItem, endedSchema, endedToItem } from './closed-claim-item.ts'
import { accountStatus, actor, changeSchema, inactivity, withoutUndefined } from './fields.ts'
import { mailToItem } from './mail-state.ts'
import { openClaimFromItem, openClaimSchema, openClaimToItem } from './open-claim-item.ts'
import { derivedAttributes, itemVersion, unknownOf, withUnknown } from './unknown-attributes.ts'

/**
 * Items of accounts, and their conversion to and from the domain's types. Items are parsed when read. A
 * record is kept under 1 KB, a write unit, so nothing is stored that can be derived: ids, the end, names that
 * are the same.
 */
type Item = Record<string, unknown>
type StoredItem = Readonly<Record<string, unknown>>

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
  deletion: z.object({ userId: z.string(), at: z.string(), by: actor, resumeAt: z.string() }).optional(),
  change: changeSchema.optional(),
})

/** The attributes that make up a record, except its key. */
export const accountAttributes: readonly string[] = [
  ...new Set([...Object.keys(accountSchema.shape), ...derivedAttributes]),
].filter((name) => name !== 'pk' && name !== 'sk')

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
    deletion,
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
  const account: Account = withoutUndefined({
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
    inactive: parsed.inactive,
  })
  const claim = parsed.claim && openClaimFromItem(recordId, account, parsed.claim, parsed.mail)
  const record: AccountRecord = withoutUndefined({
    recordId,
    revision: parsed.rev,
    account,
    claim: claim && withUnknown(claim, item.claim, openClaimSchema),
    ended: parsed.ended && endedFromItem(recordId, account, parsed.ended, item.ended),
    hasContent: parsed.content,
    deletion: parsed.deletion,
    change: parsed.change,
  })
  return withStoredItem(withUnknown(record, item, accountSchema), item)
}
