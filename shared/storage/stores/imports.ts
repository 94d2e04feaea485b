import { mapConcurrent } from '../../lib/concurrency.ts'
import type { Page } from '../../lib/page.ts'
import { passOf } from '../../rules/imports/import-pass.ts'
import type { Table } from '../client.ts'
import { sumCounts } from '../items/import-counts.ts'
import { type ImportRecord, importFromItem } from '../items/import-item.ts'
import { keys, sortKeyPrefix } from '../keys.ts'
import { pageOfItems } from '../queries/partition-items.ts'
import { importChunks } from './import-chunks.ts'
import { importLifecycle } from './import-lifecycle.ts'
import { importReading } from './import-reading.ts'
import { readImport } from './import-record.ts'

/** Running imports of a page whose counts are summed at once. */
const SUMS_AT_ONCE = 8

async function withCounts(table: Table, record: ImportRecord): Promise<ImportRecord> {
  if (record.status !== 'running') return record
  return { ...record, ...(await sumCounts(table, record.importId, passOf(record))) }
}

/** Imports of an org's files: claims, and the platform's bulk loads. */
export function importStore(table: Table) {
  /** As stored: without what its workers have counted while it runs, and one query cheaper than `get`. */
  const getStored = (orgId: string, importId: string): Promise<ImportRecord | undefined> =>
    readImport(table, { orgId, importId })

  return {
    ...importLifecycle(table),
    ...importReading(table),
    ...importChunks(table),
    getStored,

    /** With what its workers have counted so far. */
    async get(orgId: string, importId: string): Promise<ImportRecord | undefined> {
      const record = await getStored(orgId, importId)
      return record && withCounts(table, record)
    },

    /** An org's imports, newest first: an import's id begins with its time. */
    async list(orgId: string, limit: number, before?: string): Promise<Page<ImportRecord>> {
      const { items, next } = await pageOfItems(table, {
        pk: keys.org(orgId).pk,
        prefix: sortKeyPrefix.import,
        limit,
        behind: before === undefined ? undefined : keys.import(orgId, before),
        newestFirst: true,
        parse: importFromItem,
        positionOf: ({ importId }) => importId,
      })
      const counted = await mapConcurrent(items, SUMS_AT_ONCE, (record) => withCounts(table, record))
      return { items: counted, next }
    },
  }
}

export type ImportStore = ReturnType<typeof importStore>
