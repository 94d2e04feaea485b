import { marshall } from '@aws-sdk/util-dynamodb'
import type { DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda'
import { partition } from '../../../shared/storage/keys.ts'
import { suppressEffectsAttribute } from '../../../shared/storage/schema.ts'
import type { Commit } from '../dynamo/memory-table.ts'
import type { Random } from '../random.ts'
import type { Scheduler } from '../scheduler.ts'
import type { Weather } from './weather.ts'

/** The template's filter. */
const PREFIXES = [partition.account, partition.closedClaim, partition.org]
const SHARDS = 4
const BATCH_SIZE = 100
/** More attempts than a hostile cloud makes fail in a row. */
const MAX_TRIES_IN_FAIR_WEATHER = 20

interface Shard {
  waiting: Commit[]
  busy: boolean
  /** After a failure, half as many records. */
  size: number
  tries: number
}

/** `false`: the function failed or died, and gets the batch again. */
/** Lambda gets binary values as base64. */
const wireValue = (_name: string, value: unknown): unknown =>
  value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value

export type Tell = (event: DynamoDBStreamEvent) => Promise<boolean>

/** The table's stream and its reader: at least once, in order for each item, with shards in parallel. */
export class SimulatedStream {
  readonly #scheduler: Scheduler
  readonly #random: Random
  readonly #weather: Weather
  readonly #tell: Tell
  readonly #shards: Shard[] = Array.from({ length: SHARDS }, () => ({
    waiting: [],
    busy: false,
    size: BATCH_SIZE,
    tries: 0,
  }))
  /** Changes that were given up on. */
  readonly stuck: Commit[] = []

  constructor(scheduler: Scheduler, random: Random, weather: Weather, tell: Tell) {
    this.#scheduler = scheduler
    this.#random = random
    this.#weather = weather
    this.#tell = tell
  }

  get length(): number {
    return this.#shards.reduce((sum, { waiting }) => sum + waiting.length, 0)
  }

  add(commits: readonly Commit[]): void {
    for (const commit of commits) {
      if (!isPublished(commit)) continue
      const shard = this.#shards[shardOf(commit.key.pk)]
      if (shard === undefined) continue
      shard.waiting.push(commit)
      this.#lookIn(shard, this.#random.int(5, 300))
    }
  }

  #lookIn(shard: Shard, ms: number): void {
    this.#scheduler.after(ms, 'stream', () => this.#look(shard))
  }

  #look(shard: Shard): void {
    if (shard.busy || shard.waiting.length === 0) return
    shard.busy = true
    const batch = shard.waiting.slice(0, shard.size)
    const done = (told: boolean): void => {
      shard.busy = false
      if (told) {
        shard.size = BATCH_SIZE
        shard.tries = 0
        // Delivered again after a success, as if the reader's position was lost.
        if (!this.#weather.duplicates()) shard.waiting = shard.waiting.slice(batch.length)
      } else {
        shard.size = Math.max(1, batch.length >> 1)
        shard.tries = this.#weather.level === 0 ? shard.tries + 1 : 0
        if (shard.tries > MAX_TRIES_IN_FAIR_WEATHER) this.stuck.push(...shard.waiting.splice(0, 1))
      }
      this.#lookIn(shard, told ? 1 : this.#random.int(100, 5_000))
    }
    this.#tell({ Records: batch.map(recordOf) }).then(done, () => done(false))
  }
}

export const isPublished = ({ key, after }: Commit): boolean =>
  PREFIXES.some((prefix) => key.pk.startsWith(prefix)) && after?.[suppressEffectsAttribute] === undefined

const shardOf = (pk: string): number => {
  let hash = 7
  for (let n = 0; n < pk.length; n++) hash = (hash * 31 + pk.charCodeAt(n)) % 65_521
  return hash % SHARDS
}

export function recordOf({ key, before, after, at }: Commit): DynamoDBRecord {
  const images = {
    Keys: marshall(key),
    ...(before === undefined ? {} : { OldImage: marshall(before) }),
    ...(after === undefined ? {} : { NewImage: marshall(after) }),
  }
  // The same JSON; only the packages' types differ.
  const dynamodb: DynamoDBRecord['dynamodb'] = JSON.parse(JSON.stringify(images, wireValue))
  return { dynamodb: { ...dynamodb, ApproximateCreationDateTime: Math.floor(at / 1000) } }
}
