/**
 * Plays whole lives of claims on the local service: delayed claims that nobody decides about, without conversations,
 * from their creation to the mail about their migration. Each function runs in a process of its own, from the bundle
 * that would be deployed, fed by queues and stream with the template’s batch sizes. So only the functions’ own work
 * is counted.
 */
import { createMeter } from '../../infra/local/aws/gateway/meter.ts'
import { boot } from '../../infra/local/boot.ts'
import type { Running } from '../../infra/local/boot/options.ts'
import { expectOk, World } from '../support/world.ts'
import { type Counts, createCounter, plus } from './counted.ts'
import { descendantsCpuMs, ownCpuMs } from './cpu.ts'
import { claimCsv, DOMAIN, ORG } from './parts.ts'

/** Claimed, three reminders, migrated. */
export const MAILS_PER_LIFE = 5

/** The phases of a life, in order. */
export interface Life {
  readonly claims: number
  /** The claims and their first mail. */
  readonly creation: Counts
  /** Three reminders. */
  readonly reminders: Counts
  /** The migration and its mail. */
  readonly end: Counts
  readonly whole: Counts
  /** From the upload to the last claim mail. */
  readonly importMs: number
  /** CPU time of all processes in the same period: the functions’, the local service’s and its DynamoDB’s. */
  readonly importCpuMs: { readonly functions: number; readonly service: number; readonly database: number }
  /** The messages that `due` put on the queue of migrations, and the number of claims that fell due. */
  readonly dueMessages: number
  readonly dueItems: number
  /** One-time schedules that fired. */
  readonly schedules: number
}

export interface Bench {
  readonly world: World
  readonly running: Running
  count(): Promise<Counts>
  stop(): Promise<void>
}

const emailOf = (n: number): string => `first.last${n}@${DOMAIN}`
const padded = (n: number): string => String(n).padStart(7, '0')

/**
 * Answers report the consumed capacity, which makes them a little longer and costs the functions that much CPU. The
 * sweep isn’t counted here, since a jump of the clock runs it less often than real time would: see `sweepOnce`.
 */
export async function startLives({ assembly }: { assembly?: string } = {}): Promise<Bench> {
  const meter = createMeter()
  const running = await boot({ meter, ...(assembly !== undefined && { assembly }) })
  const world = await World.of(running)
  await world.org('personal', 'consumer')
  await world.org(ORG, 'enterprise', { adminEmails: [`it@${DOMAIN}`] })
  await world.verify(ORG, DOMAIN)
  for (const { group, name, target } of await world.service.schedules())
    if (/sweep/i.test(name) || /sweep/i.test(target)) await world.service.deleteSchedule(group, name)
  return {
    world,
    running,
    count: createCounter(() => world.service.functions(), meter),
    stop: () => world.stop(),
  }
}

/** Loads accounts `from` up to `to` from a file, as the platform does. */
export async function loadAccounts({ world }: Bench, from: number, to: number): Promise<void> {
  const rows = Array.from({ length: to - from }, (_, i) => {
    const n = from + i
    return `u${padded(n)},${emailOf(n)},First,Last ${n},personal,active,false,en`
  })
  const header = 'userId,email,firstName,lastName,orgId,status,paid,locale'
  await world.service.upload(`accounts/${from}.csv`, `${header}\r\n${rows.join('\r\n')}\r\n`)
  await world.service.settle()
}

function sentToMigrations(counts: Counts): number {
  return counts.due?.calls['sqs:SendMessageBatch']?.parts ?? 0
}

/** Moves the clock. Returns the number of one-time schedules that fired. */
async function pass({ world }: Bench, duration: string): Promise<number> {
  const { fired } = await world.service.advance(duration)
  return fired.filter(({ name }) => name.startsWith('due-')).length
}

async function mailCount({ world }: Bench): Promise<number> {
  return await world.service.messageCount()
}

/**
 * One import of all of them at once.
 * @throws Error unless everybody was claimed, got five mails, and was migrated
 */
export async function liveInBulk(bench: Bench, from: number, to: number): Promise<Life> {
  const { world } = bench
  const claims = to - from
  await loadAccounts(bench, from, to)
  await bench.count()
  const mailsBefore = await mailCount(bench)
  const cpuBefore = { service: ownCpuMs(), processes: descendantsCpuMs() }
  const pids = new Set((await world.service.functions()).flatMap((each) => each.pids))
  const startedAt = performance.now()
  const done = await world.import(ORG, `${from}.csv`, claimCsv(from, to))
  const importMs = performance.now() - startedAt
  const processes = descendantsCpuMs()
  const service = ownCpuMs() - cpuBefore.service
  if (done.claimed !== claims) throw new Error(`${done.claimed} of ${claims} were claimed`)
  for (const { pids: known } of await world.service.functions()) for (const pid of known) pids.add(pid)
  const creation = await bench.count()
  let database = 0
  for (const [pid, ms] of processes) if (!pids.has(pid)) database += ms - (cpuBefore.processes.get(pid) ?? 0)

  let schedules = await pass(bench, 'P13DT1H')
  const reminders = await bench.count()
  schedules += await pass(bench, 'P1D')
  const end = await bench.count()
  // Besides each life's mails there is one to the admin, that the import has finished.
  const mails = (await mailCount(bench)) - mailsBefore - 1
  if (mails !== claims * MAILS_PER_LIFE) throw new Error(`${mails} mails for ${claims} lives`)
  return {
    claims,
    creation,
    reminders,
    end,
    whole: plus(plus(creation, reminders), end),
    importMs,
    importCpuMs: {
      functions: Object.values(creation).reduce((sum, { cpuMs }) => sum + cpuMs, 0),
      service,
      database,
    },
    dueMessages: sentToMigrations(reminders) + sentToMigrations(end),
    dueItems: claims * (MAILS_PER_LIFE - 1),
    schedules,
  }
}

/** Makes one claim a minute, each by a request of its own. */
export async function liveTrickled(bench: Bench, from: number, to: number): Promise<Life> {
  const { world } = bench
  const claims = to - from
  await loadAccounts(bench, from, to)
  await bench.count()
  const mailsBefore = await mailCount(bench)
  const startedAt = performance.now()
  let schedules = 0
  for (let n = from; n < to; n++) {
    const body = { users: [{ email: emailOf(n) }], acknowledgePermanent: true }
    expectOk(await world.as(ORG, 'POST', '/v1/claims', body))
    await world.service.settle()
    schedules += await pass(bench, 'PT1M')
  }
  const importMs = performance.now() - startedAt
  const creation = await bench.count()
  schedules += await pass(bench, 'P13DT12H')
  const reminders = await bench.count()
  schedules += await pass(bench, 'P1D')
  const end = await bench.count()
  const mails = (await mailCount(bench)) - mailsBefore
  if (mails !== claims * MAILS_PER_LIFE) throw new Error(`${mails} mails for ${claims} lives`)
  return {
    claims,
    creation,
    reminders,
    end,
    whole: plus(plus(creation, reminders), end),
    importMs,
    importCpuMs: { functions: 0, service: 0, database: 0 },
    dueMessages: sentToMigrations(reminders) + sentToMigrations(end),
    dueItems: claims * (MAILS_PER_LIFE - 1),
    schedules,
  }
}

/**
 * Measures one sweep that finds nothing, as happens every quarter of an hour whatever the claims. The hours of
 * reminders have been swept before.
 */
export async function sweepOnce(bench: Bench): Promise<Counts> {
  const due = (await bench.world.service.functions()).find(({ logicalId }) => logicalId === 'DueFunction')
  if (due === undefined) throw new Error('there is no DueFunction')
  const url = `${bench.running.endpoints.control}/functions/${due.logicalId}/invocations`
  const Records = [
    { messageId: '1', receiptHandle: '1', body: JSON.stringify({ kind: 'sweep' }), attributes: {} },
  ]
  const sweep = async (): Promise<void> => {
    const answer = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ Records }),
    })
    if (!answer.ok) throw new Error(await answer.text())
  }
  await sweep()
  await bench.count()
  await sweep()
  return bench.count()
}
