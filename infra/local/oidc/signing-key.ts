/**
 * The key pair that signs local tokens, and the tokens. Whoever needs the key first creates it: the service, or the
 * command that mints tokens.
 */
import { randomUUID } from 'node:crypto'
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK, type JWK, SignJWT } from 'jose'
import * as z from 'zod'
import { localAudience, localIssuer } from '../project-settings.ts'

/** The only algorithm that API Gateway accepts for JWTs. */
export const signatureAlgorithm = 'RS256'

export const roles = {
  admin: 'claims:read claims:write org:read org:write',
  reader: 'claims:read org:read',
  platform: 'platform',
} as const
export type Role = keyof typeof roles
export const isRole = (text: string): text is Role => Object.hasOwn(roles, text)

/** Long, since the service's clock may jump by years while somebody keeps a token in a shell. */
export const defaultLifetimeSeconds = 10 * 365 * 24 * 60 * 60

const keyFile = 'jwt-key.json'
const privateJwk = z.looseObject({
  kty: z.literal('RSA'),
  kid: z.string(),
  n: z.string(),
  e: z.string(),
  d: z.string(),
})

export interface SigningKey {
  readonly kid: string
  readonly privateJwk: JWK
  readonly publicJwk: JWK
}

async function readKey(file: string): Promise<SigningKey | undefined> {
  let text: string
  try {
    text = await readFile(file, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
  const jwk = privateJwk.parse(JSON.parse(text))
  const { kid, n, e } = jwk
  return { kid, privateJwk: jwk, publicJwk: { kty: 'RSA', alg: signatureAlgorithm, use: 'sig', kid, n, e } }
}

/** Opens the key pair in the directory, and creates it if missing. Only its owner can read the file. */
export async function openSigningKey(directory: string): Promise<SigningKey> {
  const file = path.join(directory, keyFile)
  const existing = await readKey(file)
  if (existing !== undefined) return existing
  const { privateKey } = await generateKeyPair(signatureAlgorithm, { extractable: true })
  const jwk = await exportJWK(privateKey)
  const made = JSON.stringify({ ...jwk, alg: signatureAlgorithm, kid: await calculateJwkThumbprint(jwk) })
  await mkdir(directory, { recursive: true })
  const draft = `${file}.${randomUUID()}`
  await writeFile(draft, made, { mode: 0o600 })
  try {
    // A hard link appears complete or not at all, and never replaces a key that another process has created
    // meanwhile.
    await link(draft, file)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
  } finally {
    await rm(draft)
  }
  const key = await readKey(file)
  if (key === undefined) throw new Error(`the key in ${file} is gone again`)
  return key
}

/** The forms in which issuers write scopes, by name. */
export const scopeForms = {
  scope: (scopes) => ({ scope: scopes }),
  'scope-list': (scopes) => ({ scope: scopes.split(' ') }),
  scp: (scopes) => ({ scp: scopes }),
  'scp-list': (scopes) => ({ scp: scopes.split(' ') }),
} as const satisfies Record<string, (scopes: string) => Record<string, unknown>>
export type ScopeForm = keyof typeof scopeForms
export const isScopeForm = (text: string): text is ScopeForm => Object.hasOwn(scopeForms, text)

export interface TokenRequest {
  /** Not needed for the platform. */
  readonly org?: string
  readonly role?: Role
  readonly subject?: string
  /** Default: `scope`, as one text. */
  readonly scopesAs?: ScopeForm
  /** Negative for a token that has expired already. */
  readonly expiresInSeconds?: number
  /** On the service's clock. */
  readonly now: Date
}

export async function mintToken(key: SigningKey, request: TokenRequest): Promise<string> {
  const { org, role = 'admin', scopesAs = 'scope', expiresInSeconds = defaultLifetimeSeconds } = request
  const now = Math.floor(request.now.getTime() / 1000)
  const expiresAt = now + expiresInSeconds
  const issuedAt = Math.min(now, expiresAt - 1)
  return new SignJWT({ ...scopeForms[scopesAs](roles[role]), ...(org !== undefined && { org_id: org }) })
    .setProtectedHeader({ alg: signatureAlgorithm, kid: key.kid, typ: 'JWT' })
    .setIssuer(localIssuer)
    .setAudience(localAudience)
    .setSubject(request.subject ?? `${role}@${org ?? 'platform'}`)
    .setIssuedAt(issuedAt)
    .setNotBefore(issuedAt)
    .setExpirationTime(expiresAt)
    .sign(await importJWK(key.privateJwk, signatureAlgorithm))
}
