import { describe, expect, it } from 'vitest'
import { resources } from '../../fixture/assembly.ts'
import { startFixture, writeItem } from '../../fixture/service.ts'

type Properties = Record<string, unknown>

/** The fixture's resource with some properties replaced. */
function changed(logicalId: string, properties: Properties) {
  const resource = resources[logicalId]
  if (resource === undefined) throw new Error(`the fixture has no ${logicalId}`)
  return { [logicalId]: { Type: resource.Type, Properties: { ...resource.Properties, ...properties } } }
}
const noPolicies = { Policies: [] }
const denied = (logicalId: string, properties: Properties) => startFixture(changed(logicalId, properties))

describe('what the template does not allow', () => {
  it.each([
    ['the queue, in its function’s name', 'RowsFunctionRole', noPolicies, /RowsSource: .*sqs:ReceiveMessage/],
    [
      'the stream, in its function’s name',
      'EffectsFunctionRole',
      noPolicies,
      /EffectsSource: .*dynamodb:DescribeStream/,
    ],
    [
      'a queue that S3 is to notify',
      'RowsQueuePolicy',
      { PolicyDocument: { Statement: [] } },
      /notifications of fixture-bucket/,
    ],
    [
      'a role that Lambda may not take on',
      'HttpFunctionRole',
      {
        AssumeRolePolicyDocument: {
          Version: '2012-10-17',
          Statement: [
            { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'ec2.amazonaws.com' } },
          ],
        },
      },
      /Fixture-HttpFunction: lambda.amazonaws.com is not authorized to perform: sts:AssumeRole/,
    ],
    [
      'a function that the API may not call',
      'Permission',
      { Principal: 's3.amazonaws.com' },
      /the route ANY \/open\/\{act\}: apigateway.amazonaws.com is not authorized to perform: lambda:InvokeFunction/,
    ],
    [
      'a schedule whose role may not send',
      'ScheduleRole',
      noPolicies,
      /the schedule Sweep: .*sqs:SendMessage/,
    ],
  ])(
    'keeps the service from starting, as it would from being deployed: %s',
    async (_, id, properties, message) => {
      await expect(denied(id, properties)).rejects.toThrow(message)
    },
  )

  it('keeps it from starting where a function may send to what feeds it: Lambda would stop that after 16 turns', async () => {
    const role = resources.RowsFunctionRole?.Properties.AssumeRolePolicyDocument
    const queue = { 'Fn::GetAtt': ['RowsQueue', 'Arn'] }
    const Statement = [{ Effect: 'Allow', Action: 'sqs:*', Resource: queue }]
    const handingOn = changed('RowsFunctionRole', {
      AssumeRolePolicyDocument: role,
      Policies: [{ PolicyName: 'job', PolicyDocument: { Version: '2012-10-17', Statement } }],
    })
    await expect(startFixture(handingOn)).rejects.toThrow('RowsFunction: it may send to what feeds it')
    const meant = { ...handingOn, ...changed('RowsFunction', { RecursiveLoop: 'Allow' }) }
    await (await startFixture(meant)).stop()
  })

  it.each([
    [{ VisibilityTimeout: 1 }, /RowsSource: the queue's visibility time-out is less than the function's/],
    [{ VisibilityTimeout: 43_201 }, /RowsQueue: SQS takes no VisibilityTimeout of 43201/],
    [{ MessageRetentionPeriod: 59 }, /RowsQueue: SQS takes no MessageRetentionPeriod of 59/],
    [
      {
        RedrivePolicy: {
          deadLetterTargetArn: { 'Fn::GetAtt': ['DeadLetters', 'Arn'] },
          maxReceiveCount: 1_001,
        },
      },
      /RowsQueue: SQS takes no maxReceiveCount of 1001/,
    ],
  ])('nor with a queue that SQS or Lambda wouldn’t take (%j)', async (properties, message) => {
    await expect(denied('RowsQueue', properties)).rejects.toThrow(message)
  })

  const rule = (properties: Properties) => ({
    Rule: {
      Type: 'AWS::Events::Rule',
      Properties: {
        EventPattern: { source: ['aws.ses'] },
        Targets: [{ Arn: { 'Fn::GetAtt': ['RowsQueue', 'Arn'] }, Id: 'rows' }],
        ...properties,
      },
    },
  })

  it('keeps the service from starting where a queue doesn’t let an event rule in, unless the rule is disabled', async () => {
    await expect(startFixture(rule({}))).rejects.toThrow(
      /the target of Rule: events.amazonaws.com is not authorized to perform: sqs:SendMessage/,
    )
    await (await startFixture(rule({ State: 'DISABLED' }))).stop()
  })

  it.each([
    [{ EventBusName: 'other' }, 'Rule: only rules of the default bus'],
    [{ ScheduleExpression: 'rate(1 day)' }, 'Rule.: not understood here'],
    [
      { Targets: [{ Arn: 'arn:aws:lambda:us-east-1:000000000000:function:f', Id: 'f' }] },
      'Rule.Targets.0.Arn',
    ],
    [{ EventPattern: { source: [{ wildcard: 'aws.*' }] }, Targets: [] }, 'no such event pattern here'],
  ])('nor does it start with an event rule that it wouldn’t follow: %j', async (properties, message) => {
    await expect(startFixture(rule(properties))).rejects.toThrow(message)
  })

  it('nor with a lifecycle rule that it wouldn’t follow', async () => {
    const Rules = [{ Status: 'Enabled', Transitions: [{ StorageClass: 'GLACIER', TransitionInDays: 1 }] }]
    await expect(denied('Bucket', { LifecycleConfiguration: { Rules } })).rejects.toThrow(
      'Bucket.LifecycleConfiguration.Rules.0: not understood here',
    )
  })

  it.each([
    ['RowsSource', { ScalingConfig: undefined }, 'RowsSource: without a MaximumConcurrency'],
    [
      'RowsSource',
      { ScalingConfig: { MaximumConcurrency: 1 } },
      'RowsSource.ScalingConfig.MaximumConcurrency: not understood here',
    ],
    ['RowsSource', { TumblingWindowInSeconds: 30 }, 'RowsSource.'],
    ['Integration', { PayloadFormatVersion: '1.0' }, 'Integration.PayloadFormatVersion: not understood here'],
    ['HttpFunction', { Runtime: 'python3.13' }, 'HttpFunction: only Node.js functions run here'],
    ['RowsSource', { FunctionName: 'gone' }, 'RowsSource: there is no function gone'],
  ])('nor does it start with what it would do otherwise than AWS: %s %j', async (id, properties, message) => {
    await expect(denied(id, properties)).rejects.toThrow(message)
  })

  it('is not done for a schedule that a function makes either: its role must let it send', async () => {
    const fixture = await startFixture({
      ...changed('ScheduleRole', noPolicies),
      ...changed('Sweep', { State: 'DISABLED' }),
    })
    const { client } = fixture
    const due = new Date((await client.now()).getTime() + 60_000)
    await writeItem(client, { pk: 'U#undelivered', dueAt: due.toISOString() })
    await client.settle()
    expect((await client.advance('PT2M')).fired).toEqual([])
    expect(await client.problems()).toContainEqual(
      expect.stringMatching(/U-undelivered could not be delivered: .*sqs:SendMessage/),
    )
    await fixture.stop()
  })

  it('is not done for a function either: a queue without event source stays as it is', async () => {
    const fixture = await startFixture(changed('RowsSource', { Enabled: false }))
    const { client } = fixture
    await client.api('POST', '/open/send', { body: { id: 'waits' } })
    expect((await client.queues())['Fixture-RowsQueue']?.visible).toBeGreaterThan(0)
    await fixture.stop()
  })
})
