import { GetCommand } from '@aws-sdk/lib-dynamodb'
import * as z from 'zod'
import type { Change, Organization } from '../claims/types.ts'
import { batchGet } from './batch.ts'
import type { Table } from './client.ts'
import { changeSchema } from './items.ts'
import { keys } from './keys.ts'
import { ifAbsent, ifStillAt, putOrLose } from './write.ts'

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
    write(org: Organization, rev: number, change: Omit<Change, 'n'>): Promise<'written' | 'lost'> {
      const next = rev + 1
      const item = {
        ...keys.org(org.orgId),
        type: 'organization',
        v: 1,
        rev: next,
        ...org,
        change: { ...change, n: next },
      }
      return putOrLose(table, item, rev === 0 ? ifAbsent : ifStillAt(rev))
    },
  }
}

export type OrganizationStore = ReturnType<typeof organizationStore>
