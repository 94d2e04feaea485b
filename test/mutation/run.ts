import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { projectRoot } from '../../infra/project.ts'

/**
 * Changes the rules, one small thing at a time, and sees whether a test fails: what survives is proven by no test.
 *
 *   npm run mutate [-- --files 'shared/rules/claims/*.ts'] [--least 97]
 *
 * Takes a quarter of an hour for all rules. Stryker and its 200 packages are fetched when they are first needed, beside the
 * project's own and without a word in package.json: nothing else takes them.
 */
const { values } = parseArgs({ options: { files: { type: 'string' }, least: { type: 'string' } } })

const STRYKER = '10.1.1'
/** Of a hundred mutants of the rules. */
const LEAST_KILLED = 97

const packages = ['@stryker-mutator/core', '@stryker-mutator/vitest-runner'].map(
  (name) => `${name}@${STRYKER}`,
)
const command = path.join(projectRoot, 'node_modules', '.bin', 'stryker')
const local = path.join(projectRoot, '.local')

const run = (file: string, args: readonly string[]): number =>
  spawnSync(file, args, { cwd: projectRoot, stdio: 'inherit' }).status ?? 1

if (!existsSync(command)) {
  const failed = run('npm', ['install', '--no-save', '--no-audit', '--no-fund', ...packages])
  if (failed !== 0) process.exit(failed)
}

mkdirSync(local, { recursive: true })
const config = path.join(local, 'stryker.json')
const least = Number(values.least ?? LEAST_KILLED)
writeFileSync(
  config,
  JSON.stringify({
    testRunner: 'vitest',
    plugins: ['@stryker-mutator/vitest-runner'],
    vitest: { configFile: 'test/mutation/vitest.config.ts' },
    // Stryker would rewrite it by the compiler's API, which TypeScript 7 hasn't: it is pointed at no file.
    tsconfigFile: 'none.json',
    mutate: (values.files ?? 'shared/rules/**/*.ts').split(','),
    coverageAnalysis: 'perTest',
    // One worker: the tests of one mutant take milliseconds, and the machine has two cores.
    concurrency: 1,
    // What loads with a module and nothing else, such as a limit: each would take a run of all tests.
    ignoreStatic: true,
    timeoutMS: 20_000,
    reporters: ['clear-text'],
    tempDirName: '.local/stryker',
    ignorePatterns: ['cdk.out', 'coverage', '.local', '.ci'],
    thresholds: { high: least, low: least, break: least },
  }),
)
process.exitCode = run(command, ['run', config])
