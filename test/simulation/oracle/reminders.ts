import * as z from 'zod'
import type { Scene } from '../people.ts'
import type { Ledger } from './ledger.ts'
import { DAY_MS, LATE_MS } from './rules.ts'

const DAYS = [7, 11, 13] as const
const never = Number.POSITIVE_INFINITY

const request = z.looseObject({ kind: z.literal('reminder'), claimId: z.string(), day: z.number() })

/** N1: a reminder is requested on its day and not earlier. */
export function checkRequest(body: unknown, ledger: Ledger): void {
  const reminder = request.safeParse(body).data
  if (reminder === undefined) return
  const { claimId, day } = reminder
  const made = ledger.claimsMade.get(claimId)
  if (made === undefined || ledger.now < Date.parse(made.createdAt) + day * DAY_MS)
    ledger.fail('N1', `${claimId} is reminded of day ${day} too early`)
  ledger.reminded.push({ claimId, day, at: ledger.now })
}

/** N1, M2: an undecided delayed claim gets a reminder on each of its days, unless its mails fail. */
export function checkReminders({ ledger, world }: Scene): void {
  for (const [claimId, { createdAt }] of ledger.claimsMade) {
    const closed = ledger.closed.get(claimId)
    if (closed?.type !== 'delayed') continue
    const until = Math.min(
      Date.parse(closed.decision?.at ?? closed.endedAt),
      Date.parse(closed.endedAt),
      ledger.undeliverable.get(claimId) ?? never,
    )
    // M5: if the first mail left late, the days move with the claim’s end.
    const toldInTime = (ledger.mailed.get(claimId) ?? 0) < Date.parse(createdAt) + DAYS[0] * DAY_MS
    for (const day of DAYS) {
      const due = Date.parse(createdAt) + day * DAY_MS
      if (due + LATE_MS > until || !toldInTime) continue
      if (!ledger.reminded.some((one) => one.claimId === claimId && one.day === day))
        ledger.fail('N1', `${claimId} was never reminded on day ${day}`)
    }
    const mails = world.mail.sent.filter(
      (mail) => mail.claimId === claimId && mail.kind.startsWith('claimed'),
    )
    if (mails.length === 0 && until - Date.parse(createdAt) > LATE_MS && closed.decision?.by === 'schedule')
      if (!ledger.undeliverable.has(claimId))
        ledger.fail('M5', `${claimId} was migrated and nobody was told of it`)
  }
}
