import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { describe, expect, onTestFinished } from 'vitest'
import { givenEndpoint } from '../../../../infra/local/aws/dynamodb/dynamodb.ts'
import { LOCAL_CREDENTIALS, LOCAL_REGION } from '../../../../infra/local/aws/names.ts'
import { projectRoot } from '../../../../infra/project.ts'
import { unavailableBy } from '../../../../shared/lib/unavailable.ts'
import { openTable } from '../../../../shared/storage/client.ts'
import { type Stores, storesOf } from '../../../support/background.ts'
import { sourceOrg } from '../../../support/builders.ts'
import { sendDocumentedStatements } from '../../../support/documented-statements.ts'
import type { TestTable } from '../../../support/dynamo.ts'
import { givenDomain, givenOrgs } from '../../../support/given.ts'
import { CLAIMING, storeWrites } from '../../../support/store-writes.ts'
import { faultyWrites, impatientRetries, writeFaults } from '../../../support/write-faults.ts'
import { it } from '../../../support/fixtures.ts'

/** Methods of stores that write nothing. */
const READS = [
  ...['byRecordIds', 'byUserIds', 'byUserId', 'byAddresses', 'onDomains'].map((name) => `accounts.${name}`),
  ...['accounts.recordIdsOfOrg', 'accounts.recordIdsOnDomains'],
  ...[
    'audit.list',
    'audit.ofChanges',
    'claims.byId',
    'claims.byIdOf',
    'claims.byIds',
    'claims.byLink',
    'claims.list',
    'claims.madeIn',
    'claims.outgoing',
    'digests.returned',
    'due.page',
    'due.reminded',
    'organizations.getAnyRecent',
  ],
  ...[
    'conversations.get',
    'conversations.list',
    'conversations.first',
    'exports.get',
    'exports.list',
    'parts.first',
  ],
  ...['domains.get', 'domains.list', 'domains.states', 'domains.claimedBy'],
  ...[
    'imports.get',
    'imports.range',
    'imports.getStored',
    'imports.chunkOutcomes',
    'imports.outcomes',
    'imports.list',
  ],
  ...[
    'organizations.get',
    'organizations.getAny',
    'organizations.getMany',
    'organizations.list',
    'pauses.read',
    'deletions.closedClaims',
  ],
  ...['get', 'list', 'runs', 'comparison', 'comparisons', 'inactivated'].map((name) => `syncs.${name}`),
  ...['mails.items', 'suppressions.among', 'tokens.claimIdOf'],
]

/** What a write answers that could not get through since others were at its item: none of these says that it did. */
const GAVE_WAY: readonly unknown[] = [
  { outcome: 'lost' },
  [{ outcome: 'busy' }, { outcome: 'busy' }],
  [{ outcome: 'lost' }, { outcome: 'lost' }],
  { state: 'here' },
  { outcome: 'in_flight' },
]

describe('every write of every store', () => {
  let db: TestTable
  let stores: Stores

  it.beforeAll(async ({ table, tableStores }) => {
    db = table
    stores = tableStores
    await givenOrgs(stores, CLAIMING, sourceOrg())
    await givenDomain(stores, CLAIMING.orgId, 'noordzee.example')
  })

  /** Nobody pauses between two tries. */
  function faulty() {
    const client = new DynamoDBClient({
      endpoint: db.endpoint,
      region: LOCAL_REGION,
      credentials: LOCAL_CREDENTIALS,
      retryStrategy: impatientRetries,
    })
    onTestFinished(() => client.destroy())
    if (givenEndpoint() === undefined) sendDocumentedStatements(client, db.name)
    return { dynamo: faultyWrites(client), stores: storesOf(openTable(db.name, client, async () => {})) }
  }

  it('is known here: a store, or a method of one, that is new is to be added', () => {
    const methods = Object.entries(stores).flatMap(([name, store]) =>
      Object.keys(store).map((method) => `${name}.${method}`),
    )
    expect(methods.toSorted()).toEqual([...READS, ...Object.keys(storeWrites)].toSorted())
    const folder = join(projectRoot, 'shared', 'storage', 'stores')
    const makers = readdirSync(folder).flatMap((file) => [
      ...readFileSync(join(folder, file), 'utf8').matchAll(/^export function \w+Store\(/gm),
    ])
    expect(makers).toHaveLength(Object.keys(stores).length)
  })

  describe.each(Object.entries(storeWrites))('%s', (_, prepare) => {
    it.each(writeFaults)('answers as if nothing had happened, after it met: %s', async (fault) => {
      const { dynamo, stores } = faulty()
      const { write, answer, afterLostAnswer = answer } = await prepare(stores)
      dynamo.arm(fault, 1)
      expect(await write()).toEqual(fault === 'cut' && dynamo.struck > 0 ? afterLostAnswer : answer)
    })

    it('gives way to transactions that are at its item all the while, having written nothing', async () => {
      const { dynamo, stores } = faulty()
      const { write, answer } = await prepare(stores)
      dynamo.arm('conflict', Number.POSITIVE_INFINITY)
      const met = await write().catch((error: unknown) => ({ unavailable: unavailableBy(error) }))
      expect([...GAVE_WAY, { unavailable: 'busy' }, { unavailable: 'service_unavailable' }]).toContainEqual(
        met,
      )
      dynamo.disarm()
      expect(await write()).toEqual(answer)
    })

    it.each(['throttled', 'internal'] as const)(
      'is unavailable, and nothing else, where it stays %s',
      async (fault) => {
        const { dynamo, stores } = faulty()
        const { write, answer } = await prepare(stores)
        dynamo.arm(fault, Number.POSITIVE_INFINITY)
        const met = await write().catch((error: unknown) => ({ unavailable: unavailableBy(error) }))
        expect(met).toEqual({ unavailable: 'service_unavailable' })
        dynamo.disarm()
        expect(await write()).toEqual(answer)
      },
    )
  })
})
