/**
 * `npm run check:cloud`: checks the templates with cfn-lint, by AWS's own resource schemas. cfn-lint is a Python tool
 * and is installed into a folder of its own at the first run. This and check:dynamodb are the only commands that need
 * more than Node.js and npm.
 */
import { readFileSync, statSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as z from 'zod'
import { NOT_CHECKED, pythonTool, run } from './python-tool.ts'
import { synthesize } from '../synth.ts'

const version = '1.58.0'

/** Rules of cfn-lint that are ignored, and why. */
const ignored: Readonly<Record<string, string>> = {
  W3005: 'The CDK writes down dependencies that a reference makes anyhow; they do no harm.',
}

/** CloudFormation's limits: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html */
const mostResources = 500
const mostBytes = 1024 * 1024

/** Deployments that together contain every resource that any setting adds. */
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
    allowedOrigins: 'https://console.acme.example',
    uploadOrigins: 'https://admin.acme.example',
    alarmEmail: 'ops@acme.example',
    customerManagedKey: 'true',
    accountConcurrency: '100',
    warmThroughput: '20000',
  },
}

const mebibytes = (bytes: number) => `${(bytes / 1024 / 1024).toFixed(2)} MiB`

const templateSchema = z.object({ Resources: z.record(z.string(), z.unknown()) })

async function main(): Promise<number> {
  const tool = pythonTool({
    check: 'check:cloud',
    name: 'cfn-lint',
    version,
    distribution: 'cfn-lint',
    command: 'cfn-lint',
  })
  if (tool === undefined) return NOT_CHECKED
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
