import { describe, expect, it } from 'vitest'
import type { Template } from '../../../../infra/local/assembly/read-assembly.ts'
import { createPolicyEvaluator } from '../../../../infra/local/aws/iam/policy-evaluation.ts'
import { principalsOf } from '../../../../infra/local/permissions/credentials.ts'
import { checkDeliveries } from '../../../../infra/local/deliveries/check-deliveries.ts'
import { readRoles } from '../../../../infra/local/permissions/roles.ts'
import { resolveTemplate } from '../../../../infra/local/template/resolve-template.ts'

type Resources = Template['Resources']
type Properties = Record<string, unknown>

const arn = (id: string) => ({ 'Fn::GetAtt': [id, 'Arn'] })
const ref = (id: string) => ({ Ref: id })
const document = (...Statement: unknown[]) => ({ Version: '2012-10-17', Statement })
const resource = (Type: string, Properties: Properties = {}) => ({ Type, Properties })

const lets = (service: string, Action: string | string[], Resource: unknown, Condition: unknown = {}) =>
  document({ Effect: 'Allow', Principal: { Service: service }, Action, Resource, Condition })
const queuePolicy = (id: string, service: string, condition?: unknown) =>
  resource('AWS::SQS::QueuePolicy', {
    Queues: [ref(id)],
    PolicyDocument: lets(service, 'sqs:SendMessage', arn(id), condition),
  })
const topicPolicy = (...statements: unknown[]) =>
  resource('AWS::SNS::TopicPolicy', { Topics: [ref('Topic')], PolicyDocument: document(...statements) })
const permission = (service: string, SourceArn?: unknown) =>
  resource('AWS::Lambda::Permission', {
    Action: 'lambda:InvokeFunction',
    FunctionName: arn('Fn'),
    Principal: service,
    ...(SourceArn !== undefined && { SourceArn }),
  })
const role = (service: string, ...statements: unknown[]) =>
  resource('AWS::IAM::Role', {
    AssumeRolePolicyDocument: document({
      Effect: 'Allow',
      Action: 'sts:AssumeRole',
      Principal: { Service: service },
    }),
    Policies: [{ PolicyName: 'job', PolicyDocument: document(...statements) }],
  })
const may = (Action: string[], Resource: unknown) => ({ Effect: 'Allow', Action, Resource })
const lambda = 'lambda.amazonaws.com'
const fn = (more: Properties = {}) => resource('AWS::Lambda::Function', { Role: arn('FnRole'), ...more })
const queue = (more: Properties = {}) => resource('AWS::SQS::Queue', more)
const key = (...statements: unknown[]) => resource('AWS::KMS::Key', { KeyPolicy: document(...statements) })
const keyUse = ['kms:GenerateDataKey*', 'kms:Decrypt']
const letsUseKey = (service: string) => ({
  Effect: 'Allow',
  Principal: { Service: service },
  Action: keyUse,
  Resource: '*',
})
const account = {
  Effect: 'Allow',
  Principal: { AWS: { 'Fn::Sub': 'arn:aws:iam::$' + '{AWS::AccountId}:root' } },
}

async function checked(Resources: Resources): Promise<void> {
  const template = resolveTemplate(
    {
      stackName: 'S',
      assets: new Map(),
      template: { Parameters: {}, Conditions: {}, Resources },
    },
    { api: 'http://127.0.0.1:1', queues: 'http://127.0.0.1:2', objects: 'http://127.0.0.1:2' },
  )
  const roles = readRoles(template)
  const evaluate = createPolicyEvaluator({
    principals: principalsOf([], new Map(), roles),
    resourcePolicyOf: roles.resourcePolicyOf,
  })
  await checkDeliveries(template, roles, evaluate)
}

const alarm = resource('AWS::CloudWatch::Alarm', { AlarmActions: [ref('Topic')], OKActions: [ref('Topic')] })
const onlyTls = {
  Effect: 'Deny',
  Principal: '*',
  Action: 'sns:Publish',
  Resource: ref('Topic'),
  Condition: { Bool: { 'aws:SecureTransport': 'false' } },
}
const publish = {
  Effect: 'Allow',
  Principal: { Service: 'cloudwatch.amazonaws.com' },
  Action: 'sns:Publish',
  Resource: ref('Topic'),
  Condition: { StringEquals: { 'aws:SourceAccount': ref('AWS::AccountId') } },
}
const bucket = resource('AWS::S3::Bucket', {
  NotificationConfiguration: { QueueConfigurations: [{ Event: 's3:ObjectCreated:*', Queue: arn('Queue') }] },
})
const rule = (more: Properties = {}) =>
  resource('AWS::Events::Rule', { EventPattern: {}, Targets: [{ Arn: arn('Queue'), Id: 'q', ...more }] })
const ofRule = { ArnEquals: { 'aws:SourceArn': arn('Rule') } }
const schedule = (more: Properties = {}) =>
  resource('AWS::Scheduler::Schedule', { Target: { Arn: arn('Queue'), RoleArn: arn('Role'), ...more } })
const scheduler = 'scheduler.amazonaws.com'
const sends = may(['sqs:SendMessage'], arn('Queue'))
const source = (EventSourceArn: unknown, more: Properties = {}) =>
  resource('AWS::Lambda::EventSourceMapping', { EventSourceArn, FunctionName: ref('Fn'), ...more })
const streamArn = { 'Fn::GetAtt': ['Table', 'StreamArn'] }
const table = (more: Properties = {}) => resource('AWS::DynamoDB::GlobalTable', more)
const receives = may(['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'], arn('Queue'))
const streams = [
  may(['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator'], streamArn),
  may(['dynamodb:ListStreams'], '*'),
]
const failures = (destination: unknown) => ({
  DestinationConfig: { OnFailure: { Destination: destination } },
})
const api = {
  Api: resource('AWS::ApiGatewayV2::Api', { ProtocolType: 'HTTP' }),
  Integration: resource('AWS::ApiGatewayV2::Integration', { IntegrationUri: arn('Fn') }),
  Fn: fn(),
  FnRole: role(lambda),
}
const route = (RouteKey: string) =>
  resource('AWS::ApiGatewayV2::Route', {
    ApiId: ref('Api'),
    RouteKey,
    Target: { 'Fn::Join': ['/', ['integrations', ref('Integration')]] },
  })
const called = (rest: string) => ({
  'Fn::Join': ['', ['arn:aws:execute-api:us-east-1:000000000000:', ref('Api'), rest]],
})
const apiGateway = 'apigateway.amazonaws.com'
const pool = resource('AWS::Cognito::UserPool', {
  LambdaConfig: { PreTokenGenerationConfig: { LambdaArn: arn('Fn'), LambdaVersion: 'V3_0' } },
})
const subscription = resource('AWS::SNS::Subscription', {
  TopicArn: ref('Topic'),
  Protocol: 'sqs',
  Endpoint: arn('Queue'),
})
const authorizer = resource('AWS::ApiGatewayV2::Authorizer', {
  ApiId: ref('Api'),
  AuthorizerType: 'REQUEST',
  AuthorizerUri: arn('Fn'),
})

/** What a delivery takes, and the same with what is missing; why it is refused. */
const cases: readonly (readonly [string, Resources, Resources, string | RegExp])[] = [
  [
    'an alarm → a topic with a policy of its own',
    { Alarm: alarm, Topic: resource('AWS::SNS::Topic'), Policy: topicPolicy(onlyTls, publish) },
    { Policy: topicPolicy(onlyTls) },
    /the alarm Alarm: cloudwatch.amazonaws.com is not authorized to perform: sns:Publish/,
  ],
  [
    'an alarm → a topic that lets in another account’s alarms',
    { Alarm: alarm, Topic: resource('AWS::SNS::Topic') },
    {
      Policy: topicPolicy({
        ...publish,
        Condition: { StringEquals: { 'aws:SourceAccount': '111111111111' } },
      }),
    },
    'the alarm Alarm',
  ],
  [
    'an alarm → a topic with a key',
    {
      Alarm: alarm,
      Topic: resource('AWS::SNS::Topic', { KmsMasterKeyId: ref('Key') }),
      Key: key(letsUseKey('cloudwatch.amazonaws.com')),
    },
    { Key: key(letsUseKey('s3.amazonaws.com')) },
    /the alarm Alarm: cloudwatch.amazonaws.com is not authorized to perform: kms:GenerateDataKey/,
  ],
  [
    'an alarm → a topic with the key that AWS manages',
    { Alarm: alarm, Topic: resource('AWS::SNS::Topic') },
    { Topic: resource('AWS::SNS::Topic', { KmsMasterKeyId: 'alias/aws/sns' }) },
    'cloudwatch.amazonaws.com may not use alias/aws/sns',
  ],
  [
    'S3 → a queue',
    { Bucket: bucket, Queue: queue(), Policy: queuePolicy('Queue', 's3.amazonaws.com') },
    { Policy: queuePolicy('Queue', 's3.amazonaws.com', { StringEquals: { 'aws:SourceAccount': '1' } }) },
    /the notifications of s-bucket: s3.amazonaws.com is not authorized to perform: sqs:SendMessage/,
  ],
  [
    'S3 → a queue with a key',
    {
      Bucket: bucket,
      Queue: queue({ KmsMasterKeyId: arn('Key') }),
      Policy: queuePolicy('Queue', 's3.amazonaws.com'),
      Key: key(letsUseKey('s3.amazonaws.com')),
    },
    { Key: key({ ...account, Action: 'kms:*', Resource: '*' }) },
    /s3.amazonaws.com is not authorized to perform: kms:GenerateDataKey/,
  ],
  [
    'an event rule → a queue',
    { Rule: rule(), Queue: queue(), Policy: queuePolicy('Queue', 'events.amazonaws.com', ofRule) },
    { Policy: queuePolicy('Queue', 'sns.amazonaws.com') },
    /the target of Rule: events.amazonaws.com is not authorized/,
  ],
  [
    'an event rule → its dead letters',
    {
      Rule: rule({ DeadLetterConfig: { Arn: arn('Dead') } }),
      Queue: queue(),
      Dead: queue(),
      Policy: queuePolicy('Queue', 'events.amazonaws.com', ofRule),
      DeadPolicy: queuePolicy('Dead', 'events.amazonaws.com', ofRule),
    },
    { DeadPolicy: queuePolicy('Dead', 's3.amazonaws.com') },
    /the dead letters of Rule: events.amazonaws.com is not authorized/,
  ],
  [
    'a schedule → its role → a queue',
    { Sweep: schedule(), Queue: queue(), Role: role(scheduler, sends) },
    { Role: role(scheduler) },
    /the schedule Sweep: User: .*S-Role\/local is not authorized to perform: sqs:SendMessage/,
  ],
  [
    'a schedule → a role that it may take on',
    { Sweep: schedule(), Queue: queue(), Role: role(scheduler, sends) },
    { Role: role(lambda, sends) },
    /the schedule Sweep: scheduler.amazonaws.com is not authorized to perform: sts:AssumeRole/,
  ],
  [
    'a schedule → its dead letters',
    {
      Sweep: schedule({ DeadLetterConfig: { Arn: arn('Dead') } }),
      Queue: queue(),
      Dead: queue(),
      Role: role(scheduler, sends, may(['sqs:SendMessage'], arn('Dead'))),
    },
    { Role: role(scheduler, sends) },
    /the dead letters of the schedule Sweep: .*sqs:SendMessage on resource: .*S-Dead/,
  ],
  [
    'a schedule → a queue with a key',
    {
      Sweep: schedule(),
      Queue: queue({ KmsMasterKeyId: arn('Key') }),
      Key: key({ ...account, Action: 'kms:*', Resource: '*' }),
      Role: role(scheduler, sends, may(keyUse, arn('Key'))),
    },
    { Role: role(scheduler, sends) },
    /the schedule Sweep: .*kms:GenerateDataKey/,
  ],
  [
    'a queue → the function’s role',
    { Source: source(arn('Queue')), Queue: queue(), Fn: fn(), FnRole: role(lambda, receives) },
    { FnRole: role(lambda) },
    /Source: .*sqs:ReceiveMessage/,
  ],
  [
    'a stream → the function’s role',
    { Source: source(streamArn), Table: table(), Fn: fn(), FnRole: role(lambda, ...streams) },
    { FnRole: role(lambda, ...streams.slice(0, 1)) },
    /Source: .*dynamodb:ListStreams/,
  ],
  [
    'a stream of a table with a key → the function’s role',
    {
      Source: source(streamArn),
      Table: table({ Replicas: [{ SSESpecification: { KMSMasterKeyId: arn('Key') } }] }),
      Fn: fn(),
      FnRole: role(lambda, ...streams),
      Key: key({ Effect: 'Allow', Principal: { AWS: '*' }, Action: keyUse, Resource: '*' }),
    },
    { Key: key({ ...account, Action: 'kms:*', Resource: '*' }) },
    /Source: .*kms:Decrypt/,
  ],
  [
    'what failed in a stream → a queue',
    {
      Source: source(streamArn, failures(arn('Queue'))),
      Table: table(),
      Queue: queue(),
      Fn: fn(),
      FnRole: role(lambda, ...streams, sends),
    },
    { FnRole: role(lambda, ...streams) },
    /Source: .*sqs:SendMessage/,
  ],
  [
    'what failed in a stream → a bucket',
    {
      Source: source(streamArn, failures(arn('Bucket'))),
      Table: table(),
      Bucket: resource('AWS::S3::Bucket'),
      Fn: fn(),
      FnRole: role(
        lambda,
        ...streams,
        may(['s3:PutObject'], { 'Fn::Join': ['', [arn('Bucket'), '/*']] }),
        may(['s3:ListBucket'], arn('Bucket')),
      ),
    },
    {
      FnRole: role(lambda, ...streams, may(['s3:PutObject'], { 'Fn::Join': ['', [arn('Bucket'), '/*']] })),
    },
    /Source: .*s3:ListBucket/,
  ],
  [
    'a function → its log',
    {
      Fn: fn({ LoggingConfig: { LogGroup: ref('Log') } }),
      Log: resource('AWS::Logs::LogGroup'),
      FnRole: role(lambda, may(['logs:CreateLogStream', 'logs:PutLogEvents'], arn('Log'))),
    },
    { FnRole: role(lambda) },
    /the log of S-Fn: .*logs:CreateLogStream/,
  ],
  [
    'a function → its traces',
    {
      Fn: fn({ TracingConfig: { Mode: 'Active' } }),
      FnRole: role(lambda, may(['xray:PutTraceSegments', 'xray:PutTelemetryRecords'], '*')),
    },
    { FnRole: role(lambda) },
    /the traces of S-Fn: .*xray:PutTraceSegments/,
  ],
  [
    'Lambda → the function’s role',
    { Fn: fn(), FnRole: role(lambda) },
    { FnRole: role('ec2.amazonaws.com') },
    /S-Fn: lambda.amazonaws.com is not authorized to perform: sts:AssumeRole/,
  ],
  [
    'API Gateway → the function of a route',
    {
      ...api,
      Route: route('GET /v1/claims/{claimId}'),
      Permission: permission(apiGateway, called('/*/*/v1/claims/{claimId}')),
    },
    { Permission: permission(apiGateway, called('/*/POST/*')) },
    /the route GET \/v1\/claims\/\{claimId\}: apigateway.amazonaws.com is not authorized to perform: lambda:InvokeFunction/,
  ],
  [
    'API Gateway → the function of $default',
    { ...api, Route: route('$default'), Permission: permission(apiGateway, called('/*/$default')) },
    // Four parts, and `$default` has three.
    { Permission: permission(apiGateway, called('/*/*/*')) },
    'the route $default: apigateway.amazonaws.com is not authorized',
  ],
  [
    'API Gateway → an alias of the function, which has a policy of its own',
    {
      ...api,
      Live: resource('AWS::Lambda::Alias', { Name: 'live', FunctionName: ref('Fn') }),
      Integration: resource('AWS::ApiGatewayV2::Integration', { IntegrationUri: ref('Live') }),
      Route: route('GET /x'),
      Permission: resource('AWS::Lambda::Permission', {
        Action: 'lambda:InvokeFunction',
        FunctionName: ref('Live'),
        Principal: apiGateway,
      }),
    },
    { Permission: permission(apiGateway) },
    /the route GET \/x: .*function:S-Fn:live/,
  ],
  [
    'CodeDeploy → the role that moves aliases',
    {
      Group: resource('AWS::CodeDeploy::DeploymentGroup', { ServiceRoleArn: arn('Role') }),
      Role: role(
        'codedeploy.amazonaws.com',
        may(['lambda:GetAlias', 'lambda:UpdateAlias', 'cloudwatch:DescribeAlarms'], '*'),
      ),
    },
    { Role: role('codedeploy.amazonaws.com', may(['lambda:GetAlias', 'lambda:UpdateAlias'], '*')) },
    /the deployments of Group: .*cloudwatch:DescribeAlarms/,
  ],
  [
    'API Gateway → an authorizer that is a function',
    { ...api, Authorizer: authorizer, Permission: permission(apiGateway, called('/authorizers/*')) },
    { Permission: permission(apiGateway, called('/*/*/*')) },
    'the authorizer Authorizer: apigateway.amazonaws.com is not authorized',
  ],
  [
    'Cognito → a trigger',
    {
      Pool: pool,
      Fn: fn(),
      FnRole: role(lambda),
      Permission: permission('cognito-idp.amazonaws.com', arn('Pool')),
    },
    { Permission: permission(apiGateway) },
    /the trigger PreTokenGenerationConfig of Pool: cognito-idp.amazonaws.com is not authorized/,
  ],
  [
    'a topic → a queue',
    {
      Subscription: subscription,
      Topic: resource('AWS::SNS::Topic'),
      Queue: queue(),
      Policy: queuePolicy('Queue', 'sns.amazonaws.com', { ArnEquals: { 'aws:SourceArn': ref('Topic') } }),
    },
    { Policy: queuePolicy('Queue', 's3.amazonaws.com') },
    /the subscription Subscription: sns.amazonaws.com is not authorized to perform: sqs:SendMessage/,
  ],
  [
    'a queue → a queue that takes its dead letters',
    {
      Queue: queue({ RedrivePolicy: { deadLetterTargetArn: arn('Dead'), maxReceiveCount: 3 } }),
      Dead: queue({
        RedriveAllowPolicy: { redrivePermission: 'byQueue', sourceQueueArns: [arn('Queue')] },
      }),
    },
    { Dead: queue({ RedriveAllowPolicy: { redrivePermission: 'denyAll' } }) },
    'the dead letters of Queue: Dead takes none of it',
  ],
]

describe('a delivery from one service to another', () => {
  it.each(cases)(
    'is refused where a policy is missing, and only there: %s',
    async (_, allowed, missing, why) => {
      await checked(allowed)
      await expect(checked({ ...allowed, ...missing })).rejects.toThrow(why)
    },
  )

  it.each([
    ['a type that nobody has said anything of', { Pipe: resource('AWS::Pipes::Pipe') }],
    [
      'an alarm that calls a function',
      {
        Alarm: resource('AWS::CloudWatch::Alarm', { AlarmActions: [arn('Fn')] }),
        Fn: fn(),
        FnRole: role(lambda),
      },
    ],
    [
      'an event source that nobody reads here',
      {
        Source: source('arn:aws:kinesis:us-east-1:000000000000:stream/s'),
        Fn: fn(),
        FnRole: role(lambda),
      },
    ],
    [
      'a schedule that calls a function',
      { Sweep: schedule({ Arn: arn('Fn') }), Fn: fn(), Role: role(scheduler), FnRole: role(lambda) },
    ],
  ])('keeps the service from starting where it isn’t checked: %s', async (_, resources) => {
    await expect(checked(resources)).rejects.toThrow("this kind of delivery isn't checked here")
  })

  it('from SES is taken by the default bus alone', async () => {
    const events = (bus: string) =>
      resource('AWS::SES::ConfigurationSetEventDestination', {
        ConfigurationSetName: 'set',
        EventDestination: {
          Enabled: true,
          MatchingEventTypes: ['bounce'],
          EventBridgeDestination: { EventBusArn: `arn:aws:events:us-east-1:000000000000:event-bus/${bus}` },
        },
      })
    await checked({ Events: events('default') })
    await expect(checked({ Events: events('own') })).rejects.toThrow(
      'Events: SES publishes on the default bus only',
    )
  })
})
