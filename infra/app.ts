/** The CDK CLI's entry (cdk.json): `npm run deploy`, `npx cdk diff`. See summary.ts for `npm run synth`. */
import { SettingsError } from '../shared/contracts/settings.ts'
import { synthesize } from './synth.ts'

try {
  await synthesize({ toDeploy: true })
} catch (error) {
  if (!(error instanceof SettingsError)) throw error
  console.error(error.message)
  process.exitCode = 1
}
