import type { Due } from '../claims/due.ts'
import { isoSecond } from '../kit/time.ts'
import type { Table } from './client.ts'
import { type DueThing, dueThingOf, indexKeys } from './keys.ts'
import { queryIndex } from './pages.ts'

export type DueWork = DueThing & { readonly dueAt: string }

export function dueStore(table: Table) {
  return {
    /** What is due in one shard at `now` or before, oldest first; `startKey` continues a page. */
    async page(
      kind: Due['kind'],
      shard: string,
      now: Date,
      limit: number,
      startKey?: Record<string, unknown>,
    ): Promise<{ work: DueWork[]; next: Record<string, unknown> | undefined }> {
      const { entries, lastKey } = await queryIndex(table, {
        index: 'dueWork',
        partition: indexKeys.dueShard(kind, shard),
        // The index holds whole seconds as `…:00Z`; a bound with milliseconds would sort before them.
        upTo: isoSecond(now),
        limit,
        startKey,
      })
      return {
        work: entries.map((entry) => ({ ...dueThingOf(entry), dueAt: entry.dueAt ?? '' })),
        next: lastKey,
      }
    },
  }
}

export type DueStore = ReturnType<typeof dueStore>
