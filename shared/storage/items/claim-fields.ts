import * as z from 'zod'
import { claimIds, claimSortKey } from '../../rules/claims/claim-ids.ts'
import type { ClaimCore } from '../../rules/types.ts'
import { actor, claimType, contentLossReason, decision, decisionToItem, withoutUndefined } from './fields.ts'

/** What a claim's map in its account's item has, open or ended, in short names. */
export const claimFields = {
  id: z.string(),
  type: claimType,
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
  auditKeys: z.array(z.string()),
  version: z.number(),
}

type ClaimFields = z.ZodObject<typeof claimFields>

export function claimToFields(claim: ClaimCore): z.input<ClaimFields> {
  return {
    id: claimSortKey(claim.claimId),
    type: claim.type,
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
    auditKeys: [...claim.auditKeys],
    version: claim.version,
  }
}

/** @param recordId of the record that the claim was made in */
export function claimFromFields(recordId: string, fields: z.output<ClaimFields>) {
  return withoutUndefined({
    ...claimIds(recordId, fields.id),
    type: fields.type,
    claimingOrgId: fields.org,
    createdAt: fields.at,
    licenses: fields.licenses,
    contentLoss: fields.loss,
    noInvitation: fields.noInvite,
    origin: fields.origin,
    createdBy: fields.by,
    conversationsMoved: fields.moved ?? 0,
    decision: fields.decision && withoutUndefined(fields.decision),
    signedInAt: fields.signedInAt,
    auditKeys: fields.auditKeys,
    version: fields.version,
  })
}
