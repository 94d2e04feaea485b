import { textOf } from '../told.ts'
import type { Ledger } from './ledger.ts'

/** How names and addresses begin that `nextWord` makes of people, dead or alive. */
const PERSONAL = /\b(?:Given|Family|mail|moved|married|other)\d+q/i

/**
 * Y7: nobody's name or address leaves table, files and mails. What stands in a log, a metric, an event, a schedule, a
 * message (a dead letter too) or an object's key outlives the person, since no removal gets there.
 */
export function checkTold(ledger: Ledger, where: string, what: unknown): void {
  const text = textOf(what)
  const found = PERSONAL.exec(text)
  if (found !== null)
    ledger.fail(
      'Y7',
      `${where} were told ${found[0]}: …${text.slice(Math.max(0, found.index - 80), found.index + 40)}…`,
    )
}
