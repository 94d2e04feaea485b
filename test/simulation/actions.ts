import { normalizedAddress } from '../../shared/rules/accounts/address.ts'
import type { Claim } from '../../shared/rules/types.ts'
import { giveConversations } from './bulk.ts'
import { checkClaimed, checkRevoked, checkShown, checkSignIn, listIn, textIn } from './oracle/answers.ts'
import { addressesIn, newAddressOf } from './oracle/rules.ts'
import {
  CLAIMING,
  converse,
  DOMAINS,
  newPerson,
  nextWord,
  ORGS,
  orgBody,
  type Scene,
  verifyDomain,
} from './people.ts'
import type { Random } from './random.ts'

const DAY_MS = 86_400_000

/** One thing that somebody does. It chooses its subject when it is carried out. */
export type Action = (scene: Scene, random: Random) => Promise<void>

const emails = ({ ledger }: Scene): string[] => [...ledger.records.values()].flatMap(addressesIn)
const claiming = (random: Random): string => random.pick(CLAIMING) ?? 'acme'
const encoded = encodeURIComponent

function someEmails(scene: Scene, random: Random, most: number): string[] {
  const found = random.shuffled(emails(scene)).slice(0, random.int(1, most))
  if (random.chance(0.2)) found.push(`nobody@${random.pick(DOMAINS)}`)
  return found
}

function anyClaim({ ledger }: Scene, random: Random): { claimId: string; orgId: string } | undefined {
  const open = [...ledger.records.values()].flatMap(({ claim }) => claim ?? [])
  const claims: readonly Pick<Claim, 'claimId' | 'claimingOrgId'>[] =
    random.chance(0.85) || ledger.closed.size === 0 ? open : [...ledger.closed.values()]
  const claim = random.pick(claims)
  return claim && { claimId: claim.claimId, orgId: claim.claimingOrgId }
}

const claimByHand: Action = async (scene, random) => {
  const orgId = claiming(random)
  const since = scene.world.now
  const chosen = someEmails(scene, random, 4)
  const body = {
    users: chosen.map((email) => ({ email })),
    ...(random.chance(0.25) ? { type: random.pick(['direct', 'delayed']) } : {}),
    ...(random.chance(0.3) ? { licenses: ['pro'] } : {}),
    acknowledgePermanent: true,
  }
  const answer = await scene.caller.admin(orgId, 'POST', '/v1/claims', body)
  checkClaimed(scene.ledger, { orgId, since }, chosen, answer)
}

const claimByFile: Action = async (scene, random) => {
  const orgId = claiming(random)
  const rows = someEmails(scene, random, 6)
  if (random.chance(0.3)) rows.push(rows[0] ?? '', 'no address')
  // More rows than one worker takes.
  if (random.chance(0.12))
    for (let n = random.int(90, 230); n > 0; n--) rows.push(`nobody${n}@${random.pick(DOMAINS)}`)
  const typed = random.chance(0.3)
  const type = random.pick(['direct', 'delayed'])
  const header = typed
    ? 'Email;Claim type'
    : (random.pick(['Email', 'E-mailadres', 'User ID/Email (Required)']) ?? '')
  const content = [header, ...rows.map((row) => (typed ? `${row};${type}` : row))].join('\r\n')
  let key = `imports/${orgId}/${nextWord(scene, 'file')}.csv`
  if (random.chance(0.3)) {
    const form = { fileName: 'people.csv', sizeBytes: content.length }
    const { status, body } = await scene.caller.admin(orgId, 'POST', '/v1/imports', form)
    if (status !== 201) return
    key = `imports/${orgId}/${textIn(body, 'importId')}.csv`
  }
  scene.uploads.push({ key, orgId, rows })
  scene.world.upload(key, content)
}

/** P1: previews an import, and then confirms it, cancels it, or does nothing. */
const previewFile: Action = async (scene, random) => {
  const orgId = claiming(random)
  const rows = someEmails(scene, random, 6)
  const content = ['Email', ...rows].join('\n')
  const form = { fileName: 'people.csv', sizeBytes: content.length, preview: true }
  const { status, body } = await scene.caller.admin(orgId, 'POST', '/v1/imports', form)
  if (status !== 201) return
  const importId = textIn(body, 'importId')
  const key = `imports/${orgId}/${importId}.csv`
  scene.uploads.push({ key, orgId, rows, isPreview: true })
  scene.world.upload(key, content)
  await scene.caller.pause(random.int(0, 3_600_000))
  const path = `/v1/imports/${importId}`
  if (random.chance(0.2)) await scene.caller.admin(orgId, 'POST', `${path}/cancel`)
  if (random.chance(0.8))
    await scene.caller.admin(orgId, 'POST', `${path}/confirm`, { acknowledgePermanent: true })
}

/** I12 */
const cancelImport: Action = async (scene, random) => {
  const found = random.pick([...scene.ledger.imports.values()])
  if (found === undefined || found.kind !== 'claims') return
  await scene.caller.admin(found.orgId, 'POST', `/v1/imports/${found.importId}/cancel`)
}

const exportAndImport: Action = async (scene, random) => {
  const orgId = claiming(random)
  const { status, body } = await scene.caller.admin(orgId, 'POST', '/v1/claimable-users/exports', {})
  if (status !== 202) return
  await scene.caller.pause(random.int(60_000, 3_600_000))
  const file = scene.world.bucket.get(`exports/${orgId}/${textIn(body, 'exportId')}.csv`)
  if (file === undefined) return
  const content = file.bytes.toString()
  const rows = content
    .split('\r\n')
    .slice(1)
    .filter((line) => line !== '')
  if (rows.length === 0) return
  const key = `imports/${orgId}/${nextWord(scene, 'file')}.csv`
  scene.uploads.push({ key, orgId, rows })
  scene.world.upload(key, content)
}

const revoke: Action = async (scene, random) => {
  const claim = anyClaim(scene, random)
  if (claim === undefined) return
  const orgId = random.chance(0.9) ? claim.orgId : claiming(random)
  const since = scene.world.now
  const answer = await scene.caller.admin(orgId, 'POST', `/v1/claims/${encoded(claim.claimId)}/revoke`)
  checkRevoked(scene.ledger, { orgId, since }, claim.claimId, answer)
}

const signInAndDecide: Action = async (scene, random) => {
  const claimed = [...scene.ledger.records.values()].filter(({ claim }) => claim !== undefined)
  const record = random.pick(random.chance(0.8) ? claimed : [...scene.ledger.records.values()])
  if (record === undefined) return
  const email = record.claim && random.chance(0.8) ? newAddressOf(record.claim) : record.account.email
  const since = scene.world.now
  const answer = await scene.caller.platform('POST', '/sign-ins', { email })
  checkSignIn(scene.ledger, email, since, answer)
  const link = textIn(answer.body, 'decisionUrl')
  if (link === '' || random.chance(0.3)) return
  await scene.caller.pause(random.int(1, 60_000))
  const path = new URL(link).pathname
  await scene.caller.user('GET', path)
  const decision = random.pick(['change_email', 'transfer_content', 'transfer_content', 'delete_original'])
  const newEmail = random.chance(0.85)
    ? `${nextWord(scene, 'moved')}@private.example`
    : random.pick(emails(scene))
  const body = { decision, ...(decision === 'change_email' ? { newEmail } : {}) }
  await scene.caller.user('POST', path, body)
  if (decision === 'change_email') await confirmEmail(scene, random, newEmail ?? '')
  if (random.chance(0.2)) await scene.caller.user('POST', path, { decision: 'transfer_content' })
}

/** U2: confirms a new address by the mailed link. Some never do, some late, and some by an older link. */
async function confirmEmail(scene: Scene, random: Random, newEmail: string): Promise<void> {
  await scene.caller.pause(random.chance(0.8) ? random.int(1, 3_600_000) : random.int(1, 30) * 3_600_000)
  const links = scene.world.mail.sent.flatMap(({ to, text }) =>
    to.includes(newEmail) ? (/\/decisions\/confirmations\/[\w-]+/.exec(text)?.[0] ?? []) : [],
  )
  const link = random.chance(0.9) ? links.at(-1) : random.pick(links)
  if (link === undefined || random.chance(0.1)) return
  await scene.caller.user('GET', link)
  await scene.caller.user('POST', link)
  if (random.chance(0.2)) await scene.caller.user('POST', link)
}

const mailAgain: Action = async (scene, random) => {
  const claim = anyClaim(scene, random)
  if (claim === undefined) return
  await scene.caller.admin(claim.orgId, 'POST', `/v1/claims/${encoded(claim.claimId)}/notify`)
}

const changeDomain: Action = async (scene, random) => {
  const orgId = claiming(random)
  const domain = random.pick(DOMAINS) ?? ''
  const what = random.pick(['verify', 'claim', 'claim', 'release', 'release', 'remove'])
  if (what === 'verify') await verifyDomain(scene, orgId, domain)
  else if (what === 'remove') await scene.caller.admin(orgId, 'DELETE', `/v1/domains/${domain}`)
  else await scene.caller.admin(orgId, 'POST', `/v1/domains/${domain}/${what}`)
}

const changeSettings: Action = async (scene, random) => {
  const patch = random.pick([
    { allowContentMigration: random.chance(0.6) },
    { directorySync: random.chance(0.3) },
    { licenseTemplate: random.chance(0.5) ? ['mail', 'pro'] : [] },
    { retentionDays: random.pick([null, 30, 300]) },
    { suppressInvitations: random.chance(0.5) },
  ])
  await scene.caller.admin(random.pick(ORGS) ?? 'acme', 'PATCH', '/v1/organization', patch)
}

const changeOrg: Action = async (scene, random) => {
  const orgId = random.pick(ORGS) ?? 'corp'
  const more = { sso: random.chance(0.2), directorySync: random.chance(0.15) }
  await scene.caller.platform('PUT', `/organizations/${orgId}`, orgBody(orgId, more))
}

const changeAccount: Action = async (scene, random) => {
  const record = random.pick([...scene.ledger.records.values()])
  if (record === undefined) return
  const { userId, email, orgId, status } = record.account
  const patch = random.pick([
    { email: `${nextWord(scene, 'mail')}@${random.pick(DOMAINS)}` },
    { email: random.pick(emails(scene)) },
    { firstName: nextWord(scene, 'Given') },
    { orgId: random.pick(['home', 'away', 'corp']) },
    { status: random.pick(['active', 'inactive', 'not_verified']) },
    { paid: random.chance(0.5) },
  ])
  const body = { email, orgId, status, ...patch }
  await scene.caller.platform('PUT', `/users/${encoded(userId)}`, body)
}

const anyOf = ({ ledger }: Scene, random: Random): string | undefined => {
  const record = random.pick([...ledger.records.values()])
  if (record === undefined) return undefined
  return record.claim !== undefined && random.chance(0.4) ? record.claim.newUserId : record.account.userId
}

const write: Action = async (scene, random) => {
  const userId = anyOf(scene, random)
  if (userId === undefined) return
  const own = [...scene.ledger.owners].flatMap(([id, owners]) => (owners.has(userId) ? [id] : []))
  await converse(scene, userId, random, random.chance(0.3) ? random.pick(own) : undefined)
}

/** More conversations than one page moves, written as if one by one long ago. */
const writeMany: Action = async (scene, random) => {
  const record = random.pick([...scene.ledger.records.values()])
  if (record === undefined || record.claim?.status === 'migrating' || record.deletion !== undefined) return
  const { world } = scene
  const lastActivityAt = new Date(world.now - 86_400_000).toISOString()
  const content = { title: 'One of many', lastActivityAt, messages: 1, bytes: 10 }
  const many = Array.from({ length: random.int(45, 110) }, () => ({
    id: nextWord(scene, 'talk'),
    ...content,
  }))
  giveConversations(world.table, record.recordId, record.account.userId, many)
}

async function syncOnce(scene: Scene, random: Random, orgId: string): Promise<void> {
  if (scene.syncing.has(orgId)) return
  scene.syncing.add(orgId)
  const members = [...scene.ledger.records.values()].flatMap(({ account, claim }) => [
    ...(account.orgId === orgId ? [account.email] : []),
    ...(claim?.claimingOrgId === orgId ? [newAddressOf(claim)] : []),
  ])
  const listed = [...random.some(members, 0.6), `${nextWord(scene, 'other')}@acme.example`]
  scene.ledger.directories.set(orgId, new Set(listed.map(normalizedAddress)))
  const mode = random.chance(0.8) ? 'full' : 'dry_run'
  await scene.caller.admin(orgId, 'POST', '/v1/directory/syncs', { mode, emails: listed })
  scene.syncing.delete(orgId)
}

/** Sometimes syncs again, right before some of the users who were missing would be deleted. */
const sync: Action = async (scene, random) => {
  const orgId = random.pick([...ORGS, 'home', 'home', 'acme', 'acme']) ?? 'acme'
  await syncOnce(scene, random, orgId)
  if (random.chance(0.5)) return
  await scene.caller.pause(
    random.chance(0.5)
      ? DAY_MS * random.int(1, 31)
      : 30 * DAY_MS + random.int(-5_000, random.chance(0.5) ? 5_000 : 300_000),
  )
  await syncOnce(scene, random, orgId)
}

const changeUser: Action = async (scene, random) => {
  const userId = anyOf(scene, random)
  const record = userId === undefined ? undefined : scene.ledger.standing(userId)
  if (userId === undefined || record === undefined) return
  const orgId = record.account.userId === userId ? record.account.orgId : (record.claim?.claimingOrgId ?? '')
  const url = `/v1/users/${encoded(userId)}`
  if (random.chance(0.3)) await scene.caller.admin(orgId, 'DELETE', url)
  else {
    const patch = random.pick([
      { firstName: nextWord(scene, 'Given') },
      { licenses: ['pro', 'mail'] },
      { status: random.pick(['active', 'inactive']) },
    ])
    await scene.caller.admin(orgId, 'PATCH', url, patch)
  }
}

/**
 * C9: changes a user's address, by the org or by the platform: mostly a direct claim's new account or an org's own
 * user.
 */
const rename: Action = async (scene, random) => {
  const { caller, ledger } = scene
  const records = [...ledger.records.values()]
  const direct = records.filter(({ claim }) => claim?.type === 'direct')
  const record = random.pick(direct.length > 0 && random.chance(0.8) ? direct : records)
  if (record === undefined) return
  const { account, claim } = record
  const userId = claim?.newUserId ?? account.userId
  const orgId = claim?.claimingOrgId ?? account.orgId
  const email = random.pick([
    `${nextWord(scene, 'married')}@${random.pick(DOMAINS)}`,
    `${nextWord(scene, 'married')}@${random.pick(DOMAINS)}`,
    account.email.toUpperCase(),
    random.pick(emails(scene)) ?? account.email,
  ])
  if (random.chance(0.6)) await caller.admin(orgId, 'PATCH', `/v1/users/${encoded(userId)}`, { email })
  else await caller.platform('PUT', `/users/${encoded(userId)}`, { email, orgId, status: 'active' })
}

const deleteOrg: Action = async (scene, random) => {
  const orgId = random.pick(ORGS) ?? 'away'
  await scene.caller.platform('DELETE', `/organizations/${orgId}`, { confirmName: `The ${orgId} org` })
  if (random.chance(0.4)) return
  await scene.caller.pause(random.int(1, 25) * 3_600_000)
  await scene.caller.platform('POST', `/organizations/${orgId}/restore`)
}

const look: Action = async (scene, random) => {
  const orgId = claiming(random)
  const asked = { orgId, since: scene.world.now }
  const one = anyClaim(scene, random)
  if (one !== undefined && random.chance(0.5)) {
    const { status, body } = await scene.caller.admin(one.orgId, 'GET', `/v1/claims/${encoded(one.claimId)}`)
    if (status === 200) checkShown(scene.ledger, { orgId: one.orgId, since: asked.since }, body)
    return
  }
  const { status, body } = await scene.caller.admin(orgId, 'GET', '/v1/claims?limit=100')
  if (status === 200) for (const item of listIn(body, 'items')) checkShown(scene.ledger, asked, item)
}

/** What people do, with weights that add up to about a hundred. */
export const actions = {
  claimByHand: [claimByHand, 18],
  claimByFile: [claimByFile, 14],
  previewFile: [previewFile, 5],
  cancelImport: [cancelImport, 2],
  exportAndImport: [exportAndImport, 3],
  revoke: [revoke, 9],
  signInAndDecide: [signInAndDecide, 12],
  mailAgain: [mailAgain, 4],
  changeDomain: [changeDomain, 6],
  changeSettings: [changeSettings, 4],
  changeOrg: [changeOrg, 2],
  changeAccount: [changeAccount, 6],
  newPerson: [(scene: Scene, random: Random) => newPerson(scene, random), 5],
  write: [write, 5],
  writeMany: [writeMany, 3],
  sync: [sync, 10],
  changeUser: [changeUser, 5],
  rename: [rename, 5],
  deleteOrg: [deleteOrg, 2],
  look: [look, 5],
} as const satisfies Record<string, readonly [Action, number]>

export type ActionName = keyof typeof actions
