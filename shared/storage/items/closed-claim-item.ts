import * as z from 'zod'
import { once } from '../../lib/once.ts'
import { shardOf } from '../../lib/shard.ts'
import { claimIds, claimSortKey, recordIdOfClaim } from '../../rules/claims/claim-ids.ts'
import { endedStatuses } from '../../rules/enumerations.ts'
import type { Account, Change, ClosedClaim, EndedClaim } from '../../rules/types.ts'
import { indexKeys, keys } from '../keys.ts'
import { suppressEffectsAttribute } from '../schema.ts'
import {
  actor,
  changeSchema,
  claimType,
  contentLossReason,
  decision,
  decisionToItem,
  withoutUndefined,
} from './fields.ts'
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
  id: z.string(),
  type: claimType,
  status,
  org: z.string(),
  /** The source org, as it was. */
  source: z.string(),
  /** The original's id, where it isn't the record's. */
  user: z.string().optional(),
  /** As it was claimed, where the account's isn't the same; empty once its person is removed (Y7). */
  email: z.string().optional(),
  at: z.string(),
  end: z.string(),
  /** Who ended it. */
  endedBy: actor,
  licenses: z.array(z.string()),
  loss: contentLossReason.optional(),
  /** `ClaimCore.noInvitation`. */
  noInvite: z.literal(true).optional(),
  origin: z.string(),
  by: actor,
  decision: decision.optional(),
  signedInAt: z.string().optional(),
  /** Where it isn't `pending`. */
  notification: notification.optional(),
  notifiedAt: z.string().optional(),
  resentAt: z.string().optional(),
  moved: z.number().optional(),
  links: z.array(bytes).optional(),
  auditKeys: z.array(z.string()),
  version: z.number(),
})

export function endedToItem(
  recordId: string,
  account: Account,
  { claim, change }: EndedClaim,
): z.input<typeof endedSchema> {
  return {
    ...unknownOf(claim),
    id: claimSortKey(claim.claimId),
    type: claim.type,
    status: claim.status,
    org: claim.claimingOrgId,
    source: claim.sourceOrgId,
    user: claim.originalUserId === recordId ? undefined : claim.originalUserId,
    email: claim.email === account.email ? undefined : claim.email,
    at: claim.createdAt,
    end: claim.endedAt,
    endedBy: change.by,
    licenses: [...claim.licenses],
    loss: claim.contentLoss,
    noInvite: claim.noInvitation,
    origin: claim.origin,
    by: claim.createdBy,
    decision: claim.decision && decisionToItem(claim.decision),
    signedInAt: claim.signedInAt,
    notification: unlessPending(claim),
    notifiedAt: claim.notifiedAt,
    resentAt: claim.resentAt,
    moved: claim.conversationsMoved === 0 ? undefined : claim.conversationsMoved,
    links: claim.links === undefined ? undefined : [...claim.links],
    auditKeys: [...claim.auditKeys],
    version: claim.version,
  }
}

export function endedFromItem(
  recordId: string,
  account: Account,
  stored: z.output<typeof endedSchema>,
  item: unknown,
): EndedClaim {
  const { id, org, source, user, email, at, end, loss, noInvite, by, moved, endedBy, ...same } =
    withoutUndefined(stored)
  const claim = withoutUndefined({
    ...same,
    ...claimIds(recordId, id),
    claimingOrgId: org,
    sourceOrgId: source,
    originalUserId: user ?? recordId,
    email: email ?? account.email,
    createdAt: at,
    endedAt: end,
    contentLoss: loss,
    noInvitation: noInvite,
    createdBy: by,
    decision: stored.decision === undefined ? undefined : withoutUndefined(stored.decision),
    notification: stored.notification ?? 'pending',
    conversationsMoved: moved ?? 0,
  }) as ClosedClaim
  const [changedAt = end, n = '0'] = claim.auditKeys.at(-1)?.split('#') ?? []
  const change: Change = { what: `claim.${claim.status}`, at: changedAt, by: endedBy, n: Number(n) }
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
