import { dynamoDbClient, INTERACTIVE } from '../../shared/aws/clients.ts'
import { readEnv } from '../../shared/kit/env.ts'
import { createLog } from '../../shared/kit/log.ts'
import { accountStore } from '../../shared/table/accounts.ts'
import { claimStore } from '../../shared/table/claims.ts'
import { openTable } from '../../shared/table/client.ts'
import { domainStore } from '../../shared/table/domains.ts'
import { organizationStore } from '../../shared/table/organizations.ts'
import { suppressionStore } from '../../shared/table/suppressions.ts'
import { tokenStore } from '../../shared/table/tokens.ts'
import { env } from './env.ts'
import { createHandler } from './handler.ts'

const { TABLE_NAME, PRODUCT_NAME, SUPPORT_URL, LOGO_URL } = readEnv(env, process.env)
const table = openTable(TABLE_NAME, dynamoDbClient(INTERACTIVE))

export const handler = createHandler({
  accounts: accountStore(table),
  claims: claimStore(table),
  domains: domainStore(table),
  organizations: organizationStore(table),
  suppressions: suppressionStore(table),
  tokens: tokenStore(table),
  product: { productName: PRODUCT_NAME, supportUrl: SUPPORT_URL, logoUrl: LOGO_URL },
  log: createLog('decisions'),
  now: () => new Date(),
})
