import type { App } from 'aws-cdk-lib'
import * as z from 'zod'
import { mainStage, readSettings, type Settings } from '../shared/contracts/settings.ts'

export type Config = Omit<Settings, 'jwtIssuer' | 'jwtAudience'> & {
  /** Whose tokens are accepted; without it the stack brings a Cognito user pool of its own. */
  readonly jwt: { readonly issuer: string; readonly audience: readonly string[] } | undefined
}

/** A name that AWS has once in an account, or once in a region of all accounts, for the stack of this stage. */
export const ofStage = (name: string, stage: string): string =>
  stage === mainStage ? name : `${name}-${stage}`

/**
 * Stands for the sender in a template that is only looked at. No mail can ever come from it: `.invalid` belongs to nobody
 * (RFC 2606), and SES never verifies it.
 */
export const nobody = 'nobody@sender.invalid'

/** What the CDK keeps in the context for itself and that its other names (`@aws-cdk/…`, `aws:cdk:…`) don't tell. */
const cdkNames = new Set(['acknowledged-issue-numbers', 'cdk-migrate', 'cli-telemetry'])

const isOfCdk = (name: string): boolean => name.startsWith('@') || name.includes(':') || cdkNames.has(name)

/**
 * The settings, from everything in the context that isn't the CDK's own: a name that is misspelled is refused, and
 * isn't a setting that silently keeps its default.
 * @throws SettingsError
 */
export function readConfig(app: App): Config {
  const context = z.record(z.string(), z.unknown()).parse(app.node.getAllContext())
  const given = Object.entries(context).filter(([name]) => !isOfCdk(name))
  const { jwtIssuer: issuer, jwtAudience: audience, ...rest } = readSettings(Object.fromEntries(given))
  return { ...rest, jwt: issuer !== undefined && audience !== undefined ? { issuer, audience } : undefined }
}
