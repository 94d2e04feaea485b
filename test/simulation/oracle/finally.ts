import { isClosedClaimKey } from '../../../shared/storage/keys.ts'
import { keyOf } from '../dynamo/memory-table.ts'
import type { Scene } from '../people.ts'
import { checkDigests } from './digests.ts'
import { checkReminders } from './reminders.ts'
import { DAY_MS, LATE_MS } from './rules.ts'

/** What must hold once everything is over. */
export function checkFinally(scene: Scene): void {
  checkNothingIsLeft(scene)
  checkTold(scene)
  checkImports(scene)
  checkOwners(scene)
  checkMails(scene)
  checkReminders(scene)
  checkDigests(scene)
  checkTraces(scene)
}

function checkNothingIsLeft({ world, ledger }: Scene): void {
  for (const [name, { length, poison }] of world.queues) {
    if (length > 0) ledger.fail('unfinished', `${length} messages are left for ${name}`)
    for (const body of poison) ledger.fail('dead letter', `${name} can't do ${body}`)
  }
  for (const { key } of world.stream.stuck)
    ledger.fail('dead letter', `what happened to ${key.pk} can't be told`)
  for (const item of world.table.all()) {
    if (typeof item.dueAt !== 'string' || Date.parse(item.dueAt) > ledger.now - LATE_MS) continue
    ledger.fail('unfinished', `${keyOf(item).pk} has been due since ${item.dueAt}`)
  }
  for (const { claim } of ledger.records.values())
    if (claim?.type === 'delayed') ledger.fail('unfinished', `${claim.claimId} is open after all this time`)
}

/** A1, A2: every change is in the audit trail and on the bus. */
function checkTold({ world, ledger }: Scene): void {
  const published = new Set(world.bus.published.map(({ id }) => id))
  const appended = new Set(
    [...world.table.all()].flatMap(({ type, sk }) => (type === 'audit' ? [`${sk}`] : [])),
  )
  for (const { change, orgId, subject } of ledger.told) {
    const id = `${orgId}/${subject}/${change.at}#${change.n}`
    if (!published.has(id)) ledger.fail('told', `${change.what} of ${id} was never published`)
    if (!appended.has(`${change.at}#${subject}#${change.n}`))
      ledger.fail('told', `${change.what} of ${id} isn't in the audit trail`)
  }
}

/** I3: every row is counted once. */
function checkImports({ ledger, uploads }: Scene): void {
  for (const { key, orgId, rows, isPreview } of uploads) {
    const gone = ledger
      .org(orgId)
      .since(0)
      .some((org) => org === undefined || org.deletion?.begunAt !== undefined)
    const made = [...ledger.imports.values()].filter(({ objectKey }) => objectKey === key)
    if (made.length !== 1 && !gone) ledger.fail('I6', `${key} became ${made.length} imports`)
    for (const record of made) {
      const { importId, status, rowsRead, accepted, refused, unchanged, error } = record
      const claims = [...ledger.claimsMade.values()].filter(({ origin }) => origin.includes(importId)).length
      if (isPreview && record.confirmedAt === undefined && claims > 0)
        ledger.fail('P1', `${importId} was not confirmed and made ${claims} claims`)
      // I12: cancelled before its upload was read.
      if (gone || (record.cancelledAt !== undefined && rowsRead === 0)) continue
      const isOver = status === 'completed' || (isPreview && status === 'previewed')
      if (!isOver) ledger.fail('I3', `${importId} ended as ${status}: ${error?.code}`)
      else if (rowsRead !== rows.length || accepted + refused + unchanged !== rowsRead)
        ledger.fail(
          'I3',
          `${importId}: ${rows.length} rows, read ${rowsRead}, ${accepted} + ${refused} + ${unchanged}`,
        )
      if (status === 'completed' && claims > accepted)
        ledger.fail('I3', `${importId} made ${claims} claims and counts ${accepted}`)
    }
  }
}

/** The owner of every conversation is an existing account. */
function checkOwners({ ledger }: Scene): void {
  for (const [id, owners] of ledger.owners)
    for (const owner of owners)
      if (ledger.standing(owner) === undefined)
        ledger.fail('orphans', `${id} belongs to ${owner}, who isn't there`)
}

/** C6: one mail per cause, except if a process died after SES accepted it and before that was recorded. */
function checkMails({ world, ledger }: Scene): void {
  const byCause = Map.groupBy(world.mail.sent, ({ kind, claimId, to, subject, at }) => {
    const which =
      kind === 'reminder' || kind === 'resent' || claimId === undefined
        ? `${subject}${Math.floor(at / DAY_MS)}`
        : ''
    return `${kind} ${claimId ?? to} ${which}`
  })
  for (const [cause, mails] of byCause) {
    if (mails[0]?.claimId === undefined || mails[0].kind === 'resent') continue
    const windows = mails.filter(({ invocation }) => invocation.faulted).length
    if (mails.length > 1 + windows) ledger.fail('C6', `${mails.length} mails for ${cause}`)
  }
}

/** Y7: only ids are left of deleted people. */
function checkTraces({ world, ledger }: Scene): void {
  const alive = new Set(
    [...ledger.records.values()]
      .flatMap(({ account, claim }) => [account, ...(claim ? [claim.newAccount] : [])])
      .flatMap((one) => [one.firstName, one.lastName, one.email ?? ''])
      // Addresses are the same in any letter case; items are keyed by their lower case.
      .map((word) => word.toLowerCase()),
  )
  const words = ledger.removed
    .filter(({ at }) => at < ledger.now - 32 * DAY_MS)
    .flatMap(({ record: { account } }) => [account.email, account.firstName, account.lastName])
    .concat(ledger.gone.flatMap(({ address, at }) => (at < ledger.now - 32 * DAY_MS ? [address] : [])))
    .filter((word) => word !== '' && !alive.has(word.toLowerCase()))
  if (words.length === 0) return
  const unique = [...new Set(words)]
  for (const item of world.table.all()) {
    const text = JSON.stringify(item)
    for (const word of unique)
      if (text.includes(word))
        ledger.fail(
          'Y7',
          `${word} is still in ${keyOf(item).pk} ${isClosedClaimKey(keyOf(item)) ? text : ''}`,
        )
  }
  for (const { key, bytes } of world.bucket.all())
    for (const word of unique) if (bytes.includes(word)) ledger.fail('Y7', `${word} is still in ${key}`)
}
