import { ObjectGone, type ObjectReader } from '../../contracts/object-store.ts'
import type { Actor } from '../../rules/types.ts'
import type { ImportRecord } from '../../storage/items/import-item.ts'
import type { ImportStore } from '../../storage/stores/imports.ts'
import { LOST, type Lost, retryOptimistically } from '../../lib/optimistic-retry.ts'
import { refused } from '../../lib/refused.ts'

export interface ImportCommand {
  readonly orgId: string
  readonly importId: string
  readonly by: Actor
  readonly now: Date
}

export interface ConfirmCommand extends ImportCommand {
  /** N3: no invitation follows the licences, whatever the org's setting. */
  readonly noInvitations?: boolean
}

export type CommandOutcome<Code extends string> =
  | { readonly outcome: 'done'; readonly record: ImportRecord }
  | { readonly outcome: 'refused'; readonly code: Code }

export type ConfirmRefusal = 'not_found' | 'not_previewed' | 'file_replaced' | 'busy'
export type CancelRefusal = 'not_found' | 'import_over' | 'busy'

/** P1: imports the previewed file. A repeated confirmation changes nothing. */
export async function confirmImport(
  ports: { readonly imports: Pick<ImportStore, 'get' | 'confirm'>; readonly read: ObjectReader },
  { orgId, importId, by, now, noInvitations }: ConfirmCommand,
): Promise<CommandOutcome<ConfirmRefusal>> {
  return retryOptimistically(async (): Promise<CommandOutcome<ConfirmRefusal> | Lost> => {
    const record = await ports.imports.get(orgId, importId)
    if (record === undefined) return refused('not_found')
    if (record.confirmedAt !== undefined) return { outcome: 'done', record }
    if (record.status !== 'previewed') return refused('not_previewed')
    if (!(await isThere(ports.read, record))) return refused('file_replaced')
    if (
      (await ports.imports.confirm(record, { by, now, ...(noInvitations && { noInvitations }) })).outcome ===
      'lost'
    )
      return LOST
    const confirmed = await ports.imports.get(orgId, importId)
    return confirmed === undefined ? refused('not_found') : { outcome: 'done', record: confirmed }
  })
}

/** Whether the object is still the file that was previewed. */
async function isThere(read: ObjectReader, { objectKey, etag }: ImportRecord): Promise<boolean> {
  if (etag === undefined) return false
  try {
    const source = await read({ key: objectKey, etag, startByte: 0, endByte: 1 })
    // Read to its end, so that the connection is free again.
    for await (const _ of source);
    return true
  } catch (error) {
    if (error instanceof ObjectGone) return false
    throw error
  }
}

/** I12: stops the handling of further rows. A cancelled import remains cancelled, also once it is over. */
export async function cancelImport(
  ports: { readonly imports: Pick<ImportStore, 'get' | 'cancel'> },
  { orgId, importId, by, now }: ImportCommand,
): Promise<CommandOutcome<CancelRefusal>> {
  return retryOptimistically(async (): Promise<CommandOutcome<CancelRefusal> | Lost> => {
    const record = await ports.imports.get(orgId, importId)
    if (record === undefined) return refused('not_found')
    if (record.cancelledAt !== undefined) return { outcome: 'done', record }
    if (record.status === 'completed' || record.status === 'failed') return refused('import_over')
    if ((await ports.imports.cancel(record, by, now)).outcome === 'lost') return LOST
    const cancelled = await ports.imports.get(orgId, importId)
    return cancelled === undefined ? refused('not_found') : { outcome: 'done', record: cancelled }
  })
}
