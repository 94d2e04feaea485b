/**
 * `npm run demo`: one CSV, all the way, on this machine: upload → claims → mails → migration at 14 days.
 *
 * Everything it shows is asked of the running service over HTTP and S3, as anybody else would.
 */
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parse } from 'csv-parse/sync'
import * as z from 'zod'
import { boot } from './boot.ts'
import { createClient, importView, type ServiceClient } from './client.ts'
import { localFolder } from './endpoints.ts'

const DOMAIN = 'noordzee.example'
const ORG = 'noordzee'
const FILE = 'people-semicolon.csv'
const PROGRESS_MS = 100
const events = new URL('../../events/', import.meta.url)

const say = (text = ''): void => console.log(text)
const heading = (text: string): void => say(`\n── ${text} ${'─'.repeat(Math.max(0, 76 - text.length))}`)
const count = (n: number): string => n.toLocaleString('en')
const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`

class DemoFailed extends Error {
  override readonly name = 'DemoFailed'
}

/** What the demo shows must be so: otherwise it fails, and says which. */
function mustBe(isSo: boolean, what: string): void {
  if (!isSo) throw new DemoFailed(`this should be so, and isn't: ${what}`)
}

const claim = z.looseObject({
  claimId: z.string(),
  type: z.string(),
  status: z.string(),
  email: z.string(),
  originalUserId: z.string(),
  newUserId: z.string(),
  endsAt: z.string(),
  daysLeft: z.number(),
})
const conversation = z.looseObject({ conversationId: z.string(), title: z.string() })
const page = <T extends z.ZodType>(item: T) =>
  z.object({ items: z.array(item), nextCursor: z.string().optional() })

function createDemo(service: ServiceClient, admin: string, platform: string) {
  async function ask<T>(
    schema: z.ZodType<T>,
    method: string,
    path: string,
    body?: unknown,
    token = admin,
  ): Promise<T> {
    const answer = await service.api(method, path, { token, body })
    if (answer.status >= 300)
      throw new DemoFailed(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`)
    return schema.parse(answer.body)
  }
  const tell = (method: string, path: string, body?: unknown, token?: string) =>
    ask(z.unknown(), method, path, body, token)

  async function all<T extends z.ZodType>(item: T, path: string, token = admin): Promise<z.output<T>[]> {
    const items: z.output<T>[] = []
    let cursor: string | undefined
    do {
      const at = cursor === undefined ? '' : `&cursor=${encodeURIComponent(cursor)}`
      const { items: more, nextCursor } = await ask(
        page(item),
        'GET',
        `${path}?limit=100${at}`,
        undefined,
        token,
      )
      items.push(...more)
      cursor = nextCursor
    } while (cursor !== undefined)
    return items
  }

  return {
    ask,
    tell,
    all,
    platform: (method: string, path: string, body?: unknown) =>
      tell(method, `/v1/platform${path}`, body, platform),
    conversations: (userId: string) =>
      all(conversation, `/v1/platform/users/${encodeURIComponent(userId)}/conversations`, platform),
  }
}

type Demo = ReturnType<typeof createDemo>

/** The orgs, the accounts in bulk by a CSV of the platform's, and the domain that the claiming org proves to own. */
async function prepare(service: ServiceClient, demo: Demo): Promise<void> {
  const org = (orgId: string, name: string, kind: 'consumer' | 'enterprise', adminEmails: string[] = []) =>
    demo.platform('PUT', `/organizations/${orgId}`, {
      name,
      kind,
      region: 'eu',
      createdAt: '2020-01-01T00:00:00Z',
      adminEmails,
    })
  await org('personal', 'Personal accounts', 'consumer')
  await org('dunes-bv', 'Dunes BV', 'enterprise')
  await org('harbour-gmbh', 'Harbour GmbH', 'enterprise')
  await org(ORG, 'Noordzee Shipping', 'enterprise', [`it@${DOMAIN}`])
  await demo.tell('PATCH', '/v1/organization', {
    allowContentMigration: true,
    licenseTemplate: ['messaging'],
    retentionDays: 3650,
  })
  await service.upload('accounts/accounts.csv', await readFile(new URL('accounts.csv', events)))
  const added = await demo.ask(
    z.looseObject({ txtRecord: z.looseObject({ name: z.string(), value: z.string() }) }),
    'POST',
    '/v1/domains',
    { domain: DOMAIN },
  )
  await service.setTxt(added.txtRecord.name, [added.txtRecord.value])
  await demo.tell('POST', `/v1/domains/${DOMAIN}/verify`)
  await service.settle()
  say(`  4 organizations, the accounts of events/accounts.csv, and ${DOMAIN} proven by a DNS TXT record`)
}

const bar = (percent: number): string => '█'.repeat(Math.round(percent / 4)).padEnd(25, '░')

async function watchImport(demo: Demo): Promise<z.output<typeof importView>> {
  const isTerminal = process.stdout.isTTY
  let shown = ''
  for (;;) {
    const [latest] = (await demo.ask(page(importView), 'GET', '/v1/imports')).items
    if (latest !== undefined) {
      const { status, percent, rowsRead, claimed, refused } = latest
      const line = `  ${bar(percent)} ${String(percent).padStart(3)} %  ${status}: ${count(rowsRead)} rows read, ${count(claimed)} claimed, ${count(refused)} refused`
      // Without a terminal, a line that overwrites itself is noise: only what changed is told.
      if (line !== shown) process.stdout.write(isTerminal ? `\r${line.padEnd(100)}` : `${line}\n`)
      shown = line
      if (status === 'completed' || status === 'failed') {
        if (isTerminal) say()
        return latest
      }
    }
    await sleep(PROGRESS_MS)
  }
}

async function showReport({ reportUrl }: z.output<typeof importView>): Promise<void> {
  mustBe(reportUrl !== undefined, 'a completed import has a report')
  const text = (await (await fetch(reportUrl ?? '')).text()).replace(/^\uFEFF/, '')
  const rows = z
    .array(z.looseObject({ Line: z.string(), Result: z.string(), Code: z.string(), Message: z.string() }))
    .parse(parse(text, { columns: true, delimiter: ';' }))
  const refused = Map.groupBy(
    rows.filter(({ Result }) => Result === 'refused'),
    ({ Code }) => Code,
  )
  for (const [code, group] of refused)
    say(`  refused ${String(group.length).padStart(4)} × ${code}: ${group[0]?.Message}`)
}

async function showMail(service: ServiceClient, address: string): Promise<void> {
  const [mail] = await service.messages(address)
  mustBe(mail !== undefined, `a mail went to ${address}`)
  say(`  To: ${address}\n  Subject: ${mail?.subject}\n`)
  for (const line of (mail?.text ?? '').trimEnd().split('\n')) say(`  │ ${line}`)
}

async function run(service: ServiceClient, bootMs: number): Promise<void> {
  const startedAt = performance.now()
  const demo = createDemo(
    service,
    await service.token({ org: ORG, role: 'admin' }),
    await service.token({ role: 'platform' }),
  )
  const times: [string, number][] = [['boot', bootMs]]
  const timed = async <T>(what: string, work: () => Promise<T>): Promise<T> => {
    const begin = performance.now()
    const result = await work()
    times.push([what, performance.now() - begin])
    return result
  }

  heading('The platform and its accounts')
  await timed('accounts loaded, domain verified', () => prepare(service, demo))

  heading(`An admin uploads events/${FILE}`)
  const done = await timed('import, mails and schedules', async () => {
    await service.upload(`imports/${ORG}/${FILE}`, await readFile(new URL(FILE, events)))
    const result = await watchImport(demo)
    await service.settle()
    return result
  })
  mustBe(done.status === 'completed', `the import is completed (${done.error?.message ?? done.status})`)
  await showReport(done)
  const claims = await demo.all(claim, '/v1/claims')
  const delayed = claims.filter(({ type }) => type === 'delayed')
  say(
    `  claimed  ${String(claims.length).padStart(4)}: ${delayed.length} delayed, ${claims.length - delayed.length} direct`,
  )
  mustBe(claims.length === done.claimed, 'the claims listed are those that were counted')

  heading('What one of them is told')
  // One whose mail is in English.
  const one = delayed.find(({ originalUserId }) => originalUserId === 'acc00001')
  if (one === undefined) throw new DemoFailed('acc00001 was not claimed delayed')
  const talks = ['Tide tables', 'Crane 4, broken again', 'Lunch on Friday']
  for (const [n, title] of talks.entries()) {
    const path = `/users/${one.originalUserId}/conversations/talk-${n}`
    await demo.platform('PUT', path, {
      title,
      lastActivityAt: (await service.now()).toISOString(),
      messages: 10 * (n + 1),
      bytes: 4096,
    })
  }
  await showMail(service, one.email)
  const mails = await service.messages()

  heading('13 days and 23 hours later')
  const scheduled = (await service.schedules()).length
  const due = Math.max(...delayed.map(({ endsAt }) => Date.parse(endsAt)))
  const first = Math.min(...delayed.map(({ endsAt }) => Date.parse(endsAt)))
  await timed('jump to an hour before the first is due', () => service.moveTo(new Date(first - 3_600_000)))
  const still = await demo.ask(claim, 'GET', `/v1/claims/${encodeURIComponent(one.claimId)}`)
  mustBe(still.status === 'open', 'an hour before its time, the claim is open')
  mustBe(
    (await demo.conversations(one.originalUserId)).length === talks.length,
    'the conversations are where they were',
  )
  say(
    `  ${(await service.now()).toISOString()}: nothing has moved; ${still.daysLeft} day left, ${talks.length} conversations in the original account`,
  )

  heading('14 days later')
  const jump = await timed('jump past 14 days, migrations', () => service.moveTo(new Date(due + 1000)))
  const fired = jump.fired.filter(({ name }) => name.startsWith('due-'))
  const moved = await demo.ask(claim, 'GET', `/v1/claims/${encodeURIComponent(one.claimId)}`)
  mustBe(moved.status === 'completed', 'the claim is completed')
  const conversations = await demo.conversations(one.newUserId)
  mustBe(conversations.length === talks.length, 'every conversation is in the new account')
  say(`  ${(await service.now()).toISOString()}: in the new account ${one.newUserId}:`)
  for (const { title } of conversations) say(`    • ${title}`)
  say(`  schedules that fired (of ${scheduled}):`)
  for (const { name, at } of fired.slice(0, 5)) say(`    ${at}  ${name}`)
  if (fired.length > 5) say(`    … and ${fired.length - 5} more`)
  const after = await demo.all(claim, '/v1/claims')
  const completed = after.filter(({ status }) => status === 'completed').length
  mustBe(completed === delayed.length, 'every delayed claim, and no other, is completed')

  heading('All in all')
  const rows: [string, string][] = [
    ['rows read', count(done.rowsRead)],
    [
      'claimed',
      `${count(done.claimed)} (${count(delayed.length)} delayed, ${count(claims.length - delayed.length)} direct)`,
    ],
    ['refused', count(done.refused)],
    ['mails when claimed', count(mails.length)],
    ['migrated after 14 days', count(completed)],
    ['mails in the end', count((await service.messages()).length)],
    ...times.map(([what, ms]): [string, string] => [what, seconds(ms)]),
    ['the demo, without the boot', seconds(performance.now() - startedAt)],
  ]
  const width = Math.max(...rows.map(([what]) => what.length))
  for (const [what, value] of rows) say(`  ${what.padEnd(width)}  ${value}`)
  const problems = await service.problems()
  mustBe(problems.length === 0, `the service found nothing wrong with itself (${problems.join('; ')})`)
}

say('Booting the service from its CloudFormation template …')
const running = await boot({
  logFile: path.join(localFolder, 'demo.log'),
  show: (line) => say(`  ! ${line}`),
})
try {
  say(`  up in ${seconds(running.bootMs)}: API ${running.endpoints.api}, inbox ${running.endpoints.inbox}`)
  await run(createClient(running.endpoints, running.key), running.bootMs)
} catch (error) {
  console.error(error)
  process.exitCode = 1
} finally {
  await running.stop()
}
