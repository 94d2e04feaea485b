import { dynamoDbClient, INTERACTIVE } from '../../shared/aws/clients.ts'
import { functionVariables, readEnv } from '../../shared/contracts/environment.ts'
import { createLog } from '../../shared/lib/log.ts'
import { accountStore } from '../../shared/storage/stores/accounts.ts'
import { claimStore } from '../../shared/storage/stores/claims.ts'
import { openTable } from '../../shared/storage/client.ts'
import { domainStore } from '../../shared/storage/stores/domains.ts'
import { organizationStore } from '../../shared/storage/stores/organizations.ts'
import { suppressionStore } from '../../shared/storage/stores/suppressions.ts'
import { tokenStore } from '../../shared/storage/stores/tokens.ts'
import { createHandler } from './handler.ts'

const { TABLE_NAME, PRODUCT_NAME, SUPPORT_URL, LOGO_URL } = readEnv(functionVariables.decisions, process.env)
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
