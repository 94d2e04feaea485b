import { GetCommand } from '@aws-sdk/lib-dynamodb'
import * as z from 'zod'
import type { OrgDomain } from '../../rules/domains/domain-changes.ts'
import type { Change } from '../../rules/types.ts'
import { auditItem } from './audit.ts'
import { batchGet } from '../writes/batch.ts'
import type { Table } from '../client.ts'
import { changeSchema } from '../items/fields.ts'
import { keys, sortKeyPrefix } from '../keys.ts'
import { itemVersion, unknownOf, withUnknown } from '../items/unknown-attributes.ts'
import { ifAbsent, ifStillAt, put, remove } from '../writes/requests.ts'
import { putOrLose, transact, type Written } from '../writes/write.ts'
import { domainStatuses } from '../../rules/enumerations.ts'
import type { Page } from '../../lib/page.ts'
import { pageOfItems } from '../queries/partition-items.ts'

const domainSchema = z.object({
  type: z.literal('domain'),
  v: itemVersion,
  rev: z.number(),
  orgId: z.string(),
  domain: z.string(),
  status: z.enum(domainStatuses),
  token: z.string(),
  tokenExpiresAt: z.string(),
  createdAt: z.string(),
  verifiedAt: z.string().optional(),
  change: changeSchema,
})

export type { OrgDomain }

/** What the E rules need to know of a domain, from one org's point of view. */
export interface DomainState {
  readonly verified: boolean
  readonly claimedBy: string | undefined
}

export function domainFromItem(item: Readonly<Record<string, unknown>>): {
  domain: OrgDomain
  change: Change
} {
  const { type: _type, v: _v, rev: revision, change, ...parsed } = domainSchema.parse(item)
  return { domain: withUnknown({ ...parsed, revision }, item, domainSchema), change }
}

const fromItem = (item: Record<string, unknown>): OrgDomain => domainFromItem(item).domain

function toItem(domain: OrgDomain, change: Omit<Change, 'n'>) {
  const { revision: readAt, ...attributes } = domain
  const revision = readAt + 1
  return {
    ...unknownOf(domain),
    ...keys.orgDomain(domain.orgId, domain.domain),
    type: 'domain',
    v: 1,
    ...attributes,
    rev: revision,
    change: { ...change, n: revision },
  }
}

export function domainStore(table: Table) {
  return {
    async get(orgId: string, domain: string): Promise<OrgDomain | undefined> {
      const { Item } = await table.client.send(
        new GetCommand({ TableName: table.name, Key: keys.orgDomain(orgId, domain), ConsistentRead: true }),
      )
      return Item === undefined ? undefined : fromItem(Item)
    },

    list(orgId: string, limit: number, after?: string): Promise<Page<OrgDomain>> {
      return pageOfItems(table, {
        pk: keys.org(orgId).pk,
        prefix: sortKeyPrefix.orgDomain,
        limit,
        behind: after === undefined ? undefined : keys.orgDomain(orgId, after),
        parse: fromItem,
        positionOf: ({ domain }) => domain,
      })
    },

    /**
     * For each domain, whether the org has verified it, and which org has claimed it. 2 read units a domain.
     */
    async states(orgId: string, domains: readonly string[]): Promise<Map<string, DomainState>> {
      const items = await batchGet(
        table,
        domains.flatMap((domain) => [keys.orgDomain(orgId, domain), keys.domainClaim(domain)]),
      )
      return new Map(
        domains.map((domain) => {
          const own = items.get(keys.orgDomain(orgId, domain))
          const claimedBy = items.get(keys.domainClaim(domain))?.orgId
          return [
            domain,
            {
              verified: own !== undefined && fromItem(own).status !== 'pending',
              claimedBy: typeof claimedBy === 'string' ? claimedBy : undefined,
            },
          ]
        }),
      )
    },

    async claimedBy(domain: string): Promise<string | undefined> {
      const { Item } = await table.client.send(
        new GetCommand({ TableName: table.name, Key: keys.domainClaim(domain), ConsistentRead: true }),
      )
      const orgId = Item?.orgId
      return typeof orgId === 'string' ? orgId : undefined
    },

    /** Writes a new domain (revision 0), or one with a new token or status. */
    write(domain: OrgDomain, change: Omit<Change, 'n'>): Promise<Written> {
      return putOrLose(
        table,
        toItem(domain, change),
        domain.revision === 0 ? ifAbsent : ifStillAt(domain.revision),
      )
    },

    /** D2: claims a domain exclusively. `taken`: another org has claimed it. */
    claim(domain: OrgDomain, change: Omit<Change, 'n'>): Promise<Written | { readonly outcome: 'taken' }> {
      const claim = { ...keys.domainClaim(domain.domain), type: 'domain-claim', v: 1, orgId: domain.orgId }
      return transact(
        table,
        [
          put(table, toItem({ ...domain, status: 'claimed' }, change), ifStillAt(domain.revision)),
          put(table, claim, ifAbsent),
        ],
        { 1: 'taken' },
      )
    },

    /** D3: releases a claimed domain, which stays verified. */
    release(domain: OrgDomain, change: Omit<Change, 'n'>): Promise<Written> {
      return transact(table, [
        put(table, toItem({ ...domain, status: 'verified' }, change), ifStillAt(domain.revision)),
        remove(table, keys.domainClaim(domain.domain)),
      ])
    },

    /**
     * D3: removes a domain. The audit entry is written in the same transaction, since a deleted item can't
     * carry its change to the stream.
     */
    remove(domain: OrgDomain, change: Omit<Change, 'n'>): Promise<Written> {
      const entry = auditItem({
        orgId: domain.orgId,
        subject: `domain:${domain.domain}`,
        change: { ...change, n: domain.revision + 1 },
        before: { status: domain.status },
      })
      return transact(table, [
        remove(table, keys.orgDomain(domain.orgId, domain.domain), ifStillAt(domain.revision)),
        put(table, entry),
      ])
    },
  }
}

export type DomainStore = ReturnType<typeof domainStore>
