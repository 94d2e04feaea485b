import * as z from 'zod'
import type { Random } from '../simulation/random.ts'
import { claimView, DOMAIN, expectOk, importView, type World } from '../support/world.ts'

/** One week of the year that `npm run endure` plays. */

/** Y8: a directory that lacks more than a fifth is held. */
export const STAFF = 60
const STAFF_LEAVING = 5
/** An organization that is created, claims some people, and is deleted in the next week. */
export const GUESTS_EVERY_WEEKS = 4
const GUEST_PEOPLE = 5
/** How many of each week's people have a mailbox that bounces the claim's mail. */
const BOUNCING = 1
/** How many of each week's people are mailed again in the next week. */
const RESENT = 2

export const staffOf = (): string[] => Array.from({ length: STAFF }, (_, n) => `staff${n}`)

interface Week {
  readonly week: number
  readonly people: number
  readonly random: Random
}

const signInView = z.looseObject({ decisionUrl: z.string().optional() })
const created = z.looseObject({
  importId: z.string(),
  upload: z.object({ url: z.string(), fields: z.record(z.string(), z.string()) }),
})
const claims = z.object({ items: z.array(claimView) })
const exportView = z.looseObject({ status: z.string(), rows: z.number() })
const addressOf = (id: string): string => `${id}@${DOMAIN}`
const idsOf = (week: number, people: number): string[] =>
  Array.from({ length: people }, (_, n) => `w${week}-${n}`)

/**
 * People join and are claimed by a file, which is previewed first every other week; another file is previewed and
 * cancelled. Most people do nothing and are migrated. Others decide, keep their account under another address, or are
 * revoked. One mailbox is full and works again in the next week, when its owner and another person are mailed again.
 * Claims and claimable users are exported, the other organization’s directory lacks some of its staff, and every four
 * weeks an organization is created and deleted.
 */
export async function oneWeek(world: World, { week, people, random }: Week): Promise<void> {
  const mine = idsOf(week, people)
  if (people > 0) {
    await load(world, `week-${week}`, mine)
    for (const id of mine.slice(0, BOUNCING)) await world.service.mailbox(addressOf(id), 'bounce')
    await preview(world, mine)
    await importAll(world, week, mine)
    await decisions(world, mine.slice(BOUNCING + RESENT), random)
    if (week > 0) await mailAgain(world, idsOf(week - 1, people))
    await exportAll(world)
  }
  await guests(world, week)
  await directory(world, week)
  await world.service.advance('P7D')
}

async function load(world: World, name: string, ids: readonly string[]): Promise<void> {
  const header = 'userId,email,firstName,lastName,orgId,status,paid,locale'
  const rows = ids.map((id) => `${id},${addressOf(id)},Per,Son ${id},personal,active,false,en`)
  await world.service.upload(`accounts/${name}.csv`, `${header}\n${rows.join('\n')}\n`)
  await world.service.settle()
}

async function preview(world: World, ids: readonly string[]): Promise<void> {
  const users = ids.slice(0, 25).map((id) => ({ email: addressOf(id) }))
  const { body } = expectOk(await world.as('acme', 'POST', '/v1/claims/preview', { users }))
  const { results } = z.object({ results: z.array(z.looseObject({ result: z.string() })) }).parse(body)
  const refused = results.filter(({ result }) => result !== 'claimable').length
  if (refused > 0) throw new Error(`${refused} of ${users.length} can't be claimed`)
}

const csvOf = (ids: readonly string[]): string => `Email\n${ids.map((id) => addressOf(id)).join('\n')}\n`

async function previewed(world: World, fileName: string, csv: string): Promise<string> {
  const form = { fileName, sizeBytes: csv.length, preview: true }
  const { importId } = created.parse(expectOk(await world.as('acme', 'POST', '/v1/imports', form)).body)
  await world.service.upload(`imports/acme/${importId}.csv`, csv)
  await world.service.settle()
  return importId
}

async function importAll(world: World, week: number, mine: readonly string[]): Promise<void> {
  const cancelled = await previewed(world, `no-${week}.csv`, csvOf(mine))
  expectOk(await world.as('acme', 'POST', `/v1/imports/${cancelled}/cancel`))
  if (week % 2 === 0) {
    const imported = await world.import('acme', `week-${week}.csv`, csvOf(mine))
    if (imported.claimed !== mine.length) throw new Error(`week ${week}: ${JSON.stringify(imported)}`)
    return
  }
  const importId = await previewed(world, `week-${week}.csv`, csvOf(mine))
  const path = `/v1/imports/${importId}`
  expectOk(await world.as('acme', 'POST', `${path}/confirm`, { acknowledgePermanent: true }))
  await world.service.settle()
  const imported = importView.parse(expectOk(await world.as('acme', 'GET', path)).body)
  if (imported.claimed !== mine.length) throw new Error(`week ${week}: ${JSON.stringify(imported)}`)
}

async function decisions(world: World, ids: readonly string[], random: Random): Promise<void> {
  for (const id of ids) {
    if (random.chance(0.1)) await decide(world, id, random)
    else if (random.chance(0.05)) await revoke(world, addressOf(id))
  }
}

async function decide(world: World, id: string, random: Random): Promise<void> {
  const answer = expectOk(await world.platform('POST', '/sign-ins', { email: addressOf(id) }))
  const { decisionUrl } = signInView.parse(answer.body)
  if (decisionUrl === undefined) throw new Error(`nothing to decide for ${id}`)
  const { pathname } = new URL(decisionUrl)
  const decision = random.pick(['delete_original', 'transfer_content', 'change_email'])
  const newEmail = `${id}@private.example`
  const body = decision === 'change_email' ? { decision, newEmail } : { decision }
  expectOk(await world.service.api('POST', pathname, { body }))
  if (decision !== 'change_email') return
  expectOk(await world.service.api('POST', await world.confirmationPath(newEmail), {}))
}

async function openClaimOf(world: World, email: string) {
  const path = `/v1/claims?email=${encodeURIComponent(email)}`
  const { items } = claims.parse(expectOk(await world.as('acme', 'GET', path)).body)
  return items.find(({ status }) => status === 'open')
}

async function revoke(world: World, email: string): Promise<void> {
  const claim = await openClaimOf(world, email)
  if (claim === undefined) throw new Error(`no open claim of ${email}`)
  expectOk(await world.as('acme', 'POST', `/v1/claims/${encodeURIComponent(claim.claimId)}/revoke`))
}

/** M4, N4: last week's mailbox works again, and an admin has mails sent again to people who did nothing. */
async function mailAgain(world: World, ids: readonly string[]): Promise<void> {
  for (const [n, id] of ids.slice(0, BOUNCING + RESENT).entries()) {
    const email = addressOf(id)
    if (n < BOUNCING) {
      await world.service.mailbox(email, 'ok')
      // Every other one is left bounced, so that some are there at the end.
      if (Number(id.slice(1, id.indexOf('-'))) % 2 === 0) continue
      expectOk(await world.as('acme', 'DELETE', `/v1/suppressions/${encodeURIComponent(email)}`))
    }
    const claim = await openClaimOf(world, email)
    if (claim === undefined) throw new Error(`no open claim of ${email}`)
    expectOk(await world.as('acme', 'POST', `/v1/claims/${encodeURIComponent(claim.claimId)}/notify`))
  }
}

async function exportAll(world: World): Promise<void> {
  for (const path of ['/v1/claims/exports', '/v1/claimable-users/exports']) {
    const { body } = expectOk(await world.as('acme', 'POST', path))
    const { exportId } = z.looseObject({ exportId: z.string() }).parse(body)
    await world.service.settle()
    const { status } = exportView.parse(expectOk(await world.as('acme', 'GET', `${path}/${exportId}`)).body)
    if (status !== 'completed') throw new Error(`an export has ${status}`)
  }
}

/** O1: creates an organization that claims some people, and deletes the previous week’s. */
async function guests(world: World, week: number): Promise<void> {
  const name = (of: number): string => `guests-${of}`
  if (week % GUESTS_EVERY_WEEKS === 1) {
    const org = name(week - 1)
    expectOk(await world.platform('DELETE', `/organizations/${org}`, { confirmName: `The ${org} org` }))
  }
  if (week % GUESTS_EVERY_WEEKS !== 0) return
  const org = name(week)
  const domain = `${org}.example`
  await world.org(org, 'enterprise', { adminEmails: [`it@${domain}`] })
  await world.verify(org, domain)
  const ids = Array.from({ length: GUEST_PEOPLE }, (_, n) => `${org}-${n}`)
  for (const id of ids) {
    await world.user(id, { email: `${id}@${domain}` })
    await world.converse(id, 'talk')
  }
  const results = await world.claim(
    org,
    ids.map((userId) => ({ userId })),
  )
  const claimed = results.filter(({ result }) => result === 'claimed').length
  if (claimed !== GUEST_PEOPLE) throw new Error(`${org} has claimed ${claimed}`)
}

async function directory(world: World, week: number): Promise<void> {
  const away = (week * STAFF_LEAVING) % STAFF
  const listed = staffOf()
    .filter((_, n) => n < away || n >= away + STAFF_LEAVING)
    .map((id) => `${id}@dunes.example`)
  expectOk(await world.as('dunes', 'POST', '/v1/directory/syncs', { mode: 'full', emails: listed }))
}
