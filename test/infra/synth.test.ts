import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { AwsSolutionsChecks } from 'cdk-nag'
import { describe, expect, it } from 'vitest'
import { deploymentExceptions, exceptions, userPoolExceptions } from '../../infra/checks/nag.ts'
import { projectRoot } from '../../infra/project.ts'
import { makeApp, synthesize } from '../../infra/synth.ts'
import { bundlesOfRun } from '../support/assemblies.ts'
import { foreignIssuer, scratch, synthesizedTemplate } from './template.ts'

const template = await synthesizedTemplate({ mailFrom: 'claims@mail.acme.example' })
const run = promisify(execFile)

/** The CLI loads itself and then the app: some 7 s on an idle machine. */
const CLI_TIMEOUT_MS = 300_000

describe('the synthesis', () => {
  it('makes the very template that the CDK CLI makes', { timeout: CLI_TIMEOUT_MS }, async () => {
    const cli = join(projectRoot, 'node_modules/aws-cdk/bin/cdk')
    const outdir = scratch()
    const given = { ...foreignIssuer, mailFrom: 'claims@mail.acme.example' }
    const context = Object.entries(given).flatMap(([key, value]) => ['--context', `${key}=${value}`])
    // The CLI starts `node infra/app.ts`: with this Node, whichever is first in the path.
    const path = `${dirname(process.execPath)}:${process.env.PATH}`
    await run(process.execPath, [cli, 'synth', '--quiet', '--no-notices', '--output', outdir, ...context], {
      cwd: projectRoot,
      env: { ...process.env, CDK_VALIDATION: 'false', PATH: path },
    })
    const own = await synthesizedTemplate(given)
    expect(readFileSync(join(outdir, 'ClaimService.template.json'), 'utf8')).toBe(own.text)
  })

  it('fault 12: is refused to the CDK CLI, in one line, without a sender', {
    timeout: CLI_TIMEOUT_MS,
  }, async () => {
    const synth = run(process.execPath, [join(projectRoot, 'infra/app.ts')], {
      cwd: projectRoot,
      env: { ...process.env, CDK_OUTDIR: scratch() },
    })
    await expect(synth).rejects.toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(/^mailFrom is missing.*\n$/),
    })
  })

  it('is bound to no account or region', () => {
    expect(template.text).not.toMatch(/:\d{12}:|\b[a-z]{2}-[a-z]+-\d\b/)
  })

  it.each([
    [{ jwtIssuer: 'https://issuer.example' }, 'jwtIssuer and jwtAudience come together'],
    [{ mailFrom: 'nobody' }, 'mailFrom'],
    [{ contentMigrationCutoff: 'last year' }, 'contentMigrationCutoff'],
    [{ customerManagedKey: 'perhaps' }, 'customerManagedKey'],
    [{ mailform: 'claims@acme.example' }, 'mailform is no setting'],
    [{ 'mail-from': 'claims@acme.example' }, 'mail-from is no setting'],
  ])('refuses the context %o', async (context, message) => {
    await expect(synthesize({ context, outdir: scratch(), validate: false })).rejects.toThrow(message)
  })

  it('fault 13: puts out what an operator needs, and says what each is for', () => {
    expect([...template.outputs].sort()).toEqual([
      'ApiUrl',
      'BucketName',
      'ConsoleClientId',
      'ConsoleUrl',
      'DkimRecord1',
      'DkimRecord2',
      'DkimRecord3',
      'DmarcRecord',
      'EventBusName',
      'MailFromMxRecord',
      'MailFromSpfRecord',
      'PeopleClientId',
      'PlatformClientId',
      'TableName',
      'TokenUrl',
      'UserPoolId',
    ])
    for (const output of template.outputs)
      expect(template.outputDescriptions[output], output).toMatch(/^[A-Z].{10,}/)
  })

  it('fault 13: puts out the records that let the sender’s domain send, return and be trusted', () => {
    expect(template.get('MailIdentity').properties).toEqual({
      EmailIdentity: 'mail.acme.example',
      MailFromAttributes: {
        MailFromDomain: 'bounces.mail.acme.example',
        BehaviorOnMxFailure: 'USE_DEFAULT_VALUE',
      },
    })
    expect(template.get('MailFunction').properties.Environment).toMatchObject({
      Variables: { MAIL_FROM: 'claims@mail.acme.example' },
    })
    expect(template.outputValues).toMatchObject({
      DkimRecord1: 'MailIdentity.DkimDNSTokenName1 CNAME MailIdentity.DkimDNSTokenValue1',
      MailFromMxRecord: 'bounces.mail.acme.example MX 10 feedback-smtp.AWS::Region.amazonses.com',
      MailFromSpfRecord: 'bounces.mail.acme.example TXT "v=spf1 include:amazonses.com ~all"',
      DmarcRecord: '_dmarc.mail.acme.example TXT "v=DMARC1; p=none"',
    })
  })

  it('hears from SES of bounces and complaints', () => {
    const [destination] = template.ofType('AWS::SES::ConfigurationSetEventDestination')
    expect(destination?.properties).toMatchObject({
      ConfigurationSetName: 'MailConfigurationSet',
      EventDestination: { Enabled: true, MatchingEventTypes: ['bounce', 'complaint', 'reject'] },
    })
  })
})

describe('cdk-nag', () => {
  it('finds nothing but what is accepted with a reason, and nothing is accepted that it no longer finds', async () => {
    const { app, stack } = await makeApp({
      outdir: scratch(),
      builtInChecks: false,
      bundles: await bundlesOfRun(),
    })
    const report = new AwsSolutionsChecks(app).validateScope(app)
    const found = report.violations.flatMap(({ ruleName, violatingResources }) =>
      violatingResources.map(({ constructPath }) => `${ruleName} on ${constructPath}`),
    )
    const accepted = [...exceptions, ...userPoolExceptions, ...deploymentExceptions].flatMap(({ on, rule }) =>
      on.map((path) => `${rule} on ${stack.node.path}/${path}/Resource`),
    )
    expect(found.sort()).toEqual(accepted.sort())
  })

  it('has a whole sentence for each exception', () => {
    for (const { rule, reason } of [...exceptions, ...userPoolExceptions, ...deploymentExceptions]) {
      expect(reason, rule).toMatch(/^\S.{30,}\.$/)
    }
  })

  it('fails the synthesis for any other finding', async () => {
    const { app, stack } = await makeApp({
      outdir: scratch(),
      builtInChecks: false,
      bundles: await bundlesOfRun(),
    })
    const { checkAwsSolutions } = await import('../../infra/checks/nag.ts')
    const { Bucket } = await import('aws-cdk-lib/aws-s3')
    new Bucket(stack, 'Careless')
    checkAwsSolutions(app, stack, { userPool: true, deployments: true })
    expect(() => app.synth()).toThrow('ClaimService/Careless/Resource')
  })
})
