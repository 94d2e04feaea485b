import { GetCommand } from '@aws-sdk/lib-dynamodb'
import type { DueRange, RemindedHours } from '../../rules/due/due-minutes.ts'
import { REMINDER_DAYS } from '../../rules/limits.ts'
import type { Table } from '../client.ts'
import { type DueItem, dueItemOf, indexKeys, keys } from '../keys.ts'
import { queryIndex } from '../queries/index-query.ts'
import { editOrLose, type Written } from '../writes/write.ts'

export type DueWork = DueItem & { readonly dueAt: string }

export interface DuePageQuery extends DueRange {
  readonly shard: string
  readonly limit: number
  /** Continues a page. */
  readonly startKey?: Record<string, unknown> | undefined
}

export function dueStore(table: Table) {
  return {
    /** A page of the due entries of a range in one shard, earliest first. */
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

    /**
     * N1: for each reminder's day, the time up to which a sweep has requested the reminders, ISO 8601. May be
     * slightly outdated. 0.5 read units.
     */
    async reminded(): Promise<ReadonlyMap<number, string>> {
      const { Item = {} } = await table.client.send(
        new GetCommand({ TableName: table.name, Key: keys.reminded() }),
      )
      return new Map(
        REMINDER_DAYS.flatMap((day) => {
          const upTo = Item[upToAttribute(day)]
          return typeof upTo === 'string' ? [[day, upTo] as const] : []
        }),
      )
    },

    /**
     * Stores that the reminders of some hours have been requested. `lost`: another sweep stored so, or
     * something else, before; whoever sweeps next requests them once more. 1 write unit.
     * @param isFirst nothing is stored for this day yet
     */
    setReminded({ day, from, upTo }: RemindedHours, isFirst = false): Promise<Written> {
      const name = upToAttribute(day)
      return editOrLose(
        table,
        keys.reminded(),
        { type: 'reminded', v: 1, [name]: upTo },
        isFirst
          ? { ConditionExpression: `attribute_not_exists(${name})` }
          : { ConditionExpression: `${name} = :from`, ExpressionAttributeValues: { ':from': from } },
      )
    },
  }
}

const upToAttribute = (day: number): string => `day${day}`

export type DueStore = ReturnType<typeof dueStore>
