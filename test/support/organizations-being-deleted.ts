import { signIn } from '../../shared/rules/claims/sign-in.ts'
import type { ClaimType, Organization } from '../../shared/rules/types.ts'
import { requestOrganizationDeletion } from '../../shared/usecases/organizations/organizations.ts'
import type { Background } from './background.ts'
import { type ClaimedRecord, org, T0, withClaim } from './builders.ts'
import type { TestTable } from './dynamo.ts'
import { givenAccounts, givenClaim, givenConversations, givenDomain, givenOrgs } from './given.ts'

export const PLATFORM = 'platform:test' as const
/** When the deletion of an org begins that was requested at T0. T0 isn't a whole second, and is rounded up. */
export const DUE = new Date('2026-03-02T09:30:16Z')

/** An org that is to be deleted, the orgs it has claims with, and one with a similar name. */
export interface OrganizationBeingDeleted {
  readonly going: Organization
  readonly keeper: Organization
  readonly neighbour: Organization
  readonly domain: string
}

export function organizationsBeingDeleted(db: TestTable, world: Background) {
  let made = 0
  return {
    async newWorld(): Promise<OrganizationBeingDeleted> {
      const n = ++made
      const name = { name: `Going ${n} BV`, adminEmails: [`boss@going${n}.example`] }
      // A kind of org from which content can migrate (T3).
      const going = org({ orgId: `going${n}`, kind: 'consumer', ...name })
      const keeper = org({ orgId: `keeper${n}` })
      const neighbour = org({ orgId: `going${n}-two` })
      const domain = `org${n}.example`
      await givenOrgs(world.stores, going, keeper, neighbour)
      for (const { orgId } of [going, keeper, neighbour]) await givenDomain(world.stores, orgId, domain)
      return { going, keeper, neighbour, domain }
    },
    async user(at: OrganizationBeingDeleted, orgId = 'personal', conversations = 2): Promise<string> {
      const userId = `user${++made}`
      await givenAccounts(world.stores, { userId, email: `${userId}@${at.domain}`, orgId })
      await givenConversations(db, userId, conversations)
      return userId
    },
    claimOf: async (by: Organization, userId: string, type: ClaimType): Promise<ClaimedRecord> =>
      givenClaim(world.stores, by, { ref: { userId }, type }),
    async signedIn(record: ClaimedRecord): Promise<ClaimedRecord> {
      const next = signIn(record, record.claim, { now: T0, by: `user:${record.claim.newUserId}` })
      if (next === undefined) throw new Error('signed in before')
      await world.stores.accounts.write(next)
      return withClaim(next)
    },
    request: ({ going }: OrganizationBeingDeleted, now = T0) =>
      requestOrganizationDeletion(world.stores, going.orgId, going.name, { now, by: PLATFORM }),

    account: async (userId: string) => (await world.stores.accounts.byUserId(userId))?.inRecord,
    claimNow: async ({ claim }: ClaimedRecord) => (await world.stores.claims.byId(claim.claimId))?.claim,
    conversationsOf: async (userId: string) =>
      (await world.stores.conversations.list(userId, 100, new Date(0))).items.length,
  }
}
