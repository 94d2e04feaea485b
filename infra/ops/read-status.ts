import { paginateScan } from '@aws-sdk/client-dynamodb'
import { GetQueueAttributesCommand } from '@aws-sdk/client-sqs'
import { unmarshall } from '@aws-sdk/util-dynamodb'
import * as z from 'zod'
import { statusOf } from '../../shared/rules/directory/directory-sync.ts'
import { mapConcurrent } from '../../shared/lib/concurrency.ts'
import { allShards } from '../../shared/lib/shard.ts'
import { isoSecond, SECOND_MS } from '../../shared/lib/time.ts'
import { openTable, type Table } from '../../shared/storage/client.ts'
import { dueStore } from '../../shared/storage/stores/due.ts'
import { readImage, type StoredEntity } from '../../shared/storage/items/stream-images.ts'
import { MISPLACED_ORG_ID } from '../../shared/storage/items/import-item.ts'
import { importStore } from '../../shared/storage/stores/imports.ts'
import { type Pauses, pauseStore } from '../../shared/storage/stores/pauses.ts'
import type { ServiceInstance } from './service-instance.ts'
import { dueEntryKinds } from '../../shared/rules/enumerations.ts'

const CALLS_AT_ONCE = 8

/** Maximum of due entries counted for each shard. An operator only needs to know whether there are more. */
const DUE_PER_SHARD = 250

export interface QueueStatus {
  /** The queue's logical id. */
  readonly queue: string
  readonly waiting: number
  readonly inFlight: number
  readonly delayed: number
  readonly oldestSeconds?: number
}

export interface JobStatus {
  readonly job: string
  readonly id: string
  readonly orgId: string
  readonly status: string
  readonly since: string
}

/** An uploaded file that belongs to no existing org. */
export interface MisplacedFile {
  readonly key: string
  readonly since: string
  readonly why: string
}

/** Maximum of files shown, the newest first. */
const MISPLACED_SHOWN = 10

export interface Status {
  readonly place: string
  readonly at: string
  readonly paused: Pauses
  readonly queues: readonly QueueStatus[]
  readonly deadLetters: readonly QueueStatus[]
  /** Due work that is still in the table. `more`: there is more than was counted. */
  readonly due: {
    readonly counts: Readonly<Record<string, number>>
    readonly more: boolean
    readonly oldestAt?: string
    readonly lateSeconds: number
  }
  readonly schedules: number
  readonly misplaced: readonly MisplacedFile[]
  /** Only if asked for, since it means reading the whole table. */
  readonly jobs?: readonly JobStatus[]
}

/**
 * Reads the instance's status. Takes half a read unit for each shard of the due index, and two calls for each queue.
 */
export async function readStatus(
  instance: ServiceInstance,
  options: { readonly jobs: boolean },
): Promise<Status> {
  const table = openTable(instance.table, instance.dynamoDb)
  const [now, paused, queues, schedules, misplaced] = await Promise.all([
    instance.now(),
    pauseStore(table).read(),
    queuesOf(instance),
    instance.countSchedules(),
    misplacedIn(table),
  ])
  const isDead = ({ queue }: QueueStatus): boolean => queue.endsWith('DeadLetters')
  return {
    place: instance.name,
    at: now.toISOString(),
    paused,
    queues: queues.filter((queue) => !isDead(queue)),
    deadLetters: queues.filter(isDead),
    due: await dueOf(dueStore(table), now),
    schedules,
    misplaced,
    ...(options.jobs && { jobs: await jobsOf(instance) }),
  }
}

const count = z.coerce.number().default(0)
const attributes = z.object({
  ApproximateNumberOfMessages: count,
  ApproximateNumberOfMessagesNotVisible: count,
  ApproximateNumberOfMessagesDelayed: count,
})

async function queuesOf({ sqs, queues, oldestMessages }: ServiceInstance): Promise<QueueStatus[]> {
  const oldest = await oldestMessages()
  const found = await mapConcurrent([...queues], CALLS_AT_ONCE, async ([queue, QueueUrl]) => {
    const { Attributes } = await sqs.send(
      new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }),
    )
    const read = attributes.parse(Attributes ?? {})
    const oldestSeconds = oldest.get(queue)
    return {
      queue,
      waiting: read.ApproximateNumberOfMessages,
      inFlight: read.ApproximateNumberOfMessagesNotVisible,
      delayed: read.ApproximateNumberOfMessagesDelayed,
      ...(oldestSeconds !== undefined && { oldestSeconds }),
    }
  })
  return found.sort((a, b) => (a.queue < b.queue ? -1 : 1))
}

async function dueOf(due: ReturnType<typeof dueStore>, now: Date): Promise<Status['due']> {
  const shards = dueEntryKinds.flatMap((kind) => allShards.map((shard) => ({ kind, shard })))
  const pages = await mapConcurrent(shards, CALLS_AT_ONCE, ({ kind, shard }) =>
    due.page({ kind, shard, to: isoSecond(now), limit: DUE_PER_SHARD }),
  )
  const work = pages.flatMap((page) => page.work)
  const counts: Record<string, number> = {}
  for (const { kind } of work) counts[kind] = (counts[kind] ?? 0) + 1
  const [oldestAt] = work.map(({ dueAt }) => dueAt).sort()
  return {
    counts,
    more: pages.some(({ next }) => next !== undefined),
    ...(oldestAt !== undefined && { oldestAt }),
    lateSeconds: oldestAt === undefined ? 0 : Math.round((now.getTime() - Date.parse(oldestAt)) / SECOND_MS),
  }
}

async function misplacedIn(table: Table): Promise<MisplacedFile[]> {
  const { items: imports } = await importStore(table).list(MISPLACED_ORG_ID, MISPLACED_SHOWN)
  return imports.map(({ objectKey, createdAt, error }) => ({
    key: objectKey,
    since: createdAt,
    why: error?.code ?? '',
  }))
}

const OVER: readonly string[] = ['completed', 'failed', 'cancelled', 'expired']

/** Finds unfinished imports, exports and syncs by a scan. The service itself needs no index of them. */
async function jobsOf({ dynamoDb, table }: ServiceInstance): Promise<JobStatus[]> {
  const jobs: JobStatus[] = []
  const asked = {
    TableName: table,
    FilterExpression: '#type IN (:import, :export, :sync)',
    ExpressionAttributeNames: { '#type': 'type' },
    ExpressionAttributeValues: {
      ':import': { S: 'import' },
      ':export': { S: 'export' },
      ':sync': { S: 'sync' },
    },
  }
  for await (const { Items = [] } of paginateScan({ client: dynamoDb }, asked))
    for (const item of Items) {
      const job = jobOf(readImage(unmarshall(item)))
      if (job !== undefined && !OVER.includes(job.status)) jobs.push(job)
    }
  return jobs.sort((a, b) => (a.since < b.since ? -1 : 1))
}

function jobOf(entity: StoredEntity | undefined): JobStatus | undefined {
  switch (entity?.kind) {
    case 'import': {
      const { importId: id, orgId, status, createdAt: since } = entity.record
      return { job: 'import', id, orgId, status, since }
    }
    case 'export': {
      const { exportId: id, orgId, status, createdAt: since } = entity.record
      return { job: 'export', id, orgId, status, since }
    }
    case 'sync': {
      const { syncId: id, orgId, createdAt: since } = entity.record
      return { job: 'sync', id, orgId, status: statusOf(entity.record), since }
    }
    default:
      return undefined
  }
}
