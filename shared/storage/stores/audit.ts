import { QueryCommand } from '@aws-sdk/lib-dynamodb'
import * as z from 'zod'
import type { Change } from '../../rules/types.ts'
import { batchGet, batchPut } from '../writes/batch.ts'
import type { Table } from '../client.ts'
import { changeSchema } from '../items/fields.ts'
import { auditPartition, keys } from '../keys.ts'
import { itemVersion } from '../items/unknown-attributes.ts'
import { mergeNewest } from '../queries/merge-newest.ts'
import type { Page } from '../../lib/page.ts'

/** One entry of the audit trail (A1). It holds ids and states, never an address or a name: it outlives the person (Y7). */
export interface AuditEntry {
  readonly orgId: string
  /** What changed: a claim's or user's id, `domain:acme.example`, `import:ID`, `organization`. */
  readonly subject: string
  readonly change: Change
  readonly before?: Readonly<Record<string, unknown>> | undefined
  readonly after?: Readonly<Record<string, unknown>> | undefined
}

/** The item of an entry. Its key is derived from the change, so appending it again writes the same item. */
export function auditItem(entry: AuditEntry): Record<string, unknown> {
  const { orgId, subject, change, before, after } = entry
  return {
    ...keys.audit(orgId, subject, change.at, change.n),
    type: 'audit',
    v: 1,
    at: change.at,
    by: change.by,
    what: change.what,
    subject,
    before,
    after,
  }
}

const auditSchema = z.object({
  type: z.literal('audit'),
  v: itemVersion,
  sk: z.string(),
  at: z.string(),
  by: changeSchema.shape.by,
  what: changeSchema.shape.what,
  subject: z.string(),
  before: z.record(z.string(), z.unknown()).optional(),
  after: z.record(z.string(), z.unknown()).optional(),
})

/** A stored entry. `position`: its place among its org's entries; newer ones sort after it. */
export type ReadAuditEntry = Pick<Change, 'at' | 'by' | 'what'> &
  Pick<AuditEntry, 'subject' | 'before' | 'after'> & { readonly position: string; readonly n: number }

/** @throws ZodError when the item isn't an audit entry of a version this code knows */
function fromItem(item: Record<string, unknown>): ReadAuditEntry {
  const { type: _type, v: _v, sk, ...entry } = auditSchema.parse(item)
  return { ...entry, position: sk, n: Number(sk.slice(sk.lastIndexOf('#') + 1)) }
}

export function auditStore(table: Table) {
  return {
    append: (entries: readonly AuditEntry[]): Promise<void> => batchPut(table, entries.map(auditItem)),

    /**
     * An org's entries, newest first. `before` is the position of the last one seen. If the read limit isn't
     * enough, there are fewer than `limit`; `read` counts the entries read.
     */
    async list(
      orgId: string,
      limit: number,
      before?: string,
      mayRead?: number,
    ): Promise<Page<ReadAuditEntry> & { readonly read: number }> {
      const { entries, more, read } = await mergeNewest({
        pageOf: async (shard, pageLimit, startKey) => {
          const { Items, LastEvaluatedKey } = await table.client.send(
            new QueryCommand({
              TableName: table.name,
              KeyConditionExpression: before === undefined ? 'pk = :pk' : 'pk = :pk AND sk < :before',
              ExpressionAttributeValues: {
                ':pk': auditPartition(orgId, shard),
                ...(before === undefined ? {} : { ':before': before }),
              },
              ScanIndexForward: false,
              Limit: pageLimit,
              ExclusiveStartKey: startKey,
            }),
          )
          return { entries: (Items ?? []).map(fromItem), lastKey: LastEvaluatedKey }
        },
        sortKeyOf: ({ position }) => position,
        limit,
        mayRead,
      })
      return { items: entries, next: more ? entries.at(-1)?.position : undefined, read }
    },

    /**
     * A subject's entries for some changes, in their order; entries that aren't appended yet are left out.
     */
    async ofChanges(
      orgId: string,
      subject: string,
      changes: readonly Pick<Change, 'at' | 'n'>[],
    ): Promise<ReadAuditEntry[]> {
      const wanted = changes.map(({ at, n }) => keys.audit(orgId, subject, at, n))
      const items = await batchGet(table, wanted)
      return wanted.flatMap((key) => {
        const item = items.get(key)
        return item === undefined ? [] : [fromItem(item)]
      })
    },
  }
}

export type AuditStore = ReturnType<typeof auditStore>
