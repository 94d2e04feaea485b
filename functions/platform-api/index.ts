import { randomBytes } from 'node:crypto'
import { dynamoDbClient, INTERACTIVE, s3Client } from '../../shared/aws/clients.ts'
import { presigner } from '../../shared/aws/presigned.ts'
import { readEnv } from '../../shared/kit/env.ts'
import { createLog } from '../../shared/kit/log.ts'
import { accountStore } from '../../shared/table/accounts.ts'
import { openTable } from '../../shared/table/client.ts'
import { conversationStore } from '../../shared/table/conversations.ts'
import { domainStore } from '../../shared/table/domains.ts'
import { idempotencyStore } from '../../shared/table/idempotency.ts'
import { importStore } from '../../shared/table/imports.ts'
import { organizationStore } from '../../shared/table/organizations.ts'
import { suppressionStore } from '../../shared/table/suppressions.ts'
import { tokenStore } from '../../shared/table/tokens.ts'
import { env } from './env.ts'
import { createHandler } from './handler.ts'

const TOKEN_BYTES = 32

const { TABLE_NAME, BUCKET_NAME, API_URL } = readEnv(env, process.env)
const table = openTable(TABLE_NAME, dynamoDbClient(INTERACTIVE))

export const handler = createHandler({
  accounts: accountStore(table),
  conversations: conversationStore(table),
  domains: domainStore(table),
  imports: importStore(table),
  organizations: organizationStore(table),
  presign: presigner(s3Client(INTERACTIVE), BUCKET_NAME),
  suppressions: suppressionStore(table),
  tokens: tokenStore(table),
  newToken: () => randomBytes(TOKEN_BYTES).toString('base64url'),
  decisionUrl: (token) => `${API_URL}/decisions/${token}`,
  idempotency: { store: idempotencyStore(table), randomBytes },
  log: createLog('platform-api'),
  now: () => new Date(),
})
