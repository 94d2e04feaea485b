/**
 * Shards queried at once. A small org is read in a few round trips, and little of a large one is read in
 * vain.
 */
export const SHARDS_AT_ONCE = 8

/** Entries read from a shard beyond its share of a page, so that a page seldom takes a second round. */
export const SHARD_SLACK = 4
