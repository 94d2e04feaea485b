import { parseArgs } from 'node:util'
import fc from 'fast-check'
import { checkDamaged, checkSound } from './csv-checks.ts'
import { encode } from '../support/csv-tables.ts'
import { damage, damaged, written } from './csv-files.ts'

/**
 * Reads generated files, half of them damaged, and compares the result with another parser’s and with the file’s own
 * bytes. A failure is shrunk as far as possible, and printed with its seed.
 *
 *   npm run fuzz [-- --files 100000] [--seed 7]
 */
const { values } = parseArgs({ options: { files: { type: 'string' }, seed: { type: 'string' } } })

const FILES = 100_000
const files = Number(values.files ?? FILES)
const seed = Number(values.seed ?? 1)

const print = (line: string): void => {
  process.stdout.write(`${line}\n`)
}

const checks = [
  {
    name: 'sound files: read as written, and as another parser reads them',
    property: fc.asyncProperty(written, checkSound),
  },
  {
    name: 'damaged files: read or refused alike however they arrive, every byte accounted for',
    property: fc.asyncProperty(written, fc.array(damage, { minLength: 1, maxLength: 3 }), (file, damages) =>
      checkDamaged(damaged(encode(file.text, file.encoding), damages), file.sizes),
    ),
  },
]

for (const { name, property } of checks) {
  const begun = performance.now()
  const outcome = await fc.check<unknown[]>(property, { numRuns: Math.ceil(files / checks.length), seed })
  const seconds = ((performance.now() - begun) / 1000).toFixed(0)
  print(
    `${outcome.failed ? 'FAILED' : 'ok'}  ${name}: ${outcome.numRuns} files, seed ${outcome.seed}, ${seconds} s`,
  )
  if (outcome.failed) {
    print(fc.defaultReportMessage(outcome) ?? '')
    process.exitCode = 1
  }
}
