import { describe, expect, it } from 'vitest'
import type { MailRequest } from '../../../../shared/contracts/mail-requests.ts'
import { DAY_MS } from '../../../../shared/lib/time.ts'
import { decide, splitByNewAddress } from '../../../../shared/rules/claims/decision.ts'
import { completeClaim, type Ended } from '../../../../shared/rules/claims/ending.ts'
import { requestConfirmation } from '../../../../shared/rules/claims/new-address-confirmation.ts'
import { revokeClaim } from '../../../../shared/rules/claims/revocation.ts'
import {
  requestDeletion,
  startOrResumeDeletion,
} from '../../../../shared/rules/deletion/organization-deletion.ts'
import type { AccountRecord, Organization } from '../../../../shared/rules/types.ts'
import type { FoundClaim } from '../../../../shared/storage/stores/claims.ts'
import { WRITTEN } from '../../../../shared/storage/writes/write.ts'
import { type ComposeMailPorts, composeMails } from '../../../../shared/usecases/mail/compose-mails.ts'
import { readMailSources } from '../../../../shared/usecases/mail/mail-sources.ts'
import { ADMIN, claimed, importRecord, org, plus, T0, USER, withClaim } from '../../../support/builders.ts'
import { never } from '../../../support/fakes.ts'

interface Given {
  /** `undefined`: the org is gone. */
  readonly standing?: Organization | undefined
  readonly records?: readonly AccountRecord[]
  /** What the claim's id leads to. */
  readonly found?: FoundClaim
}

function world(given: Given = {}) {
  const { standing, records = [] } = { standing: org(), ...given }
  let { found } = given
  const ports: ComposeMailPorts = {
    accounts: {
      byUserIds: never,
      byRecordIds: async (ids) =>
        new Map(records.filter(({ recordId }) => ids.includes(recordId)).map((one) => [one.recordId, one])),
      write: async (next) => {
        found = { claim: withClaim(next).claim, record: next }
        return WRITTEN
      },
    },
    claims: { byId: async () => found, byIds: never },
    organizations: { get: async () => (standing === undefined ? undefined : { org: standing, revision: 1 }) },
    imports: { get: async () => importRecord() },
    reportLink: never,
    syncs: { get: never },
    digests: { close: never, returned: never },
    returnedMailsUrl: '',
    randomBytes: (size) => new Uint8Array(size),
    confirmationUrl: (token) => token,
    product: { productName: 'Claim service' },
    now: () => T0,
  }
  const compose = async (request: MailRequest) =>
    composeMails(ports, request, await readMailSources(ports, [request], 'consistently'))
  return { ports, compose }
}

const given = claimed()
const { claimId, claimingOrgId: orgId } = given.claim
const request = (kind: 'claimed' | 'migrated' | 'revoked' | 'decided' | 'confirmed'): MailRequest => ({
  kind,
  mailId: `${claimId}/${kind}`,
  orgId,
  claimId,
})
const by = { now: T0, by: USER } as const
const revoked = revokeClaim(given, given.claim, { now: plus(1000), by: ADMIN })
const completed = completeClaim(given, given.claim, { now: plus(1000), by: 'schedule:due' })
const stands = ({ record: left, closed, change }: Ended): AccountRecord => ({
  ...left,
  ended: { claim: closed, change },
})

describe('the mails of a request', () => {
  it('N5: are sent in the name of the product, and of the org where it has one of its own', async () => {
    expect(await world({ records: [given] }).compose(request('claimed'))).toMatchObject([
      { mailId: `${claimId}/claimed`, sender: { productName: 'Claim service' } },
    ])
    const named = org({ settings: { contact: 'help@noordzee.example' } })
    expect(await world({ standing: named, records: [given] }).compose(request('claimed'))).toMatchObject([
      { sender: { contact: 'help@noordzee.example' } },
    ])
  })

  it('U2, U7: are one mail about a decision or an address to confirm, with the id that was asked for', async () => {
    const requested = requestConfirmation(given, given.claim, 'ada@home.example', by)
    if (requested.outcome !== 'requested') throw new Error(requested.outcome)
    const { record: asking, claim, pending } = requested
    const mailId = `${claimId}/confirmation/1`
    const confirmation: MailRequest = {
      kind: 'confirmation',
      mailId,
      orgId,
      claimId,
      n: pending.changeNumber,
    }
    const [mail, ...more] = await world({ found: { claim, record: asking } }).compose(confirmation)
    expect(mail).toMatchObject({ mailId, to: 'ada@home.example', tags: { kind: 'email_confirmation' } })
    expect(mail?.mail('')).toMatchObject({ kind: 'email_confirmation', newEmail: 'ada@home.example' })
    expect(more).toEqual([])

    const decided = withClaim(decide(given, given.claim, 'transfer_content', by))
    expect(
      await world({ found: { claim: decided.claim, record: decided } }).compose(request('decided')),
    ).toMatchObject([{ mailId: `${claimId}/decided`, tags: { kind: 'decision_made' } }])
    const { original, ended } = splitByNewAddress(given, given.claim, 'ada@home.example', by)
    expect(
      await world({ found: { claim: ended.closed, formerRecord: original } }).compose(request('confirmed')),
    ).toMatchObject([{ mailId: `${claimId}/confirmed`, tags: { kind: 'email_confirmed' } }])
  })

  it('U7: are none where there is nothing to tell of a decision', async () => {
    expect(await world().compose(request('decided'))).toEqual([])
    expect(await world({ found: { claim: given.claim, record: given } }).compose(request('decided'))).toEqual(
      [],
    )
  })

  it('N4: are one for each admin where they are to the admins', async () => {
    const standing = org({ adminEmails: ['it1@noordzee.example', 'it2@noordzee.example'] })
    const mails = await world({ standing }).compose({ kind: 'import', mailId: 'm', orgId, importId: 'i' })
    expect(mails.map(({ to }) => to)).toEqual(standing.adminEmails)
  })

  it('O1: go out for an org that is being deleted where they are about a revocation, and no others do', async () => {
    const going = startOrResumeDeletion(requestDeletion(org(), { now: T0, by: ADMIN }), plus(2 * DAY_MS))
    const of = (ended: Ended) => world({ standing: going, records: [stands(ended)] })
    expect(await of(revoked).compose(request('revoked'))).toHaveLength(1)
    expect(await of(completed).compose(request('migrated'))).toEqual([])
    const asked = requestDeletion(org(), { now: T0, by: ADMIN })
    const { compose } = world({ standing: asked, records: [stands(completed)] })
    expect(await compose(request('migrated'))).toHaveLength(1)
  })

  it('O1: are none where the org is gone', async () => {
    const { compose } = world({ standing: undefined, records: [stands(revoked)] })
    expect(await compose(request('revoked'))).toEqual([])
  })
})
