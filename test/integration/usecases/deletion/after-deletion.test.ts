import { beforeEach, describe, expect } from 'vitest'
import { completeClaim } from '../../../../shared/rules/claims/ending.ts'
import { revokeClaim } from '../../../../shared/rules/claims/revocation.ts'
import { startAccountDeletion } from '../../../../shared/rules/deletion/account-deletion.ts'
import {
  requestDeletion,
  startOrResumeDeletion,
} from '../../../../shared/rules/deletion/organization-deletion.ts'
import { resend } from '../../../../shared/rules/mail/notification.ts'
import type { Organization } from '../../../../shared/rules/types.ts'
import { deleteAccount } from '../../../../shared/usecases/deletion/delete-account.ts'
import {
  accountDeletions,
  givenInactive,
  naming,
  type Person,
  REMOVED_AT,
} from '../../../support/account-deletions.ts'
import { type Background, START } from '../../../support/background.ts'
import { ADMIN, type ClaimedRecord, org, SCHEDULE, T0 } from '../../../support/builders.ts'
import type { TestTable } from '../../../support/dynamo.ts'
import { it } from '../../../support/fixtures.ts'
import { dump, givenClaim, givenDomain, givenOrgs } from '../../../support/given.ts'

let noordzee: Organization
const by = { now: T0, by: ADMIN }

/** What was on its way when an account, or an org, was removed. */
describe('after a deletion', () => {
  let db: TestTable
  let world: Background
  let people: ReturnType<typeof accountDeletions>

  it.beforeAll(({ table, background, verifiedOrg }) => {
    db = table
    world = background
    people = accountDeletions(world)
    noordzee = verifiedOrg
  })
  beforeEach(async () => {
    await world.ignoreEffects()
    world.clock.set(REMOVED_AT)
    world.mailer.sent.length = 0
    world.queues.mails.sent.length = 0
  })

  const claimOf = ({ email }: Person, type: 'direct' | 'delayed' = 'delayed', claiming = noordzee) =>
    givenClaim(world.stores, claiming, { ref: { email }, type })
  const remove = async (recordId: string): Promise<void> => {
    await givenInactive(world.stores, recordId)
    expect(await deleteAccount(people.ports(), recordId)).toMatchObject({ outcome: 'removed' })
  }

  it.each([
    ['revoked', revokeClaim],
    ['completed', completeClaim],
  ] as const)(
    'Y7: the mail about a claim that was %s, still queued, goes to nobody and names nobody',
    async (_status, end) => {
      const someone = await people.person()
      const record = await claimOf(someone)
      const claim = { ...record.claim, decision: { kind: 'transfer_content', at: '', by: 'user' } as const }
      await world.stores.accounts.end(end(record, claim, by))
      await world.takeEffects()
      expect(world.queues.mails.length).toBeGreaterThan(0)
      expect(JSON.stringify(world.queues.mails.sent)).not.toContain(someone.email)
      await remove(someone.recordId)
      await world.drain('mails')
      expect(world.mailer.sent).toEqual([])
      expect(world.queues.mails.deadLetters).toEqual([])
      expect(await naming(db, someone.email, someone.lastName)).toEqual([])
    },
  )

  it('Y7: neither does one about a claim whose new account is being removed', async () => {
    const someone = await people.person()
    const record: ClaimedRecord = await claimOf(someone)
    const { record: resent } = resend(record, record.claim, { now: T0, by: ADMIN })
    await world.stores.accounts.write(resent)
    await world.takeEffects()
    const marked = startAccountDeletion(resent, record.claim.newUserId, { now: T0, by: SCHEDULE })
    await world.stores.accounts.write(marked)
    await world.drain('mails')
    expect(world.mailer.sent).toEqual([])
  })

  async function goingOrg(orgId: string) {
    const going = org({ orgId })
    await givenOrgs(world.stores, going)
    await givenDomain(world.stores, orgId, 'noordzee.example')
    return going
  }
  const begin = async (orgId: string): Promise<void> => {
    const found = await world.stores.organizations.getAny(orgId)
    if (found === undefined) throw new Error(`no organization ${orgId}`)
    const next = startOrResumeDeletion(requestDeletion(found.org, by), T0)
    const what = { what: 'organization.removing', at: T0.toISOString(), by: SCHEDULE } as const
    await world.stores.organizations.write(next, found.revision, what)
  }

  it('O1: an org on its way out tells of the claims it gives back, and of nothing else', async () => {
    const going = await goingOrg('going-mails')
    const [kept, back] = [await people.person(), await people.person()]
    await claimOf(kept, 'delayed', going)
    const record = await claimOf(back, 'delayed', going)
    await world.stores.accounts.end(revokeClaim(record, record.claim, by))
    await world.takeEffects()
    await begin(going.orgId)
    await world.drain('mails')
    expect(world.mailer.sent.map(({ to, tags }) => [to, tags.kind])).toEqual([[[back.email], 'revoked']])
  })

  it('O1: rows of an import that went with its org are nobody’s, and bring nothing of it back', async () => {
    const { orgId } = await goingOrg('going-import')
    const someone = await people.person()
    world.upload(`imports/${orgId}/people.csv`, `Email\n${someone.email}\n`)
    await world.drain('imports')
    expect(world.queues.rows.length).toBe(1)
    const [record] = (await world.stores.imports.list(orgId, 1)).items
    if (record === undefined) throw new Error('no import')
    const { importId } = record
    for (const part of await world.stores.parts.first(orgId, 10)) {
      if (part.kind !== 'item') continue
      if (part.inner !== undefined) await world.stores.parts.deleteInner(part.inner, 10)
      await world.stores.parts.delete(part.key)
    }
    await world.drain('rows', 'reports')
    world.queues.imports.send([{ kind: 'continue', orgId, importId }])
    await world.drain('imports')
    // A worker that had read the import before it went.
    const outcome = { result: 'refused', codes: ['unknown_user'] } as const
    expect(
      await world.stores.imports.recordChunk({ orgId, importId, createdAt: START, chunk: 0, chunks: 1 }, [
        outcome,
      ]),
    ).toEqual({ outcome: 'written', isPartDone: false })
    for (const queue of ['imports', 'rows', 'reports'] as const)
      expect(world.queues[queue].deadLetters).toEqual([])
    const left = Object.keys(await dump(db)).filter((key) => key.includes(importId) && !key.startsWith('A#'))
    expect(left).toEqual([])
    expect((await people.recordAt(someone.recordId)).claim).toBeUndefined()
  })
})
