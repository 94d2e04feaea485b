import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb'
import * as z from 'zod'
import type { Change, Organization } from '../claims/types.ts'
import { batchGet } from './batch.ts'
import { isConditionFailure, type Table } from './client.ts'
import { changeSchema } from './items.ts'
import { keys } from './keys.ts'

const organizationSchema = z.object({
  type: z.literal('organization'),
  v: z.literal(1),
  rev: z.number(),
  orgId: z.string(),
  name: z.string(),
  kind: z.enum(['consumer', 'enterprise']),
  region: z.string(),
  createdAt: z.string(),
  sso: z.boolean(),
  directorySync: z.boolean(),
  adminEmails: z.array(z.string()),
  settings: z.object({
    allowContentMigration: z.boolean(),
    suppressInvitations: z.boolean(),
    licenseTemplate: z.array(z.string()),
    retentionDays: z.number().nullable(),
    locale: z.string(),
  }),
  change: changeSchema,
})

export interface OrganizationRecord {
  readonly org: Organization
  readonly rev: number
}

export function organizationFromItem(
  item: Readonly<Record<string, unknown>>,
): OrganizationRecord & { readonly change: Change } {
  const { type: _type, v: _v, rev, change, ...org } = organizationSchema.parse(item)
  return { org, rev, change }
}

const fromItem = (item: Record<string, unknown>): OrganizationRecord => {
  const { org, rev } = organizationFromItem(item)
  return { org, rev }
}

export function organizationStore(table: Table) {
  return {
    async get(orgId: string): Promise<OrganizationRecord | undefined> {
      const { Item } = await table.client.send(
        new GetCommand({ TableName: table.name, Key: keys.org(orgId), ConsistentRead: true }),
      )
      return Item === undefined ? undefined : fromItem(Item)
    },

    async getMany(orgIds: readonly string[]): Promise<Map<string, Organization>> {
      const items = await batchGet(table, orgIds.map(keys.org))
      const found = new Map<string, Organization>()
      for (const orgId of orgIds) {
        const item = items.get(keys.org(orgId))
        if (item !== undefined) found.set(orgId, fromItem(item).org)
      }
      return found
    },

    /** Writes the org where it still is at `rev` (0: doesn't exist). */
    async write(org: Organization, rev: number, change: Omit<Change, 'n'>): Promise<'written' | 'lost'> {
      try {
        await table.client.send(
          new PutCommand({
            TableName: table.name,
            Item: {
              ...keys.org(org.orgId),
              type: 'organization',
              v: 1,
              rev: rev + 1,
              ...org,
              change: { ...change, n: rev + 1 },
            },
            ConditionExpression: rev === 0 ? 'attribute_not_exists(pk)' : '#rev = :rev',
            ...(rev === 0
              ? {}
              : { ExpressionAttributeNames: { '#rev': 'rev' }, ExpressionAttributeValues: { ':rev': rev } }),
          }),
        )
        return 'written'
      } catch (error) {
        if (isConditionFailure(error)) return 'lost'
        throw error
      }
    },
  }
}

export type OrganizationStore = ReturnType<typeof organizationStore>
