import { describe, expect, it } from 'vitest'
import { handingOn, liveId, logicalId, serviceFunctions } from '../../infra/functions.ts'
import { readAssembly } from '../../infra/local/assembly/read-assembly.ts'
import { createPolicyEvaluator } from '../../infra/local/aws/iam/policy-evaluation.ts'
import { principalsOf } from '../../infra/local/permissions/credentials.ts'
import { checkDeliveries, deliveriesOf } from '../../infra/local/deliveries/check-deliveries.ts'
import { loopingFunctions } from '../../infra/local/deliveries/recursive-loops.ts'
import { readRoles } from '../../infra/local/permissions/roles.ts'
import { resolveTemplate } from '../../infra/local/template/resolve-template.ts'
import { readWiring } from '../../infra/local/template/wiring.ts'
import { assemblyOfRun } from '../support/assemblies.ts'
import { foreignIssuer } from './template.ts'

const addresses = { api: 'http://127.0.0.1:1', queues: 'http://127.0.0.1:2', objects: 'http://127.0.0.1:2' }

/** Also those that no local service is booted from: with a user pool, and with every setting that adds a resource. */
const deployments: readonly (readonly [string, Readonly<Record<string, string>>])[] = [
  ['as it is without settings, with a user pool of its own', {}],
  [
    'with an issuer of somebody else, a key of its own and alarms by mail',
    { ...foreignIssuer, customerManagedKey: 'true', alarmEmail: 'ops@acme.example' },
  ],
]

describe.each(deployments)('the template %s', async (_, context) => {
  const assembly = await readAssembly(await assemblyOfRun(context))
  const template = resolveTemplate(assembly, addresses)
  const roles = readRoles(template)
  const principals = principalsOf([], new Map(), roles)
  const evaluate = createPolicyEvaluator({ principals, resourcePolicyOf: roles.resourcePolicyOf })

  it('has no delivery that the policies of both sides don’t allow (an alarm that may not publish is mute)', async () => {
    await checkDeliveries(template, roles, evaluate)
  })

  it('has every kind of delivery checked: what each alarm, route, queue, rule and schedule sends to', () => {
    const deliveries = deliveriesOf(template)
    const senders = new Set(
      deliveries.map(({ sender }) => ('role' in sender ? sender.assumedBy : sender.service)),
    )
    expect([...senders].sort()).toEqual(
      [
        'apigateway.amazonaws.com',
        'cloudwatch.amazonaws.com',
        'codedeploy.amazonaws.com',
        ...('jwtIssuer' in context ? [] : ['cognito-idp.amazonaws.com']),
        'events.amazonaws.com',
        'lambda.amazonaws.com',
        's3.amazonaws.com',
        'scheduler.amazonaws.com',
      ].sort(),
    )
    const alarms = template
      .of('AWS::CloudWatch::Alarm')
      .filter(({ properties }) => properties.AlarmActions !== undefined)
    expect(deliveries.filter(({ actions }) => actions.includes('sns:Publish'))).toHaveLength(alarms.length)
  })

  it('has each function that writes called by an alias, which a deployment moves gradually and an alarm moves back', () => {
    const groups = template.of('AWS::CodeDeploy::DeploymentGroup').map(({ properties }) => properties)
    expect(
      template
        .of('AWS::Lambda::Alias')
        .map(({ logicalId: id }) => id)
        .sort(),
    ).toEqual(serviceFunctions.map(liveId).sort())
    expect(groups).toHaveLength(serviceFunctions.length)
    for (const group of groups) {
      expect(group).toMatchObject({
        DeploymentConfigName: 'CodeDeployDefault.LambdaCanary10Percent5Minutes',
        AlarmConfiguration: { Enabled: true, Alarms: [{ Name: expect.any(String) }] },
        AutoRollbackConfiguration: { Enabled: true },
      })
      expect(group.AutoRollbackConfiguration).toMatchObject({
        Events: expect.arrayContaining(['DEPLOYMENT_STOP_ON_ALARM']),
      })
    }
    const called = template
      .of('AWS::Lambda::EventSourceMapping')
      .map(({ properties }) => properties.FunctionName)
    expect(called.filter((name) => !String(name).endsWith(':live'))).toEqual([])
  })

  it('drops nothing in silence: what a schedule or a rule can’t deliver for a day is a dead letter', () => {
    const targets = [
      ...template.of('AWS::Scheduler::Schedule').map(({ properties }) => properties.Target),
      ...template.of('AWS::Events::Rule').flatMap(({ properties }) => properties.Targets),
    ]
    expect(targets.length).toBeGreaterThan(0)
    for (const target of targets)
      expect(target).toMatchObject({ DeadLetterConfig: { Arn: expect.stringMatching(/DeadLetters$/) } })
  })

  it('lets exactly those functions feed themselves that may: Lambda stops any other after 16 turns', async () => {
    const wiring = readWiring(template, assembly)
    const looping = await loopingFunctions(wiring, evaluate)
    const allowed = wiring.functions.filter(({ mayLoop }) => mayLoop)
    expect(allowed.map(({ logicalId }) => logicalId)).toEqual(looping.map(({ logicalId }) => logicalId))
    expect(looping.map((fn) => fn.logicalId).sort()).toEqual([...handingOn].map(logicalId).sort())
  })
})
