import type { App } from 'aws-cdk-lib'
import * as z from 'zod'
import { mainStage, readSettings, type Settings } from '../shared/contracts/settings.ts'

export type Config = Omit<Settings, 'jwtIssuer' | 'jwtAudience'> & {
  /** The issuer whose tokens are accepted; without it the stack creates a Cognito user pool. */
  readonly jwt: { readonly issuer: string; readonly audience: readonly string[] } | undefined
}

/** The stage's version of a name that must be unique in the account, or among all accounts of a region. */
export const ofStage = (name: string, stage: string): string =>
  stage === mainStage ? name : `${name}-${stage}`

/**
 * Placeholder for the sender in a template that isn't deployed. No mail can come from it: `.invalid` belongs to
 * nobody (RFC 2606), so SES never verifies it.
 */
export const nobody = 'nobody@sender.invalid'

/**
 * Names that the CDK itself uses in the context, besides those that its prefixes (`@aws-cdk/…`, `aws:cdk:…`) show.
 */
const cdkNames = new Set(['acknowledged-issue-numbers', 'cdk-migrate', 'cli-telemetry'])

const isOfCdk = (name: string): boolean => name.startsWith('@') || name.includes(':') || cdkNames.has(name)

/**
 * Reads the settings from the context. Every name that isn't the CDK's must be a setting, so that a misspelled one is
 * refused instead of silently keeping its default.
 * @throws SettingsError
 */
export function readConfig(app: App): Config {
  const context = z.record(z.string(), z.unknown()).parse(app.node.getAllContext())
  const given = Object.entries(context).filter(([name]) => !isOfCdk(name))
  const { jwtIssuer: issuer, jwtAudience: audience, ...rest } = readSettings(Object.fromEntries(given))
  return { ...rest, jwt: issuer !== undefined && audience !== undefined ? { issuer, audience } : undefined }
}
