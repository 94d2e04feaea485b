/** The demo's output, and its assertions. */
import { ExpectedError } from '../../local/cli/expected-error.ts'

export const print = (text = ''): void => console.log(text)
export const heading = (text: string): void =>
  print(`\n── ${text} ${'─'.repeat(Math.max(0, 76 - text.length))}`)
export const count = (n: number): string => n.toLocaleString('en')
export const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`

export class DemoFailed extends ExpectedError {
  override readonly name = 'DemoFailed'
}

/** Fails the demo, with `what` in the message, unless `isSo`. */
export function assertThat(isSo: boolean, what: string): void {
  if (!isSo) throw new DemoFailed(`this should be so, and isn't: ${what}`)
}

/** Prints two columns, the first as wide as its longest text. */
export function table(rows: readonly (readonly [string, string])[]): void {
  const width = Math.max(...rows.map(([what]) => what.length))
  for (const [what, value] of rows) print(`  ${what.padEnd(width)}  ${value}`)
}
