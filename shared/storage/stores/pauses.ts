import { GetCommand } from '@aws-sdk/lib-dynamodb'
import * as z from 'zod'
import type { PausableWork } from '../../contracts/pausable-work.ts'
import type { Table } from '../client.ts'
import { keys } from '../keys.ts'
import { edit } from '../writes/requests.ts'
import { writeSurely } from '../writes/write.ts'

/** Since when each kind of work is paused, ISO 8601. */
export type Pauses = { readonly [W in PausableWork]?: string | undefined }

const pausesSchema = z.object({
  mail: z.string().optional(),
  migrations: z.string().optional(),
  deletions: z.string().optional(),
}) satisfies z.ZodType<Pauses>

/** The kill switches: one item that operators write and workers read before they act. */
export function pauseStore(table: Table) {
  return {
    /** 0.5 R. May be slightly outdated, as its readers cache it for some seconds anyhow. */
    async read(): Promise<Pauses> {
      const { Item } = await table.client.send(new GetCommand({ TableName: table.name, Key: keys.pauses() }))
      return Item === undefined ? {} : pausesSchema.parse(Item)
    },

    /** Pauses a kind of work. If it is paused already, nothing changes. */
    async pause(work: PausableWork, now: Date): Promise<void> {
      const since = { type: 'pauses', v: 1, [work]: now.toISOString() }
      const unlessPaused = { ConditionExpression: `attribute_not_exists(#${work})` }
      await writeSurely(table, edit(table, keys.pauses(), since, unlessPaused))
    },

    async resume(work: PausableWork): Promise<void> {
      await writeSurely(table, edit(table, keys.pauses(), { [work]: undefined }))
    },
  }
}

export type PauseStore = ReturnType<typeof pauseStore>
