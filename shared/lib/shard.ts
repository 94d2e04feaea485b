import { createHash } from 'node:crypto'

/**
 * How many keys an org's users, claims, audit entries and due work are spread over. A DynamoDB partition takes
 * 1,000 writes a second; 32 keeps any one key well under 1/16 of an import's writes, hashing's unevenness included.
 */
export const SHARD_COUNT = 32

/** The shard of an id, `00` to `31`: the same for ever, so that an item's index entries can be found again. */
export function shardOf(id: string): string {
  const hash = createHash('sha256').update(id).digest()
  return String(hash.readUInt32BE(0) % SHARD_COUNT).padStart(2, '0')
}

export const allShards: readonly string[] = Array.from({ length: SHARD_COUNT }, (_, n) =>
  String(n).padStart(2, '0'),
)
