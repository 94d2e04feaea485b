import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { parseArgs } from 'node:util'
import * as z from 'zod'
import { projectRoot } from '../../infra/project.ts'
import { type Layer, layers } from './layers.ts'
import { scoresOf } from './scores.ts'

/**
 * Mutation tests: changes the code, one small thing at a time, and checks that a test fails. What survives is proven
 * by no test.
 *
 *   npm run mutate [-- --of rules|usecases|storage] [--files 'shared/rules/claims/*.ts'] [--tests 'test/unit/rules']
 *                  [--least 97] [--fresh]
 *
 * Prints each survivor, and how many were killed, by folder. Results of the last run are reused for mutants whose
 * file and tests haven't changed; after a change elsewhere (in `test/support`, say), use `--fresh`.
 *
 * The tests stay loaded in one worker (`warm-runner.ts`), and use the simulation's table instead of the embedded
 * DynamoDB if they pass with it. Survivors take most of the time, since all of their tests run, and so do mutants
 * that never end. So run use cases and storage by folder, with `--files`, and with the quick tests about it,
 * `--tests`.
 *
 * Stryker and its 200 packages are downloaded at the first use, outside the project's own packages and package.json,
 * since nothing else needs them.
 */
const { values } = parseArgs({
  options: {
    of: { type: 'string', default: 'rules' },
    files: { type: 'string' },
    tests: { type: 'string' },
    least: { type: 'string' },
    fresh: { type: 'boolean', default: false },
  },
})

const STRYKER = '10.1.1'
/** Characters of a choice of files in the names of its results, to which up to 30 are added. */
const LONGEST_NAME = 150
/**
 * Time that a mutant's tests may take in addition to their usual time, since a busy machine isn't an endless loop.
 */
const TIMEOUT_MS = 180_000
const DRY_RUN_TIMEOUT_MINUTES = 60

const isLayer = (name: string): name is Layer => Object.hasOwn(layers, name)
if (!isLayer(values.of)) throw new Error(`--of takes one of ${Object.keys(layers).join(', ')}`)
const layer = layers[values.of]

const packages = [`@stryker-mutator/core@${STRYKER}`]
const command = path.join(projectRoot, 'node_modules', '.bin', 'stryker')
const local = path.join(projectRoot, '.local')

const run = (file: string, args: readonly string[], env: NodeJS.ProcessEnv = process.env): number =>
  spawnSync(file, args, { cwd: projectRoot, stdio: 'inherit', env }).status ?? 1

if (!existsSync(command)) {
  const failed = run('npm', ['install', '--no-save', '--no-audit', '--no-fund', ...packages])
  if (failed !== 0) process.exit(failed)
}

mkdirSync(local, { recursive: true })
/** Results are kept separately for each choice of files, under a name that is short enough for any file system. */
const choice = ['mutation', values.of, ...(values.files?.match(/\w+/g) ?? [])].join('-')
const name =
  choice.length <= LONGEST_NAME
    ? choice
    : `${choice.slice(0, LONGEST_NAME)}-${createHash('sha256').update(choice).digest('hex').slice(0, 8)}`
const config = path.join(local, `${name}-config.json`)
const report = path.join(local, `${name}.json`)
const least = Number(values.least ?? layer.leastKilledPercent)
writeFileSync(
  config,
  JSON.stringify({
    testRunner: 'warm',
    plugins: [path.join(import.meta.dirname, 'warm.ts')],
    // A file that doesn't exist: Stryker would rewrite the real one by the compiler's API, which TypeScript 7 doesn't
    // have.
    tsconfigFile: 'none.json',
    mutate: (values.files ?? layer.files).split(','),
    coverageAnalysis: 'perTest',
    // One worker: the tests of one mutant take milliseconds, and the machine has two cores.
    concurrency: 1,
    // Ignore mutants of code that only runs when a module is loaded, such as limits: each would need a run of all
    // tests.
    ignoreStatic: true,
    timeoutMS: TIMEOUT_MS,
    dryRunTimeoutMinutes: DRY_RUN_TIMEOUT_MINUTES,
    incremental: true,
    incrementalFile: path.join(local, `${name}-incremental.json`),
    force: values.fresh,
    reporters: ['clear-text', 'json', 'progress-append-only'],
    clearTextReporter: { reportScoreTable: false, reportTests: false },
    jsonReporter: { fileName: report },
    tempDirName: `.local/stryker-${name}`,
    ignorePatterns: ['cdk.out', 'coverage', '.local', '.ci'],
    thresholds: { high: least, low: least, break: least },
  }),
)
rmSync(report, { force: true })
process.exitCode = run(command, ['run', config], {
  ...process.env,
  MUTATION_TESTS: values.tests ?? layer.tests.join(' '),
})
if (existsSync(report)) {
  const { files } = z
    .object({
      files: z.record(z.string(), z.object({ mutants: z.array(z.object({ status: z.string() })) })),
    })
    .parse(JSON.parse(readFileSync(report, 'utf8')))
  console.table(scoresOf(files))
}
