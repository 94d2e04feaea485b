import type { DueRange } from '../../rules/due/due-minutes.ts'
import type { Table } from '../client.ts'
import { type DueItem, dueItemOf, indexKeys } from '../keys.ts'
import { queryIndex } from '../queries/pages.ts'

export type DueWork = DueItem & { readonly dueAt: string }

export interface DuePageQuery extends DueRange {
  readonly shard: string
  readonly limit: number
  /** Continues a page. */
  readonly startKey?: Record<string, unknown> | undefined
}

export function dueStore(table: Table) {
  return {
    /** What one shard holds of a range, oldest first. */
    async page({ kind, shard, from, to, limit, startKey }: DuePageQuery): Promise<{
      work: DueWork[]
      next: Record<string, unknown> | undefined
    }> {
      const { entries, lastKey } = await queryIndex(table, {
        index: 'dueWork',
        partition: indexKeys.dueShard(kind, shard),
        from,
        upTo: to,
        limit,
        startKey,
      })
      return {
        work: entries.map((entry) => ({ ...dueItemOf(entry), dueAt: entry.dueAt ?? '' })),
        next: lastKey,
      }
    },
  }
}

export type DueStore = ReturnType<typeof dueStore>
