import { randomBytes } from 'node:crypto'
import { LINK_SECRET_BYTES, linkText } from '../../shared/rules/claims/decision-link.ts'
import { confirmationHash, linkConfirmation } from '../../shared/rules/claims/new-address-confirmation.ts'
import type { AccountStore } from '../../shared/storage/stores/accounts.ts'
import type { ClaimStore } from '../../shared/storage/stores/claims.ts'
import { changeOpenClaim } from '../../shared/usecases/claims/claim-changes.ts'

interface Stores {
  readonly accounts: Pick<AccountStore, 'write'>
  readonly claims: Pick<ClaimStore, 'byId'>
}

/** U2: the link that the mail worker would put into the mail to the new address. */
export async function confirmationToken(stores: Stores, claimId: string, now: Date): Promise<string> {
  const n = (await stores.claims.byId(claimId))?.record?.claim?.pendingEmail?.changeNumber
  if (n === undefined) throw new Error('no address waits to be confirmed')
  const secret = randomBytes(LINK_SECRET_BYTES)
  const link = confirmationHash(secret)
  await changeOpenClaim(stores, claimId, (record, claim) => linkConfirmation(record, claim, { n, link, now }))
  return linkText({ claimId, secret })
}
