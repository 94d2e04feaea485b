import { setTimeout as sleep } from 'node:timers/promises'
import * as z from 'zod'
import { type SyncMode, syncStatuses } from '../../../shared/rules/enumerations.ts'
import { type Claim, ORG, type DemoContext, user } from './client.ts'
import { count, DemoFailed, heading, assertThat, print } from './output.ts'

const POLL_MS = 100
/** How long before the deletion the demo looks: long enough for a few requests on a slow machine. */
const MOMENT_MS = 5000

const sync = z.looseObject({
  syncId: z.string(),
  status: z.enum(syncStatuses),
  counts: z.object({
    added: z.number(),
    matched: z.number(),
    inactivated: z.number(),
    restored: z.number(),
    untouched: z.number(),
  }),
  error: z.looseObject({ code: z.string() }).optional(),
})
type Sync = z.output<typeof sync>

/** Uploads a directory as a CSV, in the form of an admin's export, and waits for the sync's result. */
async function runSync(
  { service, client }: DemoContext,
  mode: SyncMode,
  addresses: readonly string[],
): Promise<Sync> {
  const { syncId } = await client.ask(sync.pick({ syncId: true }), 'POST', '/v1/directory/syncs', { mode })
  await service.upload(`directory/${ORG}/${syncId}.csv`, `Email\n${addresses.join('\n')}\n`)
  for (;;) {
    const found = await client.ask(sync, 'GET', `/v1/directory/syncs/${syncId}`)
    if (found.status === 'failed') throw new DemoFailed(`the sync failed: ${found.error?.code}`)
    if (found.status === 'completed') {
      await service.settle()
      return found
    }
    await sleep(POLL_MS)
  }
}

const summary = ({ counts }: Sync): string =>
  `${count(counts.matched)} match, ${counts.inactivated} inactive, ${counts.restored} restored, ${counts.added} unknown, ${counts.untouched} left alone`

/** Y: two people are missing from the directory. One is found again, the other is deleted after 30 days. */
export async function synchronise(context: DemoContext, claims: readonly Claim[]): Promise<void> {
  const { service, client, timed, note } = context
  heading('The directory is synchronised: first a dry run')
  const people = claims.filter(({ originalUserId }) => originalUserId !== 'acc00011')
  const [back, gone] = ['acc00001', 'acc00006'].map((id) =>
    people.find(({ originalUserId }) => originalUserId === id),
  )
  if (back === undefined || gone === undefined) throw new DemoFailed('two people were claimed')
  const addresses = people.map(({ email }) => email)
  const missing = addresses.filter((address) => address !== back.email && address !== gone.email)
  print(
    `  switched on without one: ${await client.refusal('PATCH', '/v1/organization', { directorySync: true })}`,
  )
  const dry = await timed('dry run', () => runSync(context, 'dry_run', missing))
  print(`  dry run of ${count(missing.length)} addresses: ${summary(dry)}`)
  assertThat(dry.counts.inactivated === 2, 'two are missing')
  assertThat((await client.signIn(back.email)).allowed, 'a dry run changes nothing')
  await client.send('PATCH', '/v1/organization', { directorySync: true })
  print('  now it can be switched on; while it is, nobody can be claimed')

  heading('The full sync')
  const full = await timed('full sync', () => runSync(context, 'full', missing))
  print(`  ${summary(full)}`)
  const missed = await client.all(user, '/v1/users?status=inactive')
  assertThat(missed.length === 2, 'both are inactive')
  assertThat(!(await client.signIn(back.email)).allowed, 'who is inactive cannot sign in')
  for (const { userId, email, removedAt } of missed) print(`  ${userId} ${email}: removed at ${removedAt}`)

  heading('One of them is found again')
  const again = await runSync(context, 'full', [...missing, back.email])
  print(`  ${summary(again)}`)
  const restored = await client.account(back.newUserId)
  assertThat(restored.status !== 'inactive', 'who is found again is what they were before')
  print(`  ${restored.email} is ${restored.status} again`)

  heading('30 days later')
  const { removedAt } = await client.account(gone.newUserId)
  if (removedAt === undefined) throw new DemoFailed('the other one is not to be removed')
  await timed('jump to 5 s before, warnings to the admins', () =>
    service.moveTo(new Date(Date.parse(removedAt) - MOMENT_MS)),
  )
  assertThat((await client.account(gone.newUserId)).status === 'inactive', '5 s before, the account is there')
  print(`  ${(await service.now()).toISOString()}: still there`)
  await service.moveTo(new Date(Date.parse(removedAt)))
  const path = `/v1/users/${encodeURIComponent(gone.newUserId)}`
  const answer = await client.refusal('GET', path)
  assertThat(answer.startsWith('404'), 'at its time, the account is gone')
  print(`  ${(await service.now()).toISOString()}: GET ${path}: ${answer}`)
  const auditEntries = await client.ask(
    z.looseObject({ items: z.array(z.looseObject({ at: z.string(), by: z.string(), what: z.string() })) }),
    'GET',
    `/v1/audit?claimId=${encodeURIComponent(gone.claimId)}&limit=50`,
  )
  assertThat(!JSON.stringify(auditEntries).includes(gone.email), 'the audit trail holds ids and no address')
  print('  what is left is the audit trail of the claim, by ids:')
  for (const { at, by, what } of auditEntries.items) print(`    ${at}  ${what}  by ${by}`)
  assertThat((await client.account(back.newUserId)).status === restored.status, 'the other one lives on')
  note('made inactive, restored, removed', '2, 1, 1')
}
