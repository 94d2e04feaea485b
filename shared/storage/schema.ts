/** The table's keys and indexes, for the CDK app, the local service and the tests' emulator. */
export const tableSchema = {
  partitionKey: 'pk',
  sortKey: 'sk',
  /** Seconds since 1970; DynamoDB deletes the item within days after it. Readers must not count on that. */
  ttlAttribute: 'expiresAtEpochSeconds',
  streamView: 'NEW_AND_OLD_IMAGES',
  /** All indexes project keys only: a change that leaves their keys alone costs them nothing. */
  indexes: [
    { name: 'accountsByOrg', partitionKey: 'orgShard', sortKey: 'pk' },
    { name: 'accountsByDomain', partitionKey: 'domainShard', sortKey: 'pk' },
    { name: 'claimsByOrg', partitionKey: 'claimShard', sortKey: 'claimSort' },
    { name: 'outgoingClaims', partitionKey: 'outgoingShard', sortKey: 'claimSort' },
    { name: 'dueWork', partitionKey: 'dueShard', sortKey: 'dueAt' },
  ],
} as const

/**
 * Set in an item whose last write has no effects (a page was moved, a mail marked as sent): the stream's
 * filter drops the record, so the reader isn't called for it.
 *
 * This name, and `rev`, `content` and a mail's `told` (revision, hasContent, notifiedAt), are short because account records
 * have them: the largest are just under 1 KB, a write unit (`mail-state.test.ts`).
 */
export const suppressEffectsAttribute = 'quiet'

export type IndexName = (typeof tableSchema.indexes)[number]['name']
