import { execFile } from 'node:child_process'
import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { serviceFunctions } from '../../../infra/functions.ts'
import { projectRoot } from '../../../infra/project.ts'
import { bundleSizes } from '../../bench/bundle-sizes.ts'
import { bundlesOfRun, functionNames as names } from '../../support/assemblies.ts'
import { sampleEnvironment } from '../../support/environment.ts'
import { scratch } from '../template.ts'

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

  it.each(serviceFunctions)('bench: %s is as large as docs/cost.md says, 3 % more or less', (name) => {
    const kilobytes = statSync(join(bundles.get(name) ?? '', 'index.js')).size / 1024
    const { whole } = bundleSizes[name]
    expect(kilobytes).toBeLessThanOrEqual(whole * 1.03)
    expect(kilobytes).toBeGreaterThanOrEqual(whole * 0.97)
  })

  it('bench: the trigger that makes tokens has no packages', () => {
    expect(statSync(join(bundles.get('pool-token') ?? '', 'index.js')).size).toBeLessThanOrEqual(10 * 1024)
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
