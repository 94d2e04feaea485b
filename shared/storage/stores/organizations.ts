import { GetCommand } from '@aws-sdk/lib-dynamodb'
import * as z from 'zod'
import type { Change, OrganizationDeletion, Organization } from '../../rules/types.ts'
import { shardOf } from '../../lib/shard.ts'
import { auditItem } from './audit.ts'
import { batchGet, type ReadConsistency } from '../writes/batch.ts'
import type { Table } from '../client.ts'
import { actor, changeSchema, withoutUndefined } from '../items/fields.ts'
import { indexKeys, keys, orgIdOfKey } from '../keys.ts'
import { itemVersion, unknownOf, withUnknown } from '../items/unknown-attributes.ts'
import { queryIndex } from '../queries/index-query.ts'
import { suppressEffectsAttribute } from '../schema.ts'
import { ifAbsent, ifStillAt, put, remove } from '../writes/requests.ts'
import { putOrLose, transact, type Written } from '../writes/write.ts'
import { isBeingDeleted } from '../../rules/deletion/organization-deletion.ts'
import { organizationKinds } from '../../rules/enumerations.ts'
import type { Page } from '../../lib/page.ts'

const settingsSchema = z.object({
  allowContentMigration: z.boolean(),
  suppressInvitations: z.boolean(),
  licenseTemplate: z.array(z.string()),
  retentionDays: z.number().nullable(),
  locale: z.string(),
  timeZone: z.string().optional(),
  contact: z.string().optional(),
})

const organizationSchema = z.object({
  type: z.literal('organization'),
  v: itemVersion,
  rev: z.number(),
  orgId: z.string(),
  name: z.string(),
  kind: z.enum(organizationKinds),
  region: z.string(),
  createdAt: z.string(),
  sso: z.boolean(),
  directorySync: z.boolean(),
  adminEmails: z.array(z.string()),
  settings: settingsSchema,
  deletion: z
    .object({
      requestedAt: z.string(),
      at: z.string(),
      by: actor,
      begunAt: z.string().optional(),
      resumeAt: z.string().optional(),
    })
    .optional(),
  change: changeSchema,
})

export interface OrganizationRecord {
  readonly org: Organization
  readonly revision: number
}

export function organizationFromItem(
  item: Readonly<Record<string, unknown>>,
): OrganizationRecord & { readonly change: Change } {
  const { type: _type, v: _v, rev: revision, change, deletion, ...parsed } = organizationSchema.parse(item)
  const org: Organization = {
    ...parsed,
    settings: withUnknown(withoutUndefined(parsed.settings), item.settings, settingsSchema),
    ...(deletion === undefined ? {} : { deletion: deletionFromItem(deletion) }),
  }
  return { org: withUnknown(org, item, organizationSchema), revision, change }
}

function deletionFromItem({
  begunAt,
  resumeAt,
  ...deletion
}: NonNullable<z.output<typeof organizationSchema>['deletion']>): OrganizationDeletion {
  return {
    ...deletion,
    ...(begunAt === undefined ? {} : { begunAt }),
    ...(resumeAt === undefined ? {} : { resumeAt }),
  }
}

/** O1: the due time: the begin of the deletion, and then the end of its lease. */
const dueKeys = ({ orgId, deletion }: Organization) =>
  deletion === undefined
    ? {}
    : {
        dueShard: indexKeys.dueShard('job', shardOf(orgId)),
        dueAt: deletion.resumeAt ?? deletion.at,
      }

const toItem = (org: Organization, change: Change, revision = change.n) => ({
  ...unknownOf(org),
  ...keys.org(org.orgId),
  type: 'organization',
  v: 1,
  rev: revision,
  ...org,
  settings: { ...unknownOf(org.settings), ...org.settings },
  ...dueKeys(org),
  orgShard: indexKeys.organizations,
  change,
  [suppressEffectsAttribute]: change.n === revision ? undefined : 'y',
})

export function organizationStore(table: Table) {
  const read = async (
    orgId: string,
    freshness: ReadConsistency,
  ): Promise<(OrganizationRecord & { readonly change: Change }) | undefined> => {
    const { Item } = await table.client.send(
      new GetCommand({
        TableName: table.name,
        Key: keys.org(orgId),
        ConsistentRead: freshness === 'consistently',
      }),
    )
    return Item === undefined ? undefined : organizationFromItem(Item)
  }
  const getAny = (orgId: string) => read(orgId, 'consistently')

  const getMany = async (orgIds: readonly string[]): Promise<Map<string, Organization>> => {
    const items = await batchGet(table, orgIds.map(keys.org))
    const found = new Map<string, Organization>()
    for (const orgId of orgIds) {
      const item = items.get(keys.org(orgId))
      if (item === undefined) continue
      const { org } = organizationFromItem(item)
      if (!isBeingDeleted(org)) found.set(orgId, org)
    }
    return found
  }

  return {
    /** Also an org whose deletion has begun, which for everybody else no longer exists (O1). */
    getAny,

    /** As `getAny`, for callers that cache the answer anyhow: may be slightly outdated. 0.5 read units. */
    async getAnyRecent(orgId: string): Promise<OrganizationRecord | undefined> {
      // A stale read must not report a new org as missing.
      return (await read(orgId, 'eventually')) ?? getAny(orgId)
    },

    async get(orgId: string): Promise<OrganizationRecord | undefined> {
      const found = await getAny(orgId)
      return found === undefined || isBeingDeleted(found.org)
        ? undefined
        : { org: found.org, revision: found.revision }
    },

    getMany,

    /** All orgs, by id, except those whose deletion has begun. */
    async list(limit: number, after?: string): Promise<Page<Organization>> {
      const partition = indexKeys.organizations
      const { entries, lastKey } = await queryIndex(table, {
        index: 'accountsByOrg',
        partition,
        limit,
        ...(after === undefined ? {} : { startKey: { ...keys.org(after), orgShard: partition } }),
      })
      const orgIds = entries.map(({ pk }) => orgIdOfKey(pk))
      const found = await getMany(orgIds)
      return {
        items: orgIds.flatMap((orgId) => found.get(orgId) ?? []),
        next: lastKey === undefined ? undefined : orgIds.at(-1),
      }
    },

    /** Writes an org. `lost`: it isn't at `revision` any more (0: doesn't exist). */
    write(org: Organization, revision: number, change: Omit<Change, 'n'>): Promise<Written> {
      const item = toItem(org, { ...change, n: revision + 1 })
      return putOrLose(table, item, revision === 0 ? ifAbsent : ifStillAt(revision))
    },

    /** As `write`, but without an audit entry and an event. */
    writeWithoutEffects(org: Organization, revision: number, change: Change): Promise<Written> {
      return putOrLose(table, toItem(org, change, revision + 1), ifStillAt(revision))
    },

    /**
     * O1: deletes the org's item. The audit entry is written in the same transaction, since a deleted item
     * can't carry its change to the stream.
     */
    remove({ orgId }: Organization, revision: number, change: Omit<Change, 'n'>): Promise<Written> {
      const subject = `organization:${orgId}`
      return transact(table, [
        remove(table, keys.org(orgId), ifStillAt(revision)),
        put(table, auditItem({ orgId, subject, change: { ...change, n: revision + 1 } })),
      ])
    },
  }
}

export type OrganizationStore = ReturnType<typeof organizationStore>
