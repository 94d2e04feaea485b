import type { Background } from './background.ts'
import { type ClaimedRecord, org } from './builders.ts'
import { bounceEvent } from './feedback.ts'
import { givenAccounts, givenClaim, givenDomain, givenOrgs } from './given.ts'

export const NOON = new Date('2026-11-27T12:00:00Z')
/** 08:00 in Amsterdam, in winter. */
export const MORNING = new Date('2026-11-28T07:00:00Z')

/** An org in Amsterdam with two admins, whose claims' mails come back. */
export interface OrgWithReturnedMails {
  readonly orgId: string
  /** A claim of somebody new. */
  newClaim(): Promise<ClaimedRecord>
  /** Tells the service that the claim's mail bounced, or what `event` tells. */
  bounce(record: ClaimedRecord, event?: typeof bounceEvent): Promise<void>
  /** The digests that its admins have been sent. */
  digests(): Background['mailer']['sent']
}

export function orgsWithReturnedMails(world: Background) {
  let orgs = 0
  let people = 0
  return {
    /** Another one at noon, in a world in which nothing else is under way. */
    async another(): Promise<OrgWithReturnedMails> {
      world.clock.set(NOON)
      const orgId = `org${++orgs}`
      const base = org({
        orgId,
        name: `Org ${orgId}`,
        adminEmails: [`it1@${orgId}.example`, `IT2@${orgId}.example`],
      })
      const claiming = { ...base, settings: { ...base.settings, timeZone: 'Europe/Amsterdam' } }
      await givenOrgs(world.stores, claiming)
      await givenDomain(world.stores, orgId, `${orgId}.example`)
      await world.settle()
      world.mailer.sent.length = 0
      world.scheduler.clear()
      return {
        orgId,
        async newClaim() {
          const n = ++people
          const email = `person${n}@${orgId}.example`
          await givenAccounts(world.stores, { userId: `acc${n}`, email })
          return givenClaim(world.stores, claiming, { ref: { email } }, NOON)
        },
        async bounce({ claim, account }, event = bounceEvent) {
          world.queues.feedback.send([event({ claimId: claim.claimId, to: [account.email] })])
          await world.drain('feedback')
        },
        digests: () =>
          world.mailer.sent.filter(
            ({ tags, to }) => tags.kind === 'mails_returned' && String(to).endsWith(`@${orgId}.example`),
          ),
      }
    },
  }
}
