import type { Scene } from '../people.ts'
import type { Ledger } from './ledger.ts'
import { DAY_MS, HOUR_MS, LATE_MS } from './rules.ts'

const MORNING_MS = 8 * HOUR_MS

/** No org of a history has a time zone, so mornings are in UTC. */
const morningAfter = (at: number): number => {
  const today = Math.floor(at / DAY_MS) * DAY_MS + MORNING_MS
  return today > at ? today : today + DAY_MS
}

/**
 * N4: claims whose mail bounced are reported to the admins of the claiming org on the following morning, once a
 * morning. A digest that was late may include later bounces.
 */
export function checkDigests({ ledger, world }: Scene): void {
  const digests = Map.groupBy(
    world.mail.sent.filter(({ kind }) => kind === 'mails_returned'),
    ({ to }) => to[0] ?? '',
  )
  const mornings = new Map<string, Set<number>>()
  for (const { claimId, orgId, at } of ledger.returned) {
    const admin = `it@${orgId}.example`
    const morning = morningAfter(at)
    mornings.set(admin, (mornings.get(admin) ?? new Set()).add(morning).add(morning + DAY_MS))
    const { until, address } = openUntil(ledger, claimId)
    const stood = ledger
      .org(orgId)
      .since(at)
      .every((org) => org !== undefined && org.deletion === undefined)
    const isMended = (ledger.mended.get(claimId) ?? 0) >= at
    if (!stood || isMended || until < morning + DAY_MS + LATE_MS) continue
    const told = digests
      .get(admin)
      ?.some((mail) => mail.at >= morning && (address === undefined || mail.text.includes(address)))
    if (!told) ledger.fail('N4', `${admin} was never told that mail for ${claimId} came back`)
  }
  for (const [admin, mails] of digests) {
    const known = [...(mornings.get(admin) ?? [])]
    for (const { at } of mails)
      if (!known.some((morning) => at >= morning)) ledger.fail('N4', `${admin} got a digest for no reason`)
    const windows = mails.filter(({ invocation }) => invocation.faulted).length
    if (mails.length > known.length + windows)
      ledger.fail('N4', `${admin} got ${mails.length} digests for ${known.length} mornings`)
  }
}

/** Until when the claim is open, and the address that bounced, which changes if the account gets another (C9). */
function openUntil(
  ledger: Ledger,
  claimId: string,
): { readonly until: number; readonly address: string | undefined } {
  const open = [...ledger.records.values()].find(({ claim }) => claim?.claimId === claimId)
  if (open?.claim === undefined || open.deletion !== undefined) {
    const ended = ledger.closed.get(claimId)?.endedAt
    return { until: ended === undefined ? 0 : Date.parse(ended), address: undefined }
  }
  const { email, newAccount } = open.claim
  return { until: Number.POSITIVE_INFINITY, address: newAccount.email === undefined ? email : undefined }
}
