import { readFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { parse } from 'csv-parse/sync'
import * as z from 'zod'
import { claimTypes, type organizationKinds, previewResultKinds } from '../../../shared/rules/enumerations.ts'
import { type Claim, claim, type DemoContext, DOMAIN, events, importView, ORG, page } from './client.ts'
import { count, heading, assertThat, print } from './output.ts'

const FILE = 'people-semicolon.csv'
const PROGRESS_MS = 100

/** Creates the organizations, loads the accounts from a CSV of the platform, and verifies the claiming org's domain. */
export async function prepare({ service, client, timed }: DemoContext): Promise<void> {
  heading('The platform and its accounts')
  const org = (
    orgId: string,
    name: string,
    kind: (typeof organizationKinds)[number],
    adminEmails: string[] = [],
  ) =>
    client.platform('PUT', `/organizations/${orgId}`, {
      name,
      kind,
      region: 'eu',
      createdAt: '2020-01-01T00:00:00Z',
      adminEmails,
    })
  await timed('accounts loaded, domain verified', async () => {
    await org('personal', 'Personal accounts', 'consumer')
    await org('dunes-bv', 'Dunes BV', 'enterprise')
    await org('harbour-gmbh', 'Harbour GmbH', 'enterprise')
    await org(ORG, 'Noordzee Shipping', 'enterprise', [`it@${DOMAIN}`])
    await client.send('PATCH', '/v1/organization', {
      allowContentMigration: true,
      licenseTemplate: ['messaging'],
      retentionDays: 3650,
    })
    await service.upload('accounts/accounts.csv', await readFile(new URL('accounts.csv', events)))
    const added = await client.ask(
      z.looseObject({ txtRecord: z.looseObject({ name: z.string(), value: z.string() }) }),
      'POST',
      '/v1/domains',
      { domain: DOMAIN },
    )
    await service.setTxt(added.txtRecord.name, [added.txtRecord.value])
    await client.send('POST', `/v1/domains/${DOMAIN}/verify`)
    await service.settle()
  })
  print(`  4 organizations, the accounts of events/accounts.csv, and ${DOMAIN} proven by a DNS TXT record`)
}

const preview = z.looseObject({
  email: z.string().optional(),
  result: z.enum(previewResultKinds),
  codes: z.array(z.string()),
  type: z.enum(claimTypes).optional(),
  contentLoss: z.looseObject({ reason: z.string() }).optional(),
  allowedDecisions: z.array(z.string()).optional(),
})

/** P1: shows what a claim would do. A preview changes nothing. */
export async function showPreview({ client }: DemoContext): Promise<void> {
  heading('What claiming would do: a preview')
  const { total, truncated } = await client.ask(
    z.looseObject({ total: z.number(), truncated: z.boolean() }),
    'GET',
    '/v1/claimable-users',
  )
  print(`  ${count(total)} accounts can be claimed${truncated ? ', more than are listed: take the CSV' : ''}`)
  const { results } = await client.ask(
    z.object({ results: z.array(preview) }),
    'POST',
    '/v1/claims/preview',
    {
      users: [
        { email: `zoe.van.den.berg1@${DOMAIN}` },
        { email: `umit.garcia.marquez0@${DOMAIN}` },
        { email: `nobody@${DOMAIN}` },
        { email: 'somebody@elsewhere.example' },
      ],
    },
  )
  for (const { email, result, codes, type, contentLoss, allowedDecisions = [] } of results) {
    const lost = contentLoss === undefined ? '' : `, content stays behind (${contentLoss.reason})`
    print(`  ${email}: ${result} ${codes.join(', ')}`.trimEnd())
    if (type !== undefined) print(`    ${type}${lost}; may choose ${allowedDecisions.join(', ')}`)
  }
  assertThat((await client.all(claim, '/v1/claims')).length === 0, 'a preview claims nobody')
}

const bar = (percent: number): string => '█'.repeat(Math.round(percent / 4)).padEnd(25, '░')

async function watchImport({ client }: DemoContext): Promise<z.output<typeof importView>> {
  const isTerminal = process.stdout.isTTY
  let shown = ''
  for (;;) {
    const [latest] = (await client.ask(page(importView), 'GET', '/v1/imports')).items
    if (latest !== undefined) {
      const { status, percent, rowsRead, claimed, refused } = latest
      const line = `  ${bar(percent)} ${String(percent).padStart(3)} %  ${status}: ${count(rowsRead)} rows read, ${count(claimed)} claimed, ${count(refused)} refused`
      // A line that overwrites itself needs a terminal. Elsewhere, only changes are printed.
      if (line !== shown) process.stdout.write(isTerminal ? `\r${line.padEnd(100)}` : `${line}\n`)
      shown = line
      if (status === 'completed' || status === 'failed') {
        if (isTerminal) print()
        return latest
      }
    }
    await sleep(PROGRESS_MS)
  }
}

async function showReport({ reportUrl }: z.output<typeof importView>): Promise<void> {
  assertThat(reportUrl !== undefined, 'a completed import has a report')
  const text = (await (await fetch(reportUrl ?? '')).text()).replace(/^\uFEFF/, '')
  const rows = z
    .array(z.looseObject({ Line: z.string(), Result: z.string(), Code: z.string(), Message: z.string() }))
    .parse(parse(text, { columns: true, delimiter: ';' }))
  const refused = Map.groupBy(
    rows.filter(({ Result }) => Result === 'refused'),
    ({ Code }) => Code,
  )
  for (const [code, group] of refused)
    print(`  refused ${String(group.length).padStart(4)} × ${code}: ${group[0]?.Message}`)
}

/** I: uploads a CSV into the bucket, which claims everybody in it. */
export async function importPeople(context: DemoContext): Promise<Claim[]> {
  const { service, client, timed, note } = context
  heading(`An admin uploads events/${FILE}`)
  const done = await timed('import, mails and schedules', async () => {
    await service.upload(`imports/${ORG}/${FILE}`, await readFile(new URL(FILE, events)))
    const result = await watchImport(context)
    await service.settle()
    return result
  })
  assertThat(done.status === 'completed', `the import is completed (${done.error?.message ?? done.status})`)
  await showReport(done)
  const claims = await client.all(claim, '/v1/claims')
  const delayed = claims.filter(({ type }) => type === 'delayed').length
  const direct = claims.length - delayed
  print(`  claimed  ${String(claims.length).padStart(4)}: ${delayed} delayed, ${direct} direct`)
  assertThat(claims.length === done.claimed, 'the claims listed are those that were counted')
  note('rows read', count(done.rowsRead))
  note('claimed', `${count(done.claimed)} (${count(delayed)} delayed, ${count(direct)} direct)`)
  note('refused', count(done.refused))
  note('mails when claimed', count(await service.messageCount()))
  return claims
}
