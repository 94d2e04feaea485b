import type { IdempotencyPorts } from '../../shared/api/idempotency.ts'
import type { Presigner } from '../../shared/aws/presigned.ts'
import type { Log } from '../../shared/kit/log.ts'
import type { Clock } from '../../shared/kit/time.ts'
import type { AccountStore } from '../../shared/table/accounts.ts'
import type { ConversationStore } from '../../shared/table/conversations.ts'
import type { DomainStore } from '../../shared/table/domains.ts'
import type { ImportStore } from '../../shared/table/imports.ts'
import type { OrganizationStore } from '../../shared/table/organizations.ts'
import type { SuppressionStore } from '../../shared/table/suppressions.ts'
import type { TokenStore } from '../../shared/table/tokens.ts'

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
