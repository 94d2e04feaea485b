import { GetCommand } from '@aws-sdk/lib-dynamodb'
import type { ImportRef } from '../../contracts/messages/import.ts'
import type { Table } from '../client.ts'
import { type ImportRecord, importFromItem } from '../items/import-item.ts'
import { keys } from '../keys.ts'
import type { Condition } from '../writes/requests.ts'
import { editOnce, type Written } from '../writes/write.ts'

/** What the parts of `importStore` have in common: the import's own item. */

/**
 * The item as it is stored, consistently read. While the import runs, what its workers have counted is in other items.
 */
export async function readImport(
  table: Table,
  { orgId, importId }: ImportRef,
): Promise<ImportRecord | undefined> {
  const { Item } = await table.client.send(
    new GetCommand({ TableName: table.name, Key: keys.import(orgId, importId), ConsistentRead: true }),
  )
  return Item === undefined ? undefined : importFromItem(Item)
}

/** Sets attributes of the item; `undefined` removes one. `lost`: the condition doesn't hold. */
export const updateImport = (
  table: Table,
  { orgId, importId }: ImportRef,
  values: Record<string, unknown>,
  condition: Condition,
): Promise<Written> => editOnce(table, keys.import(orgId, importId), values, condition)

/** The import has this status, and meets the further condition, if there is one. */
export const ifStatus = (
  status: ImportRecord['status'],
  and?: string,
  values: Record<string, unknown> = {},
): Condition => ({
  ConditionExpression: `#status = :was${and === undefined ? '' : ` AND ${and}`}`,
  ExpressionAttributeNames: { '#status': 'status' },
  ExpressionAttributeValues: { ':was': status, ...values },
})
