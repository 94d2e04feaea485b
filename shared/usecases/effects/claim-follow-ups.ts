import { correlationOfOrigin } from '../../lib/correlation.ts'
import type { AccountRecord, Change, ClosedClaim, OpenClaim } from '../../rules/types.ts'
import type { Effects } from './effects.ts'
import { addMail, claimMail, confirmationMail } from './mails.ts'

/** Adds what a change of an account, or of the open claim on it, causes. */
export function addAccountFollowUps(
  effects: Effects,
  { recordId, claim }: AccountRecord,
  change: Change,
): void {
  // A deletion that a schedule began is being carried out already, and its message returns if the worker dies.
  if (change.what === 'user.removing' && !change.by.startsWith('schedule:'))
    effects.deletions.push({ recordId })
  if (claim !== undefined) addOpenClaimFollowUps(effects, recordId, claim, change)
}

function addOpenClaimFollowUps(effects: Effects, recordId: string, claim: OpenClaim, change: Change): void {
  const { claimId, claimingOrgId: orgId, resentAt, pendingEmail } = claim
  switch (change.what) {
    case 'claim.created':
      addMail(effects, change, claimMail(claim, 'claimed'))
      return
    case 'claim.resent':
      addMail(effects, change, claimMail(claim, 'resent', `/${resentAt}`))
      return
    case 'claim.confirmation_requested':
      if (pendingEmail !== undefined)
        addMail(effects, change, confirmationMail(claim, pendingEmail.changeNumber))
      return
    case 'claim.mail_failed':
      effects.returned.push({ orgId, claimId, at: change.at })
      return
    case 'claim.decided':
      addMail(effects, change, claimMail(claim, 'decided'))
      effects.migrations.push({
        recordId,
        claimId,
        correlationId: correlationOfOrigin(claim.origin),
      })
      return
    default:
      return
  }
}

/** Adds what the end of a claim causes. */
export function addClosedClaimFollowUps(effects: Effects, claim: ClosedClaim, change: Change): void {
  const { status, type, newUserId, decision } = claim
  if (status === 'revoked') {
    // R1: the new account is gone. A direct claim's may have got content, although nobody signed in.
    if (type === 'direct') effects.deletions.push({ contentOf: newUserId })
    addMail(effects, change, claimMail(claim, 'revoked'))
  } else if (decision?.kind === 'change_email') {
    addMail(effects, change, claimMail(claim, 'decided'))
    addMail(effects, change, claimMail(claim, 'confirmed'))
  } else if (decision?.kind === 'transfer_content') addMail(effects, change, claimMail(claim, 'migrated'))
}
