import { describe, expect, it } from 'vitest'
import { shardOf } from '../../../../shared/lib/shard.ts'
import { revokeClaim } from '../../../../shared/rules/claims/revocation.ts'
import { startAccountDeletion } from '../../../../shared/rules/deletion/account-deletion.ts'
import {
  startOrResumeDeletion,
  requestDeletion,
} from '../../../../shared/rules/deletion/organization-deletion.ts'
import { inactivate } from '../../../../shared/rules/directory/inactivation.ts'
import type { AccountRecord } from '../../../../shared/rules/types.ts'
import { accountToItem } from '../../../../shared/storage/items/account-item.ts'
import { closedClaimToItem } from '../../../../shared/storage/items/closed-claim-item.ts'
import { addEffects } from '../../../../shared/usecases/effects/add-effects.ts'
import { type Effects, noEffects } from '../../../../shared/usecases/effects/effects.ts'
import { ADMIN, claimedDirectly, org, record, SCHEDULE, T0 } from '../../../support/builders.ts'

type Image = Record<string, unknown>

const image = (item: object): Image => JSON.parse(JSON.stringify(item))
const imageOf = (given: AccountRecord): Image => image(accountToItem(given))
const effectsOf = (before: Image | undefined, after: Image | undefined): Effects => {
  const effects = noEffects()
  addEffects(effects, { before, after, at: '2026-05-01T00:00:00.000Z' })
  return effects
}
const byAdmin = { now: T0, by: ADMIN }
const bySchedule = { now: T0, by: SCHEDULE }
const given = record()
const inactive = inactivate(given, { role: 'only', account: given.account }, 'sync-1', byAdmin)

describe('the effects of a deletion', () => {
  it('Y4: an account that was made inactive has a schedule for the minute of its deletion, and none once that began', () => {
    const { schedules, deletions } = effectsOf(imageOf(given), imageOf(inactive))
    expect(schedules).toEqual([{ of: 'job', minute: '2026-03-31T09:30:00Z', shard: shardOf(given.recordId) }])
    expect(deletions).toEqual([])
    const marked = startAccountDeletion(inactive, given.recordId, byAdmin)
    expect(effectsOf(imageOf(inactive), imageOf(marked)).schedules).toEqual([])
  })

  it('Y7: one that an admin removes is handed to the worker; what is due on schedule is in its hands already', () => {
    const deletionsBy = (by: typeof byAdmin | typeof bySchedule) =>
      effectsOf(imageOf(inactive), imageOf(startAccountDeletion(inactive, given.recordId, by))).deletions
    expect(deletionsBy(byAdmin)).toEqual([{ recordId: given.recordId }])
    expect(deletionsBy(bySchedule)).toEqual([])
  })

  it('A2: a record that is gone at the end of a deletion is told, under a stable id, with ids alone', () => {
    const before = imageOf(startAccountDeletion(inactive, given.recordId, byAdmin))
    const { events, audit } = effectsOf(before, undefined)
    const { userId, orgId } = given.account
    expect(events).toEqual([
      {
        id: `${orgId}/${userId}/${T0.toISOString()}/purged`,
        type: 'user.purged',
        at: '2026-05-01T00:00:00.000Z',
        detail: { orgId, subject: userId, by: ADMIN, userId, userStatus: 'inactive', userOrgId: orgId },
      },
    ])
    // Written with the deletion itself.
    expect(audit).toEqual([])
    expect(effectsOf(imageOf(given), undefined)).toEqual(noEffects())
  })

  it('A1, A2: a claim that ends by the deletion of its new account tells of both', () => {
    const claimed = claimedDirectly()
    const marked = startAccountDeletion(claimed, claimed.claim.newUserId, byAdmin)
    const { closed, change } = revokeClaim(marked, claimed.claim, byAdmin)
    const item = { ...closedClaimToItem(closed, change), deletedUserId: closed.newUserId }
    const { events, audit } = effectsOf(undefined, image(item))
    const { claimId, newUserId } = closed
    const suffix = `${change.at}#${change.n}`
    expect(events.map(({ id, type, detail }) => [type, detail.subject, id])).toEqual([
      ['claim.revoked', claimId, `noordzee/${claimId}/${suffix}`],
      ['user.purged', newUserId, `noordzee/${newUserId}/${suffix}`],
    ])
    expect(audit[1]?.after).toEqual({ claimId })
    expect(audit.map(({ orgId, subject, change: { what } }) => [orgId, subject, what])).toEqual([
      ['noordzee', closed.claimId, 'claim.revoked'],
      ['noordzee', closed.newUserId, 'user.purged'],
    ])
    // Redacted later, it is no change that anybody is told of.
    const redacted = { ...item, ...closedClaimToItem({ ...closed, email: '' }, change), quiet: 'y' }
    expect(effectsOf(image(item), image(redacted))).toEqual(noEffects())
  })

  it('O1: an org has a schedule for its deletion, and for the end of the first lease', () => {
    const orgImage = (given: ReturnType<typeof org>, n: number, dueAt?: string) => ({
      type: 'organization',
      v: 1,
      rev: n,
      ...given,
      change: { what: 'organization.updated', at: T0.toISOString(), by: ADMIN, n },
      ...(dueAt === undefined ? {} : { dueAt, dueShard: 'P#07' }),
    })
    const requested = requestDeletion(org(), byAdmin)
    const begun = startOrResumeDeletion(requested, new Date('2026-03-02T09:30:16Z'))
    const images = [
      orgImage(org(), 1),
      orgImage(requested, 2, requested.deletion?.at),
      orgImage(begun, 3, begun.deletion?.resumeAt),
    ].map(image)
    expect(effectsOf(images[0], images[1]).schedules).toEqual([
      { of: 'job', minute: '2026-03-02T09:30:00Z', shard: '07' },
    ])
    expect(effectsOf(images[1], images[2]).schedules).toMatchObject([{ minute: '2026-03-02T09:45:00Z' }])
    const { events } = effectsOf(images[2], undefined)
    expect(events).toMatchObject([
      {
        id: `noordzee/organization:noordzee/${begun.deletion?.at}/purged`,
        type: 'organization.purged',
        detail: { orgId: 'noordzee', by: ADMIN },
      },
    ])
    expect(JSON.stringify(events)).not.toContain(org().name)
  })
})
