import { execFile } from 'node:child_process'
import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import type { FunctionName } from '../../infra/functions.ts'
import { projectRoot } from '../../infra/project.ts'
import { bundlesOfRun, functionNames as names } from '../support/assemblies.ts'
import { sampleEnvironment } from '../support/environment.ts'
import { scratch } from './template.ts'

const outdir = scratch()
const bundles = await bundlesOfRun()

const run = promisify(execFile)

/** Loads each bundle as Lambda does, with nothing around it, and says which export a handler. */
const loader = `
  const loaded = process.argv.slice(1).map((file) => typeof require(file).handler)
  process.stdout.write(JSON.stringify(loaded))
`

describe('the bundles', () => {
  it('load by themselves, with their environment and nothing else, and export a handler', async () => {
    const files = names.map((name) => join(bundles.get(name) ?? '', 'index.js'))
    const { stdout } = await run(process.execPath, ['-e', loader, '--', ...files], {
      cwd: outdir,
      env: { ...sampleEnvironment, AWS_REGION: 'eu-west-1' },
    })
    const loaded = z.array(z.string()).parse(JSON.parse(stdout))
    expect(names.filter((_, n) => loaded[n] !== 'function')).toEqual([])
  })

  it.each([
    ['sync', 'SYNC_MAX_INACTIVE_PERCENT', 'twenty'],
    ['import-rows', 'CONTENT_MIGRATION_CUTOFF', 'last year'],
    ['mail', 'API_URL', ''],
  ] as const)(
    'fault 11: %s stops at cold start, naming the variable, where %s is %j',
    async (name, variable, text) => {
      const file = join(bundles.get(name) ?? '', 'index.js')
      const started = run(process.execPath, ['-e', loader, '--', file], {
        cwd: outdir,
        env: { ...sampleEnvironment, [variable]: text, AWS_REGION: 'eu-west-1' },
      })
      await expect(started).rejects.toThrow(`${variable} must be`)
    },
  )

  it('D4: admin-api has the lists of domains in a file of their own, which it loads when one is added', async () => {
    const folder = bundles.get('admin-api') ?? ''
    const ask = `
      const { parseDomainName } = require(process.argv[1])
      const asked = ['gmail.com', 'co.uk', 'noordzee.example'].map((domain) => parseDomainName(domain))
      process.stdout.write(JSON.stringify(asked))
    `
    const { stdout } = await run(process.execPath, ['-e', ask, '--', join(folder, 'domain-name.js')])
    expect(JSON.parse(stdout)).toEqual([
      { outcome: 'refused', code: 'free_mail_domain' },
      { outcome: 'refused', code: 'public_suffix_domain' },
      { outcome: 'parsed', domain: 'noordzee.example' },
    ])
    const bundle = readFileSync(join(folder, 'index.js'), 'utf8')
    expect(bundle).toContain('require("./domain-name.js")')
    expect(bundle).not.toContain('mailinator.com')
  })

  /** In KB, with some room: what outgrows it has got a dependency, or a client, that somebody should have decided on. */
  const largest = 480
  const largestWithS3 = 740
  const budgets: Readonly<Partial<Record<FunctionName, number>>> = {
    'admin-api': 1200,
    console: 200,
    decisions: 560,
    effects: 500,
    export: largestWithS3,
    import: largestWithS3,
    'import-rows': largestWithS3,
    mail: 900,
    openapi: 250,
    'platform-api': 760,
    'pool-token': 10,
    deletion: largestWithS3,
    report: largestWithS3,
    sync: 760,
  }

  it.each(names)('bench: %s is within its budget of bytes', (name) => {
    const kilobytes = statSync(join(bundles.get(name) ?? '', 'index.js')).size / 1024
    expect(kilobytes).toBeLessThanOrEqual(budgets[name] ?? largest)
  })

  it.each([
    ['clients for credentials from elsewhere than the environment', 'AssumeRoleWithWebIdentity'],
    ['streams of events', 'initial-request'],
    ['endpoints to be discovered', 'mnemonist/lru-cache'],
    ['schemas of operations that nobody calls', 'AnalyticsAndOperator'],
    ['whole package files', 'devDependencies'],
  ])('bench: have no %s, which the SDK brings', (_, trace) => {
    const withTrace = names.filter((name) =>
      readFileSync(join(bundles.get(name) ?? '', 'index.js'), 'utf8').includes(trace),
    )
    expect(withTrace).toEqual([])
  })

  it.each(names)('%s has no trace of the machine that made it, so its hash is the same on any', (name) => {
    const code = readFileSync(join(bundles.get(name) ?? '', 'index.js'), 'utf8')
    expect(code).not.toContain(projectRoot)
  })
})
