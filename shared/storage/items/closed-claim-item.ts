import * as z from 'zod'
import { once } from '../../lib/once.ts'
import { shardOf } from '../../lib/shard.ts'
import { claimSortKey, recordIdOfClaim } from '../../rules/claims/claim-ids.ts'
import { endedStatuses } from '../../rules/enumerations.ts'
import type { Account, Change, ClosedClaim, EndedClaim } from '../../rules/types.ts'
import { indexKeys, keys } from '../keys.ts'
import { suppressEffectsAttribute } from '../schema.ts'
import { claimFields, claimFromFields, claimToFields } from './claim-fields.ts'
import { actor, changeSchema, claimType, contentLossReason, decision, withoutUndefined } from './fields.ts'
import { bytes, notification, unlessPending } from './mail-state.ts'
import { itemVersion, unknownOf, withUnknown } from './unknown-attributes.ts'

/**
 * Items of ended claims. An ended claim stays in its record, as small as an open one, until another claim is
 * made there or the record is deleted; then it becomes an item of its own.
 */
type Item = Record<string, unknown>
type StoredItem = Readonly<Record<string, unknown>>

const status = z.enum(endedStatuses)

export const endedSchema = z.object({
  ...claimFields,
  status,
  /** The source org, as it was. */
  source: z.string(),
  /** The original's id, where it isn't the record's. */
  user: z.string().optional(),
  /** As it was claimed, where the account's isn't the same; empty once its person is removed (Y7). */
  email: z.string().optional(),
  end: z.string(),
  /** Who ended it. */
  endedBy: actor,
  /** Where it isn't `pending`. */
  notification: notification.optional(),
  notifiedAt: z.string().optional(),
  resentAt: z.string().optional(),
  links: z.array(bytes).optional(),
})

export function endedToItem(
  recordId: string,
  account: Account,
  { claim, change }: EndedClaim,
): z.input<typeof endedSchema> {
  return {
    ...unknownOf(claim),
    ...claimToFields(claim),
    status: claim.status,
    source: claim.sourceOrgId,
    user: claim.originalUserId === recordId ? undefined : claim.originalUserId,
    email: claim.email === account.email ? undefined : claim.email,
    end: claim.endedAt,
    endedBy: change.by,
    notification: unlessPending(claim),
    notifiedAt: claim.notifiedAt,
    resentAt: claim.resentAt,
    links: claim.links === undefined ? undefined : [...claim.links],
  }
}

export function endedFromItem(
  recordId: string,
  account: Account,
  stored: z.output<typeof endedSchema>,
  item: unknown,
): EndedClaim {
  const claim: ClosedClaim = withoutUndefined({
    ...claimFromFields(recordId, stored),
    status: stored.status,
    sourceOrgId: stored.source,
    originalUserId: stored.user ?? recordId,
    email: stored.email ?? account.email,
    endedAt: stored.end,
    notification: stored.notification ?? 'pending',
    notifiedAt: stored.notifiedAt,
    resentAt: stored.resentAt,
    links: stored.links,
  })
  const [changedAt = stored.end, n = '0'] = claim.auditKeys.at(-1)?.split('#') ?? []
  const change: Change = { what: `claim.${claim.status}`, at: changedAt, by: stored.endedBy, n: Number(n) }
  return { claim: withUnknown(claim, item, endedSchema), change }
}

/** The item of a claim that leaves its record. Without effects, since its end was reported before. */
export const itemOfEndedClaim = ({ claim, change }: EndedClaim): Item => ({
  ...closedClaimToItem(claim, change),
  [suppressEffectsAttribute]: 'y',
})

const closedClaimSchema = once(() =>
  z.object({
    type: z.literal('closed-claim'),
    v: itemVersion,
    claim: z.object({
      claimId: z.string(),
      type: claimType,
      status,
      claimingOrgId: z.string(),
      sourceOrgId: z.string(),
      originalUserId: z.string(),
      newUserId: z.string(),
      email: z.string(),
      createdAt: z.string(),
      endedAt: z.string(),
      licenses: z.array(z.string()),
      contentLoss: contentLossReason.optional(),
      noInvitation: z.literal(true).optional(),
      origin: z.string(),
      createdBy: actor,
      decision: decision.optional(),
      signedInAt: z.string().optional(),
      notification,
      notifiedAt: z.string().optional(),
      resentAt: z.string().optional(),
      conversationsMoved: z.number(),
      links: z.array(bytes).optional(),
      auditKeys: z.array(z.string()),
      version: z.number(),
    }),
    change: changeSchema,
  }),
)

export function closedClaimToItem(claim: ClosedClaim, change: Change): Item {
  return {
    ...keys.closedClaim(claim.claimId),
    type: 'closed-claim',
    v: 1,
    claim: { ...unknownOf(claim), ...claim },
    change,
    claimShard: indexKeys.claimShard(
      claim.claimingOrgId,
      shardOf(recordIdOfClaim(claim.claimId) ?? claim.claimId),
    ),
    claimSort: claimSortKey(claim.claimId),
  }
}

/** @throws ZodError when the item isn't a closed claim of a version this code knows */
export function closedClaimFromItem(item: StoredItem): { claim: ClosedClaim; change: Change } {
  const { claim: parsed, change } = closedClaimSchema().parse(item)
  const claim = withoutUndefined({
    ...parsed,
    decision: parsed.decision === undefined ? undefined : withoutUndefined(parsed.decision),
  }) as ClosedClaim
  return { claim, change }
}
