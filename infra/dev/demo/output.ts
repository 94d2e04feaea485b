/** How the demo tells what it sees. */
import { ExpectedError } from '../../local/cli/expected-error.ts'

export const print = (text = ''): void => console.log(text)
export const heading = (text: string): void =>
  print(`\n── ${text} ${'─'.repeat(Math.max(0, 76 - text.length))}`)
export const count = (n: number): string => n.toLocaleString('en')
export const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`

export class DemoFailed extends ExpectedError {
  override readonly name = 'DemoFailed'
}

/** What the demo shows must be so: otherwise it fails, and says which. */
export function assertThat(isSo: boolean, what: string): void {
  if (!isSo) throw new DemoFailed(`this should be so, and isn't: ${what}`)
}

/** Two columns, the first as wide as it has to be. */
export function table(rows: readonly (readonly [string, string])[]): void {
  const width = Math.max(...rows.map(([what]) => what.length))
  for (const [what, value] of rows) print(`  ${what.padEnd(width)}  ${value}`)
}
