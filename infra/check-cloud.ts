/**
 * `npm run check:cloud`: cfn-lint over the templates, by AWS's own schemas of resources. It is a Python tool, which is
 * installed here into a folder of its own at the first run; all else of this project needs Node.js and npm alone.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as z from 'zod'
import { projectRoot } from './project.ts'
import { synthesize } from './synth.ts'

const version = '1.58.0'
const folder = join(projectRoot, '.local', `cfn-lint-${version}`)
const isWindows = process.platform === 'win32'
const installed = (name: string) =>
  join(folder, isWindows ? 'Scripts' : 'bin', isWindows ? `${name}.exe` : name)

/** What of cfn-lint isn't followed, and why. */
const ignored: Readonly<Record<string, string>> = {
  W3005: 'The CDK writes down dependencies that a reference makes anyhow; they do no harm.',
}

/** CloudFormation's limits: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html */
const mostResources = 500
const mostBytes = 1024 * 1024

/** One of each kind, so that every resource that any setting brings is in one of them. */
const deployments: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'with a user pool of its own': {},
  'with every setting': {
    stage: 'test',
    jwtIssuer: 'https://issuer.example',
    jwtAudience: 'claims',
    mailFrom: 'claims@mail.acme.example',
    mailIdentity: 'use',
    publicUrl: 'https://claims.acme.example',
    certificateArn: 'arn:aws:acm:eu-west-1:000000000000:certificate/11111111-2222-3333-4444-555555555555',
    uploadOrigins: 'https://admin.acme.example',
    alarmEmail: 'ops@acme.example',
    customerManagedKey: 'true',
    accountConcurrency: '100',
    warmThroughput: '20000',
  },
}

/** Exit codes: 1 where something is found, 2 where nothing could be looked at. */
const couldNotLook = 2
const mebibytes = (bytes: number) => `${(bytes / 1024 / 1024).toFixed(2)} MiB`

function run(command: string, args: readonly string[]): boolean {
  return spawnSync(command, args, { stdio: ['ignore', 'inherit', 'inherit'] }).status === 0
}

function findPython(): string | undefined {
  const probe = ['-c', 'import sys, venv; sys.exit(sys.version_info < (3, 10))']
  return ['python3', 'python'].find((name) => spawnSync(name, probe, { stdio: 'ignore' }).status === 0)
}

/** Undefined where it can't be had; then the reason has been told. */
function cfnLint(): string | undefined {
  const tool = installed('cfn-lint')
  if (existsSync(tool)) return tool
  const python = findPython()
  if (python === undefined) {
    console.error(
      'check:cloud needs Python 3.10 or later with venv and pip, for cfn-lint; nothing else here does.',
    )
    return undefined
  }
  console.log(`Installing cfn-lint ${version} into ${folder}`)
  const isInstalled =
    run(python, ['-m', 'venv', folder]) &&
    run(installed('python'), ['-m', 'pip', 'install', '--quiet', `cfn-lint==${version}`])
  if (isInstalled) return tool
  console.error(`cfn-lint ${version} could not be installed: pip's own message is above.`)
  return undefined
}

const templateSchema = z.object({ Resources: z.record(z.string(), z.unknown()) })

async function main(): Promise<number> {
  const tool = cfnLint()
  if (tool === undefined) return couldNotLook
  const outdir = await mkdtemp(join(tmpdir(), 'claim-service-check-'))
  try {
    const templates: string[] = []
    for (const [name, context] of Object.entries(deployments)) {
      const startedAt = performance.now()
      const { templateFile } = await synthesize({ context, outdir: join(outdir, String(templates.length)) })
      const seconds = ((performance.now() - startedAt) / 1000).toFixed(1)
      const { Resources } = templateSchema.parse(JSON.parse(readFileSync(templateFile, 'utf8')))
      const resources = Object.keys(Resources).length
      const { size } = statSync(templateFile)
      console.log(
        `${name}: ${resources} resources of ${mostResources}, ${mebibytes(size)} of ${mebibytes(mostBytes)}, synthesized and checked by cdk-nag in ${seconds} s`,
      )
      if (resources > mostResources || size > mostBytes) return 1
      templates.push(templateFile)
    }
    const isClean = run(tool, ['--ignore-checks', ...Object.keys(ignored), '--', ...templates])
    if (isClean) console.log(`cfn-lint ${version} finds nothing.`)
    return isClean ? 0 : 1
  } finally {
    await rm(outdir, { recursive: true, force: true })
  }
}

process.exitCode = await main()
