import * as z from 'zod'
import type { Mail } from '../../local/client.ts'
import { type Claim, claim, type DemoContext } from './client.ts'
import { count, DemoFailed, heading, assertThat, print } from './output.ts'

const TALKS = ['Tide tables', 'Crane 4, broken again', 'Lunch on Friday']
/** N1, M1. */
const REMINDER_DAYS = [7, 11, 13]
const DECISION_DAYS = 14
const SECOND_MS = 1000
const HOUR_MS = 3600 * SECOND_MS
const DAY_MS = 24 * HOUR_MS

/**
 * The delayed claim of this account. The demo picks accounts whose mails are in English, so that its readers can read
 * them.
 */
function claimOf(claims: readonly Claim[], originalUserId: string): Claim {
  const found = claims.find((each) => each.originalUserId === originalUserId)
  if (found?.type !== 'delayed') throw new DemoFailed(`${originalUserId} was not claimed delayed`)
  return found
}

async function mailTo({ service }: DemoContext, address: string, about: RegExp): Promise<Mail> {
  const found = (await service.messages(address)).findLast(({ subject }) => about.test(subject))
  if (found === undefined) throw new DemoFailed(`no mail like ${about} went to ${address}`)
  return found
}

function showMail(mail: Mail): void {
  print(`  To: ${mail.to.join(', ')}\n  Subject: ${mail.subject}\n`)
  for (const line of mail.text.trimEnd().split('\n')) print(`  │ ${line}`)
}

/** U: opens the link in the mail, which shows the options. One is chosen and carried out at once. */
export async function decideByLink(context: DemoContext, claims: readonly Claim[]): Promise<void> {
  const { service, client, note } = context
  const one = claimOf(claims, 'acc00006')
  heading('One of them decides, by the link in the mail')
  await client.giveConversations(one.originalUserId, TALKS)
  const mail = await mailTo(context, one.email, /./)
  showMail(mail)
  const [link] = /https?:\/\/\S+\/decisions\/[\w-]+/.exec(mail.text) ?? []
  if (link === undefined) throw new DemoFailed('the mail has no link')
  const { pathname } = new URL(link)
  const accept = { accept: 'application/json' }
  const shown = await service.api('GET', pathname, { headers: accept })
  const { options } = z.looseObject({ options: z.array(z.string()) }).parse(shown.body)
  print(`\n  GET ${pathname.slice(0, 16)}…: ${options.join(', ')}`)
  assertThat((await client.claim(one.claimId)).status === 'open', 'opening the link decides nothing')
  const body = { decision: 'transfer_content' }
  const decided = await service.api('POST', pathname, { headers: accept, body })
  assertThat(decided.status === 200, 'the decision is taken')
  await service.settle()
  assertThat((await client.claim(one.claimId)).status === 'completed', 'the decision is carried out')
  const moved = await client.conversations(one.newUserId)
  assertThat(moved.length === TALKS.length, 'every conversation is in the new account')
  print(`  POST transfer_content: ${decided.status}; ${moved.length} conversations are in the new account`)
  const again = await service.api('POST', pathname, {
    headers: accept,
    body: { decision: 'change_email', newEmail: 'me@home.example' },
  })
  const { code } = z.looseObject({ code: z.string() }).parse(again.body)
  assertThat(again.status === 409, 'a decision is made once')
  print(`  POST change_email: ${again.status} ${code}`)
  note('decided by the user', '1')
}

/** R: the admin revokes a claim of a user who hasn't signed in. */
export async function revokeOne(context: DemoContext, claims: readonly Claim[]): Promise<void> {
  const { service, client, note } = context
  const one = claimOf(claims, 'acc00011')
  heading('The admin takes a claim back')
  const path = `/v1/claims/${encodeURIComponent(one.claimId)}/revoke`
  assertThat((await client.account(one.originalUserId)).email !== one.email, 'the original has the suffix')
  await client.send('POST', path)
  await service.settle()
  const account = await client.account(one.originalUserId)
  assertThat(account.email === one.email, 'the original has its address again')
  const mail = await mailTo(context, one.email, /withdrawn|revoked|taken back|yours/i)
  print(`  ${account.userId} is ${account.email} again, ${account.status}; told by mail: “${mail.subject}”`)
  print(`  once more: ${await client.refusal('POST', path)}`)
  note('revoked', '1')
}

/** M: nothing moves before its time, and everything moves then. */
export async function waitForMigration(context: DemoContext, claims: readonly Claim[]): Promise<void> {
  const { service, client, timed, note } = context
  const one = claimOf(claims, 'acc00001')
  const delayed = claims.filter(({ type }) => type === 'delayed')
  const ends = delayed.map(({ endsAt }) => Date.parse(endsAt))
  const due = Math.max(...ends)
  await client.giveConversations(one.originalUserId, TALKS)

  const mails = (): Promise<number> => service.messageCount()
  const before = await mails()
  heading('Days go by: reminders')
  for (const day of REMINDER_DAYS) {
    const sofar = await mails()
    const end = Math.max(...ends) - (DECISION_DAYS - day) * DAY_MS
    await timed(`jump to day ${day}, reminders`, () => service.moveTo(new Date(end)))
    print(`  day ${String(day).padStart(2)}: ${count((await mails()) - sofar)} reminders`)
  }
  const reminders = (await mails()) - before
  const reminder = await mailTo(context, one.email, /./)
  print(`  the last of them to ${one.email}: “${reminder.subject}”`)

  heading('13 days and 23 hours later')
  await service.moveTo(new Date(Math.min(...ends) - HOUR_MS))
  const still = await client.claim(one.claimId)
  assertThat(still.status === 'open', 'an hour before its time, the claim is open')
  const inOriginal = (await client.conversations(one.originalUserId)).length
  assertThat(inOriginal === TALKS.length, 'the conversations are where they were')
  print(`  ${(await service.now()).toISOString()}: nothing has moved; ${still.daysLeft} day left`)
  print(`  ${inOriginal} conversations in the original account`)

  heading('14 days later')
  const jump = await timed('jump past 14 days, migrations', () => service.moveTo(new Date(due + 1000)))
  const fired = jump.fired.filter(({ name }) => name.startsWith('due-'))
  assertThat((await client.claim(one.claimId)).status === 'completed', 'the claim is completed')
  const conversations = await client.conversations(one.newUserId)
  assertThat(conversations.length === TALKS.length, 'every conversation is in the new account')
  print(`  ${(await service.now()).toISOString()}: in the new account ${one.newUserId}:`)
  for (const { title } of conversations) print(`    • ${title}`)
  print('  schedules that fired:')
  for (const { name, at } of fired.slice(0, 5)) print(`    ${at}  ${name}`)
  if (fired.length > 5) print(`    … and ${fired.length - 5} more`)
  const completed = (await client.all(claim, '/v1/claims')).filter(({ status }) => status === 'completed')
  assertThat(completed.length === delayed.length - 1, 'every delayed claim but the revoked one is completed')
  note('reminders', count(reminders))
  note('migrated', count(completed.length))
}
