import { GetCommand } from '@aws-sdk/lib-dynamodb'
import * as z from 'zod'
import { firstLease, type JobLease } from '../../rules/jobs/job-lease.ts'
import type { Actor, Change } from '../../rules/types.ts'
import type { Table } from '../client.ts'
import { actor, changeSchema } from '../items/fields.ts'
import { jobLeaseSchema, leaseAttributes } from '../items/job-lease.ts'
import { fileRetention } from '../items/retention.ts'
import { keys, sortKeyPrefix } from '../keys.ts'
import { itemVersion } from '../items/unknown-attributes.ts'
import { suppressEffectsAttribute } from '../schema.ts'
import { type Condition, ifAbsent } from '../writes/requests.ts'
import { editOnce, putOnce, type Written } from '../writes/write.ts'
import { exportStatuses } from '../../rules/enumerations.ts'
import type { Page } from '../../lib/page.ts'
import { pageOfItems } from '../queries/partition-items.ts'

const exportSchema = z.object({
  type: z.literal('export'),
  v: itemVersion,
  exportId: z.string(),
  orgId: z.string(),
  /** What it lists. Absent: claimable users. */
  of: z.literal('claims').optional(),
  status: z.enum(exportStatuses),
  /** Users, or claims, written so far. */
  rows: z.number(),
  createdAt: z.string(),
  createdBy: actor,
  objectKey: z.string().optional(),
  completedAt: z.string().optional(),
  expiresAtEpochSeconds: z.number(),
  ...jobLeaseSchema,
  change: changeSchema,
})

export type ExportRecord = z.output<typeof exportSchema>

export interface NewExport {
  readonly orgId: string
  readonly exportId: string
  readonly createdBy: Actor
  readonly of?: 'claims'
}

export function exportFromItem(item: Readonly<Record<string, unknown>>): ExportRecord {
  return exportSchema.parse(item)
}

/** Of two workers on one export, the first ends it. */
const ifRunning: Condition = {
  ConditionExpression: '#status = :running',
  ExpressionAttributeNames: { '#status': 'status' },
  ExpressionAttributeValues: { ':running': 'running' },
}

/** Exports of claimable users, or of claims, and their progress. Each call costs 1 unit. */
export function exportStore(table: Table) {
  const end = (
    record: ExportRecord,
    what: 'export.completed' | 'export.failed',
    patch: Partial<ExportRecord>,
    now: Date,
  ): Promise<Written> => {
    const { orgId, exportId, createdBy } = record
    const at = now.toISOString()
    const change: Change = { what, at, by: createdBy, n: record.change.n + 1 }
    const over = { ...leaseAttributes(exportId, undefined), [suppressEffectsAttribute]: undefined }
    const values = { ...patch, completedAt: at, change, ...over }
    return editOnce(table, keys.export(orgId, exportId), values, ifRunning)
  }

  return {
    async get(orgId: string, exportId: string): Promise<ExportRecord | undefined> {
      const { Item } = await table.client.send(
        new GetCommand({ TableName: table.name, Key: keys.export(orgId, exportId), ConsistentRead: true }),
      )
      return Item === undefined ? undefined : exportFromItem(Item)
    },

    /** An org's exports, newest first. */
    list(orgId: string, limit: number, before?: string): Promise<Page<ExportRecord>> {
      return pageOfItems(table, {
        pk: keys.org(orgId).pk,
        prefix: sortKeyPrefix.export,
        limit,
        behind: before === undefined ? undefined : keys.export(orgId, before),
        newestFirst: true,
        parse: exportFromItem,
        positionOf: ({ exportId }) => exportId,
      })
    },

    create(started: NewExport, now: Date): Promise<Written> {
      const at = now.toISOString()
      const record: ExportRecord = {
        type: 'export',
        v: 1,
        ...started,
        status: 'running',
        rows: 0,
        createdAt: at,
        ...fileRetention(at),
        change: { what: 'export.created', at, by: started.createdBy, n: 1 },
      }
      const lease = leaseAttributes(started.exportId, firstLease(now))
      return putOnce(
        table,
        { ...keys.export(started.orgId, started.exportId), ...record, ...lease },
        ifAbsent,
      )
    },

    /** Stores the progress; this has no effects. */
    progress({ orgId, exportId }: ExportRecord, rows: number): Promise<Written> {
      const values = { rows, [suppressEffectsAttribute]: 'y' }
      return editOnce(table, keys.export(orgId, exportId), values, ifRunning)
    },

    /** `lost`: it has ended, or another message has renewed it. */
    renewLease({ orgId, exportId, dueAt }: ExportRecord, lease: JobLease): Promise<Written> {
      const values = { ...leaseAttributes(exportId, lease), [suppressEffectsAttribute]: 'y' }
      return editOnce(table, keys.export(orgId, exportId), values, {
        ConditionExpression: `${ifRunning.ConditionExpression} AND dueAt = :was`,
        ExpressionAttributeNames: { ...ifRunning.ExpressionAttributeNames },
        ExpressionAttributeValues: { ...ifRunning.ExpressionAttributeValues, ':was': dueAt },
      })
    },

    complete(
      record: ExportRecord,
      { rows, objectKey }: { rows: number; objectKey: string },
      now: Date,
    ): Promise<Written> {
      return end(record, 'export.completed', { status: 'completed', rows, objectKey }, now)
    },

    fail(record: ExportRecord, now: Date): Promise<Written> {
      return end(record, 'export.failed', { status: 'failed' }, now)
    },
  }
}

export type ExportStore = ReturnType<typeof exportStore>
