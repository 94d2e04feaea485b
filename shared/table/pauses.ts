import { GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb'
import * as z from 'zod'
import type { PausableWork } from '../kit/pausable.ts'
import type { Table } from './client.ts'
import { keys } from './keys.ts'

/** Since when each kind of work is paused, ISO 8601. */
export type Pauses = { readonly [W in PausableWork]?: string | undefined }

const pausesSchema = z.object({
  mail: z.string().optional(),
  migrations: z.string().optional(),
  removals: z.string().optional(),
}) satisfies z.ZodType<Pauses>

/** The kill switches: one item, that workers look at before they act and operators set. */
export function pauseStore(table: Table) {
  const change = async (expression: string, work: PausableWork, values?: Record<string, unknown>) => {
    await table.client.send(
      new UpdateCommand({
        TableName: table.name,
        Key: keys.pauses(),
        UpdateExpression: expression,
        ExpressionAttributeNames: { '#work': work, ...(values && { '#type': 'type' }) },
        ...(values && { ExpressionAttributeValues: values }),
      }),
    )
  }
  return {
    /** 0.5 R: may be some milliseconds old, as what is kept of it is some seconds. */
    async read(): Promise<Pauses> {
      const { Item } = await table.client.send(new GetCommand({ TableName: table.name, Key: keys.pauses() }))
      return Item === undefined ? {} : pausesSchema.parse(Item)
    },

    /** Paused already: it stays paused since then. */
    pause: (work: PausableWork, now: Date): Promise<void> =>
      change('SET #work = if_not_exists(#work, :since), #type = :type, v = :v', work, {
        ':since': now.toISOString(),
        ':type': 'pauses',
        ':v': 1,
      }),

    resume: (work: PausableWork): Promise<void> => change('REMOVE #work', work),
  }
}

export type PauseStore = ReturnType<typeof pauseStore>
