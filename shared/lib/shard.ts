import { createHash } from 'node:crypto'

/**
 * Number of keys over which an org's users, claims, audit entries and due work are spread. A DynamoDB partition takes
 * 1,000 writes a second; with 32 keys, each takes less than 1/16 of an import's writes, allowing for uneven hashing.
 */
export const SHARD_COUNT = 32

/** The shard of an id, `00` to `31`. Must never change: index entries are found by it. */
export function shardOf(id: string): string {
  const hash = createHash('sha256').update(id).digest()
  return String(hash.readUInt32BE(0) % SHARD_COUNT).padStart(2, '0')
}

export const allShards: readonly string[] = Array.from({ length: SHARD_COUNT }, (_, n) =>
  String(n).padStart(2, '0'),
)
