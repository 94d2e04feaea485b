import { randomBytes } from 'node:crypto'
import { dynamoDbClient, INTERACTIVE } from '../../shared/aws/clients.ts'
import { presigner } from '../../shared/aws/presigned.ts'
import { functionVariables, readEnv } from '../../shared/contracts/environment.ts'
import { createLog } from '../../shared/lib/log.ts'
import { accountStore } from '../../shared/storage/stores/accounts.ts'
import { openTable } from '../../shared/storage/client.ts'
import { conversationStore } from '../../shared/storage/stores/conversations.ts'
import { domainStore } from '../../shared/storage/stores/domains.ts'
import { idempotencyStore } from '../../shared/storage/stores/idempotency.ts'
import { importStore } from '../../shared/storage/stores/imports.ts'
import { organizationStore } from '../../shared/storage/stores/organizations.ts'
import { suppressionStore } from '../../shared/storage/stores/suppressions.ts'
import { tokenStore } from '../../shared/storage/stores/tokens.ts'
import { createHandler } from './handler.ts'

const TOKEN_BYTES = 32

const { TABLE_NAME, BUCKET_NAME, API_URL } = readEnv(functionVariables['platform-api'], process.env)
const table = openTable(TABLE_NAME, dynamoDbClient(INTERACTIVE))
const now = (): Date => new Date()

export const handler = createHandler({
  accounts: accountStore(table),
  conversations: conversationStore(table),
  domains: domainStore(table),
  imports: importStore(table),
  organizations: organizationStore(table),
  presign: presigner(BUCKET_NAME, now, process.env),
  suppressions: suppressionStore(table),
  tokens: tokenStore(table),
  newToken: () => randomBytes(TOKEN_BYTES).toString('base64url'),
  decisionUrl: (token) => `${API_URL}/decisions/${token}`,
  idempotency: { store: idempotencyStore(table), randomBytes },
  log: createLog('platform-api'),
  now,
})
