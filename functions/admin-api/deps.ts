import type { IdempotencyPorts } from '../../shared/api/idempotency.ts'
import type { ObjectReader } from '../../shared/aws/objects.ts'
import type { Presigner } from '../../shared/aws/presigned.ts'
import type { Log } from '../../shared/kit/log.ts'
import type { Metrics } from '../../shared/kit/metrics.ts'
import type { Clock } from '../../shared/kit/time.ts'
import type { ResolveTxt } from '../../shared/service/domains.ts'
import type { AccountStore } from '../../shared/table/accounts.ts'
import type { AuditStore } from '../../shared/table/audit.ts'
import type { ClaimStore } from '../../shared/table/claims.ts'
import type { DomainStore } from '../../shared/table/domains.ts'
import type { ExportStore } from '../../shared/table/exports.ts'
import type { ImportStore } from '../../shared/table/imports.ts'
import type { OrganizationStore } from '../../shared/table/organizations.ts'
import type { SuppressionStore } from '../../shared/table/suppressions.ts'
import type { SyncStore } from '../../shared/table/syncs.ts'

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
  /** Between two looks at work that a request waits for: some 250 ms. */
  readonly pause: () => Promise<void>
  readonly resolveTxt: ResolveTxt
  /** Random, base64url. */
  readonly newToken: () => string
  readonly ulid: (now: Date) => string
  /** T3; `undefined`: no cutoff. */
  readonly migrationCutoff: Date | undefined
  readonly idempotency: IdempotencyPorts
  readonly log: Log
  readonly metrics: Metrics
  readonly now: Clock
}
