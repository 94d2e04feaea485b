import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { functionVariables, readEnv } from '../../shared/contracts/environment.ts'
import { createLog } from '../../shared/lib/log.ts'
import { createHandler } from './handler.ts'

const settings = readEnv(functionVariables.console, process.env)
// The build puts the files next to the bundle, which is CommonJS.
const assets = join(__dirname, 'assets')

export const handler = createHandler({
  page: readFileSync(join(__dirname, 'index.html'), 'utf8'),
  assetNames: readdirSync(assets),
  readAsset: (name) => readFileSync(join(assets, name)),
  settings: {
    issuer: settings.CONSOLE_ISSUER,
    clientId: settings.CONSOLE_CLIENT_ID,
    scope: settings.CONSOLE_SCOPE,
    productName: settings.PRODUCT_NAME,
    supportUrl: settings.SUPPORT_URL,
  },
  otherOrigins: settings.CONSOLE_ORIGINS,
  log: createLog('console'),
})
