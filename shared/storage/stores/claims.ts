import { QueryCommand } from '@aws-sdk/lib-dynamodb'
import { mapConcurrent } from '../../lib/concurrency.ts'
import { claimSortKey, NOBODY, recordIdOfClaim } from '../../rules/claims/claim-ids.ts'
import { sameBytes } from '../../rules/mail/claim-mail.ts'
import { linkHash, type MailLink } from '../../rules/claims/decision-link.ts'
import { isOpen } from '../../rules/claims/transition.ts'
import { ancestorsOf } from '../../rules/deletion/redaction.ts'
import type { AccountRecord, Claim, ClosedClaim, OpenClaim } from '../../rules/types.ts'
import type { Table } from '../client.ts'
import { accountFromItem } from '../items/account-item.ts'
import { closedClaimFromItem } from '../items/closed-claim-item.ts'
import { indexKeys, isClosedClaimKey, keys } from '../keys.ts'
import { newestFirst } from '../queries/merge-newest.ts'
import { batchGet } from '../writes/batch.ts'
import type { Page } from '../../lib/page.ts'

/** Ended claims read of one record. Accounts are seldom claimed twice; the org's list has all claims. */
const MAX_ENDED_CLAIMS = 50
/** Records read at once: an account was separated from another once or twice. */
const RECORDS_AT_ONCE = 4

export interface FoundClaim {
  readonly claim: Claim
  /** The record, while the claim is open. */
  readonly record?: AccountRecord
  /** Of an ended claim: the record that it was made in, which may belong to another account by now. */
  readonly formerRecord?: AccountRecord
}

export function claimStore(table: Table) {
  /**
   * Claims by id, of those that are `wanted`; others are absent, as unknown ids are, and take the same calls. 2
   * read units each, and 1 more for each that is absent.
   */
  const byIds = async (
    claimIds: readonly string[],
    wanted: (claim: Claim) => boolean = () => true,
  ): Promise<Map<string, FoundClaim>> => {
    const places = claimIds.flatMap((claimId) => {
      const recordId = recordIdOfClaim(claimId)
      return recordId === undefined ? [] : [{ claimId, recordId }]
    })
    const items = await batchGet(
      table,
      places.flatMap(({ claimId, recordId }) => [keys.closedClaim(claimId), keys.account(recordId)]),
    )
    const found = new Map<string, FoundClaim>()
    for (const { claimId, recordId } of places) {
      const closed = items.get(keys.closedClaim(claimId))
      const item = items.get(keys.account(recordId))
      const record = item && accountFromItem(item)
      const one = claimIn(claimId, closed && closedClaimFromItem(closed).claim, record)
      if (one !== undefined && wanted(one.claim)) found.set(claimId, one)
    }
    const missing = places.map(({ claimId }) => claimId).filter((claimId) => !found.has(claimId))
    if (missing.length === 0) return found
    // A batch isn't read at one instant: a claim may have moved from the record to its own item after the
    // latter was read.
    const ended = await batchGet(table, missing.map(keys.closedClaim))
    for (const claimId of missing) {
      const item = ended.get(keys.closedClaim(claimId))
      const claim = item && closedClaimFromItem(item).claim
      if (claim !== undefined && wanted(claim)) found.set(claimId, { claim })
    }
    return found
  }

  const recordOf = async (recordId: string): Promise<AccountRecord | undefined> => {
    const item = (await batchGet(table, [keys.account(recordId)])).get(keys.account(recordId))
    return item && accountFromItem(item)
  }

  return {
    byIds,

    /** A claim by id, whichever org made it. */
    async byId(claimId: string): Promise<FoundClaim | undefined> {
      return (await byIds([claimId])).get(claimId)
    },

    /** R: a claim by id that the org made; another's is as if it didn't exist, and takes the same calls. */
    async byIdOf(orgId: string, claimId: string): Promise<FoundClaim | undefined> {
      return (await byIds([claimId], (claim) => claim.claimingOrgId === orgId)).get(claimId)
    },

    /**
     * U6: the claim that a mailed link is for; `undefined` if no such link was mailed, which takes the same calls
     * whether there is such a claim or not. 1 read unit while the claim is in its record, 2 once it isn't.
     */
    async byLink({ claimId, secret }: MailLink): Promise<FoundClaim | undefined> {
      const recordId = recordIdOfClaim(claimId)
      if (recordId === undefined) return undefined
      const isOpenedBy = (claim: Claim): boolean =>
        opensWith(isOpen(claim) ? claim.mail.links : (claim.links ?? []), secret)
      const record = await recordOf(recordId)
      const found = claimIn(claimId, undefined, record)
      if (found !== undefined && isOpenedBy(found.claim)) return found
      // A claim leaves its record for an item of its own, and never returns: read in this order, none is missed.
      const key = keys.closedClaim(claimId)
      const item = (await batchGet(table, [key])).get(key)
      const closed = claimIn(claimId, item && closedClaimFromItem(item).claim, record)
      return closed !== undefined && isOpenedBy(closed.claim) ? closed : undefined
    },

    /** An org's claims, newest first. `before` is the sort key (`claimSortKey`) of the last one seen. */
    async list(orgId: string, limit: number, before?: string): Promise<Page<FoundClaim>> {
      const { entries, more } = await newestFirst(table, {
        index: 'claimsByOrg',
        partitionOf: (shard) => indexKeys.claimShard(orgId, shard),
        sortKey: 'claimSort',
        limit,
        before,
      })
      const items = await batchGet(table, entries)
      const found: FoundClaim[] = []
      for (const entry of entries) {
        const item = items.get(entry)
        if (item === undefined) continue
        if (isClosedClaimKey(entry)) {
          found.push({ claim: closedClaimFromItem(item).claim })
          continue
        }
        const record = accountFromItem(item)
        const isListed = (claim: Claim): boolean =>
          claim.claimingOrgId === orgId && claimSortKey(claim.claimId) === entry.claimSort
        // Between the two reads the claim may have left the record, and another org may have claimed the
        // account. The next list shows the result.
        if (record.claim !== undefined && isListed(record.claim)) found.push({ claim: record.claim, record })
        else if (record.ended !== undefined && isListed(record.ended.claim))
          found.push({ claim: record.ended.claim, formerRecord: record })
      }
      return { items: found, next: more ? entries.at(-1)?.claimSort : undefined }
    },

    /**
     * The claims on a record's account: the open one, and those that have ended, here or in the records that
     * it was separated from; newest first. 0.5 R a record, and 1 R an ended claim and an earlier record. Without
     * a record there are none, which takes the same calls.
     */
    async madeIn(record: AccountRecord | undefined): Promise<FoundClaim[]> {
      const { recordId: ofRecord } = record ?? { recordId: NOBODY }
      const ancestors = ancestorsOf(ofRecord).map(keys.account)
      const items = await batchGet(table, ancestors)
      const records = [
        ...(record ? [record] : []),
        ...ancestors.flatMap((key) => accountFromItemOr(items.get(key))),
      ]
      const inRecords = records.flatMap((formerRecord) =>
        formerRecord.ended ? [{ claim: formerRecord.ended.claim, formerRecord }] : [],
      )
      const ended = await mapConcurrent(
        [ofRecord, ...ancestorsOf(ofRecord)],
        RECORDS_AT_ONCE,
        async (recordId) => {
          const { Items } = await table.client.send(
            new QueryCommand({
              TableName: table.name,
              KeyConditionExpression: 'pk = :pk',
              ExpressionAttributeValues: { ':pk': keys.closedClaimsOf(recordId) },
              ConsistentRead: true,
              ScanIndexForward: false,
              Limit: MAX_ENDED_CLAIMS,
            }),
          )
          return (Items ?? []).map((item) => ({ claim: closedClaimFromItem(item).claim }))
        },
      )
      const open = record?.claim === undefined ? [] : [{ claim: record.claim, record }]
      return [...open, ...inRecords, ...ended.flat()].sort((a, b) =>
        claimSortKey(a.claim.claimId) < claimSortKey(b.claim.claimId) ? 1 : -1,
      )
    },

    /**
     * The open claims on an org's accounts, by whichever org, newest first. `before` is the sort key of the last one seen.
     */
    async outgoing(orgId: string, limit: number, before?: string): Promise<Page<OpenClaim>> {
      const { entries, more } = await newestFirst(table, {
        index: 'outgoingClaims',
        partitionOf: (shard) => indexKeys.outgoingShard(orgId, shard),
        sortKey: 'claimSort',
        limit,
        before,
      })
      const items = await batchGet(table, entries)
      const found = entries.flatMap((entry): OpenClaim[] => {
        const item = items.get(entry)
        const claim = item && accountFromItem(item).claim
        // The index lags behind: this claim may have ended, and another one begun.
        const isListed = claim?.sourceOrgId === orgId && claimSortKey(claim.claimId) === entry.claimSort
        return claim !== undefined && isListed ? [claim] : []
      })
      return { items: found, next: more ? entries.at(-1)?.claimSort : undefined }
    },
  }
}

/** The claim as the one or the other of its places has it. */
function claimIn(
  claimId: string,
  closed: ClosedClaim | undefined,
  record: AccountRecord | undefined,
): FoundClaim | undefined {
  if (closed !== undefined)
    return record === undefined ? { claim: closed } : { claim: closed, formerRecord: record }
  if (record?.claim?.claimId === claimId) return { claim: record.claim, record }
  if (record?.ended?.claim.claimId === claimId) return { claim: record.ended.claim, formerRecord: record }
  return undefined
}

const opensWith = (links: readonly Uint8Array[], secret: Uint8Array): boolean => {
  const hash = linkHash(secret)
  return links.some((link) => sameBytes(link, hash))
}

const accountFromItemOr = (item: Readonly<Record<string, unknown>> | undefined): AccountRecord[] =>
  item === undefined ? [] : [accountFromItem(item)]

export type ClaimStore = ReturnType<typeof claimStore>
