import type { IdempotencyPorts } from '../../shared/http/middleware/idempotency.ts'
import type { Presigner } from '../../shared/aws/presigned.ts'
import type { Log } from '../../shared/lib/log.ts'
import type { Clock } from '../../shared/lib/time.ts'
import type { AccountStore } from '../../shared/storage/stores/accounts.ts'
import type { ConversationStore } from '../../shared/storage/stores/conversations.ts'
import type { DomainStore } from '../../shared/storage/stores/domains.ts'
import type { ImportStore } from '../../shared/storage/stores/imports.ts'
import type { OrganizationStore } from '../../shared/storage/stores/organizations.ts'
import type { SuppressionStore } from '../../shared/storage/stores/suppressions.ts'
import type { TokenStore } from '../../shared/storage/stores/tokens.ts'

export interface PlatformApiDeps {
  readonly accounts: AccountStore
  readonly conversations: ConversationStore
  readonly domains: DomainStore
  readonly imports: ImportStore
  readonly organizations: OrganizationStore
  readonly presign: Pick<Presigner, 'download'>
  readonly suppressions: SuppressionStore
  readonly tokens: TokenStore
  /** 32 random bytes, base64url. */
  readonly newToken: () => string
  readonly decisionUrl: (token: string) => string
  readonly idempotency: IdempotencyPorts
  readonly log: Log
  readonly now: Clock
}
