import { Caller } from './caller.ts'
import type { Ledger } from './oracle/ledger.ts'
import type { Random } from './random.ts'
import type { World } from './world.ts'

/** The orgs that claim, and the orgs that are claimed from. */
export const CLAIMING = ['acme', 'bolt'] as const
export const ORGS = ['home', 'away', 'corp', ...CLAIMING] as const
export const DOMAINS = ['acme.example', 'shared.example', 'bolt.example'] as const
const LOCALES = ['en', 'nl', 'de', 'fr', 'es'] as const

/** A file that was put into the bucket to be imported. */
export interface Upload {
  readonly key: string
  readonly orgId: string
  /** The content of each row. */
  readonly rows: readonly string[]
  /** P1: nobody is claimed until it is confirmed. */
  readonly isPreview?: true
}

/** Everything that a step of a history can act on. */
export interface Scene {
  readonly world: World
  readonly caller: Caller
  readonly ledger: Ledger
  readonly uploads: Upload[]
  /** Orgs with a sync under way: one at a time. */
  readonly syncing: Set<string>
  /** A counter, for names that must be new each time. */
  readonly count: { value: number }
}

export const sceneOf = (world: World, ledger: Ledger): Scene => ({
  world,
  ledger,
  caller: new Caller(world),
  uploads: [],
  syncing: new Set(),
  count: { value: 0 },
})

/** A word that nothing else contains, so that traces of it can be found. */
export const nextWord = (scene: Scene, prefix: string): string => `${prefix}${++scene.count.value}q`

async function verify({ world, caller }: Scene, orgId: string, domain: string): Promise<void> {
  const { body } = await caller.admin(orgId, 'POST', '/v1/domains', { domain })
  const record = typeof body === 'object' && body !== null && 'txtRecord' in body ? body.txtRecord : undefined
  if (typeof record !== 'object' || record === null || !('value' in record)) return
  const { value } = record
  if (typeof value !== 'string') return
  world.txtRecords.set(domain, [...(world.txtRecords.get(domain) ?? []), value])
  await caller.admin(orgId, 'POST', `/v1/domains/${domain}/verify`)
}

export { verify as verifyDomain }

const kinds: Readonly<Record<(typeof ORGS)[number], Record<string, unknown>>> = {
  home: { kind: 'consumer', region: 'eu' },
  away: { kind: 'consumer', region: 'us' },
  corp: { kind: 'enterprise', region: 'eu' },
  acme: { kind: 'enterprise', region: 'eu' },
  bolt: { kind: 'enterprise', region: 'eu' },
}

export const orgBody = (orgId: (typeof ORGS)[number], more: Record<string, unknown> = {}) => ({
  name: `The ${orgId} org`,
  ...kinds[orgId],
  createdAt: '2020-01-01T00:00:00Z',
  adminEmails: [`it@${orgId}.example`],
  ...more,
})

export async function newPerson(scene: Scene, random: Random, orgId?: string): Promise<void> {
  const { caller, world } = scene
  const userId = nextWord(scene, 'user')
  const email = `${nextWord(scene, 'mail')}@${random.pick(DOMAINS)}`
  if (random.chance(0.12)) world.mail.bouncing.set(email, random.chance(0.7) ? 'bounce' : 'complaint')
  await caller.platform('PUT', `/users/${userId}`, {
    email,
    firstName: nextWord(scene, 'Given'),
    lastName: nextWord(scene, 'Family'),
    orgId: orgId ?? random.pick(['home', 'home', 'home', 'away', 'corp', 'acme']),
    status: random.pick(['active', 'active', 'not_verified']),
    paid: random.chance(0.15),
    locale: random.pick(LOCALES),
    licenses: random.chance(0.3) ? ['pro'] : [],
  })
  for (let n = random.int(0, 2); n > 0; n--) await converse(scene, userId, random)
}

export async function converse(scene: Scene, userId: string, random: Random, id?: string): Promise<void> {
  const conversationId = id ?? nextWord(scene, 'talk')
  const lastActivityAt = new Date(scene.world.now - random.int(0, 400) * 86_400_000).toISOString()
  await scene.caller.platform('PUT', `/users/${encodeURIComponent(userId)}/conversations/${conversationId}`, {
    title: `About ${conversationId}`,
    lastActivityAt,
    messages: 3,
    bytes: 1024,
  })
}

/** The world before the first step of a history. */
export async function populate(scene: Scene, random: Random): Promise<void> {
  const { caller } = scene
  await Promise.all(ORGS.map((orgId) => caller.platform('PUT', `/organizations/${orgId}`, orgBody(orgId))))
  const template = random.chance(0.5) ? ['mail'] : []
  await caller.admin('acme', 'PATCH', '/v1/organization', {
    licenseTemplate: template,
    retentionDays: random.chance(0.3) ? 200 : null,
  })
  await verify(scene, 'acme', 'acme.example')
  await verify(scene, 'acme', 'shared.example')
  if (random.chance(0.7)) await verify(scene, 'bolt', 'shared.example')
  await verify(scene, 'bolt', 'bolt.example')
  const people = random.int(3, 7)
  await Promise.all(Array.from({ length: people }, () => newPerson(scene, random)))
}
