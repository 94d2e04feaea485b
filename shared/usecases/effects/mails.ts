import type { ClaimMailRequest, ConfirmationMailRequest, MailRequest } from '../../contracts/mail-requests.ts'
import { type Correlated, correlationOfOrigin } from '../../lib/correlation.ts'
import type { Change, Claim } from '../../rules/types.ts'
import type { Effects } from './effects.ts'

/** Adds a mail, with the instant of the change that causes it. */
export const addMail = (effects: Effects, { at }: Change, mail: Correlated<MailRequest>): void => {
  effects.mails.push({ ...mail, causedAt: at })
}

/** @param suffix of the mail's id, where a claim may have several mails of the kind: ids are never used twice */
export const claimMail = (
  { claimId, claimingOrgId: orgId, origin }: Claim,
  kind: Exclude<ClaimMailRequest['kind'], 'reminder'>,
  suffix = '',
): Correlated<ClaimMailRequest> => ({
  kind,
  mailId: `${claimId}/${kind}${suffix}`,
  claimId,
  orgId,
  correlationId: correlationOfOrigin(origin),
})

/** U2. @param n the number of the change that asked for the confirmation */
export const confirmationMail = (
  { claimId, claimingOrgId: orgId, origin }: Claim,
  n: number,
): Correlated<ConfirmationMailRequest> => ({
  kind: 'confirmation',
  mailId: `${claimId}/confirmation/${n}`,
  claimId,
  orgId,
  correlationId: correlationOfOrigin(origin),
  n,
})
