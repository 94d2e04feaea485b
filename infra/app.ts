/** Entry point of the CDK CLI (cdk.json): `npm run deploy`, `npx cdk diff`. `npm run synth` is summary.ts. */
import { SettingsError } from '../shared/contracts/setting-texts.ts'
import { synthesize } from './synth.ts'

try {
  await synthesize({ toDeploy: true })
} catch (error) {
  if (!(error instanceof SettingsError)) throw error
  console.error(error.message)
  process.exitCode = 1
}
