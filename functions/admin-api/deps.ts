import type { IdempotencyPorts } from '../../shared/http/middleware/idempotency.ts'
import type { ObjectReader } from '../../shared/contracts/object-store.ts'
import type { Presigner } from '../../shared/aws/presigned.ts'
import type { Log } from '../../shared/lib/log.ts'
import type { Metrics } from '../../shared/lib/metrics.ts'
import type { Clock } from '../../shared/lib/time.ts'
import type { ResolveTxt } from '../../shared/usecases/domains/domains.ts'
import type { AccountStore } from '../../shared/storage/stores/accounts.ts'
import type { AuditStore } from '../../shared/storage/stores/audit.ts'
import type { ClaimStore } from '../../shared/storage/stores/claims.ts'
import type { DomainStore } from '../../shared/storage/stores/domains.ts'
import type { ExportStore } from '../../shared/storage/stores/exports.ts'
import type { ImportStore } from '../../shared/storage/stores/imports.ts'
import type { OrganizationStore } from '../../shared/storage/stores/organizations.ts'
import type { SuppressionStore } from '../../shared/storage/stores/suppressions.ts'
import type { SyncStore } from '../../shared/storage/stores/syncs.ts'

export interface AdminApiDeps {
  readonly accounts: AccountStore
  readonly audit: AuditStore
  readonly claims: ClaimStore
  readonly domains: DomainStore
  readonly exports: ExportStore
  readonly imports: ImportStore
  readonly organizations: OrganizationStore
  readonly suppressions: SuppressionStore
  readonly syncs: SyncStore
  readonly presign: Presigner
  readonly readObject: ObjectReader
  /** Waits between two polls of work that a request waits for: 250 ms. */
  readonly pause: () => Promise<void>
  readonly resolveTxt: ResolveTxt
  /** Random, base64url. */
  readonly newToken: () => string
  readonly ulid: (now: Date) => string
  /** T3: source orgs created later can't have content migrated; `undefined`: no cutoff. */
  readonly migrationCutoff: Date | undefined
  readonly idempotency: IdempotencyPorts
  readonly log: Log
  readonly metrics: Metrics
  readonly now: Clock
}
