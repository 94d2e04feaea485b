import { textOf } from '../told.ts'
import type { Ledger } from './ledger.ts'

/** The beginning of all names and addresses that `nextWord` makes, of existing and deleted people. */
const PERSONAL = /\b(?:Given|Family|mail|moved|married|other)\d+q/i

/**
 * Y7: names and addresses are only in the table, files and mails. In a log, metric, event, schedule, message (dead
 * letters too) or object key they would outlive the person, since no deletion reaches those.
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
