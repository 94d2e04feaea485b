import { randomBytes } from 'node:crypto'
import { setTimeout } from 'node:timers/promises'
import { ulid } from 'ulid'
import { dynamoDbClient, INTERACTIVE, s3Client } from '../../shared/aws/clients.ts'
import { objectReader } from '../../shared/aws/objects.ts'
import { presigner } from '../../shared/aws/presigned.ts'
import { txtResolver } from '../../shared/aws/txt-records.ts'
import { functionVariables, readEnv } from '../../shared/contracts/environment.ts'
import { createLog } from '../../shared/lib/log.ts'
import { createMetrics } from '../../shared/lib/metrics.ts'
import { once } from '../../shared/lib/once.ts'
import { pooledRandom } from '../../shared/lib/pooled-random.ts'
import { accountStore } from '../../shared/storage/stores/accounts.ts'
import { auditStore } from '../../shared/storage/stores/audit.ts'
import { claimStore } from '../../shared/storage/stores/claims.ts'
import { openTable } from '../../shared/storage/client.ts'
import { domainStore } from '../../shared/storage/stores/domains.ts'
import { exportStore } from '../../shared/storage/stores/exports.ts'
import { idempotencyStore } from '../../shared/storage/stores/idempotency.ts'
import { importStore } from '../../shared/storage/stores/imports.ts'
import { organizationStore } from '../../shared/storage/stores/organizations.ts'
import { suppressionStore } from '../../shared/storage/stores/suppressions.ts'
import { syncStore } from '../../shared/storage/stores/syncs.ts'
import { createHandler } from './handler.ts'

/** D1: 128 bits can't be guessed, and are short enough to be typed into a DNS form. */
const DOMAIN_TOKEN_BYTES = 16

/** Milliseconds between two polls while a request waits for a small sync (Y3). */
const PAUSE_MS = 250

const { TABLE_NAME, BUCKET_NAME, CONTENT_MIGRATION_CUTOFF } = readEnv(
  functionVariables['admin-api'],
  process.env,
)
const table = openTable(TABLE_NAME, dynamoDbClient(INTERACTIVE))
// Created on first use, since few requests read a file.
const readObject = once(() => objectReader(s3Client(INTERACTIVE), BUCKET_NAME))
const now = (): Date => new Date()

export const handler = createHandler({
  accounts: accountStore(table),
  audit: auditStore(table),
  claims: claimStore(table),
  domains: domainStore(table),
  exports: exportStore(table),
  imports: importStore(table),
  organizations: organizationStore(table),
  suppressions: suppressionStore(table),
  syncs: syncStore(table),
  presign: presigner(BUCKET_NAME, now, process.env),
  readObject: (range) => readObject()(range),
  pause: () => setTimeout(PAUSE_MS),
  resolveTxt: txtResolver(),
  newToken: () => randomBytes(DOMAIN_TOKEN_BYTES).toString('base64url'),
  ulid: (now) => ulid(now.getTime(), pooledRandom),
  migrationCutoff: CONTENT_MIGRATION_CUTOFF,
  idempotency: { store: idempotencyStore(table), randomBytes },
  log: createLog('admin-api'),
  metrics: createMetrics(),
  now,
})
