import type { Table } from './client.ts'
import { indexKeys, rootOfAccountKey } from './keys.ts'
import { queryIndex } from './pages.ts'

export interface DueWork {
  readonly root: string
  readonly dueAt: string
}

export function dueStore(table: Table) {
  return {
    /** What is due in one shard at `now` or before, oldest first; `startKey` continues a page. */
    async page(
      shard: string,
      now: Date,
      limit: number,
      startKey?: Record<string, unknown>,
    ): Promise<{ work: DueWork[]; next: Record<string, unknown> | undefined }> {
      const { entries, lastKey } = await queryIndex(table, {
        index: 'dueWork',
        partition: indexKeys.dueShard(shard),
        // The index holds whole seconds as `…:00Z`; a bound with milliseconds would sort before them.
        upTo: `${now.toISOString().slice(0, 19)}Z`,
        limit,
        startKey,
      })
      return {
        work: entries.map((entry) => ({ root: rootOfAccountKey(entry.pk), dueAt: entry.dueAt ?? '' })),
        next: lastKey,
      }
    },
  }
}

export type DueStore = ReturnType<typeof dueStore>
