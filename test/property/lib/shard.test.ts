import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { allShards, SHARD_COUNT, shardOf } from '../../../shared/lib/shard.ts'

const IDS = 100_000

/** How ids come: counted up, of one length or not, by time, or with all that tells them apart in front. */
const families = fc.constantFrom<(n: number) => string>(
  (n) => String(n),
  (n) => `acc${String(n).padStart(8, '0')}`,
  (n) => `01KAPEG9Q0${n.toString(36).toUpperCase().padStart(16, '0')}`,
  (n) => `${n}@noordzee.example`,
  (n) => String(n * SHARD_COUNT),
)

describe('shardOf', () => {
  it('C1: of 100,000 ids no more than 1/16 fall on one shard, however they are made', () => {
    fc.assert(
      fc.property(families, fc.string({ maxLength: 12 }), (family, prefix) => {
        const counts = new Map<string, number>()
        for (let n = 0; n < IDS; n++) {
          const shard = shardOf(prefix + family(n))
          counts.set(shard, (counts.get(shard) ?? 0) + 1)
        }
        expect([...counts.keys()].sort()).toEqual(allShards)
        expect(Math.max(...counts.values())).toBeLessThanOrEqual(IDS / 16)
      }),
      { numRuns: 4 },
    )
  })

  it("R3: an id's shard is the same for ever, so that its index entries are found again", () => {
    expect(['acc00042', '', 'a~01KAPEG9Q0Z7Z7Z7Z7Z7Z7Z7Z7'].map(shardOf)).toEqual(['11', '02', '26'])
  })

  it('R3: any id has one of the shards that are asked', () => {
    fc.assert(fc.property(fc.string(), (id) => allShards.includes(shardOf(id))))
  })
})
