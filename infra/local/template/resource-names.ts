/**
 * What `Ref` and the attributes of each type return, and the physical names that CloudFormation would generate. They
 * stay the same from one start to the next.
 */
import { createHash } from 'node:crypto'
import {
  LOCAL_ACCOUNT_ID as account,
  bucketArn,
  eventBusArn,
  eventRuleArn,
  queueArn,
  LOCAL_REGION as region,
  scheduleArn,
  scheduleGroupArn,
  tableArn,
} from '../aws/names.ts'
import { mappingId } from '../event-sources/failed-batches.ts'

/** Local addresses, without a trailing slash. */
export interface Addresses {
  /** Replaces `https://<api id>.execute-api.<region>.amazonaws.com`. */
  readonly api: string
  /** Replaces `https://sqs.<region>.amazonaws.com`. */
  readonly queues: string
  /** Replaces `https://s3.<region>.amazonaws.com`. */
  readonly objects: string
}

export interface Identity {
  readonly ref: string
  readonly attributes: Readonly<Record<string, string>>
}
export interface Naming {
  /** The property with the resource's name, if the type has one. */
  readonly property?: string
  readonly maxLength?: number
  readonly lowerCase?: boolean
  readonly identity: (name: string, addresses: Addresses, own: (property: string) => string) => Identity
}

export const bucketDomain = (name: string): string => `${name}.s3.${region}.amazonaws.com`

export const arn = (service: string, rest: string): string =>
  `arn:aws:${service}:${region}:${account}:${rest}`
const plain = (ref: string): Identity => ({ ref, attributes: {} })
const withArn = (ref: string, itsArn: string, more: Record<string, string> = {}): Identity => ({
  ref,
  attributes: { Arn: itsArn, ...more },
})
const table: Naming = {
  property: 'TableName',
  identity: (name) =>
    withArn(name, tableArn(name), {
      // A fixed label, since policies name the stream. The emulator's own label differs from start to start.
      StreamArn: `${tableArn(name)}/stream/2026-01-01T00:00:00.000`,
    }),
}

export const namings: Readonly<Record<string, Naming>> = {
  'AWS::DynamoDB::Table': table,
  'AWS::DynamoDB::GlobalTable': table,
  'AWS::SQS::Queue': {
    property: 'QueueName',
    maxLength: 80,
    identity: (name, { queues }) =>
      withArn(`${queues}/${account}/${name}`, queueArn(name), {
        QueueName: name,
        QueueUrl: `${queues}/${account}/${name}`,
      }),
  },
  'AWS::S3::Bucket': {
    property: 'BucketName',
    maxLength: 63,
    lowerCase: true,
    identity: (name) => withArn(name, bucketArn(name), { RegionalDomainName: bucketDomain(name) }),
  },
  'AWS::Lambda::Function': {
    property: 'FunctionName',
    maxLength: 64,
    identity: (name) => withArn(name, arn('lambda', `function:${name}`)),
  },
  'AWS::Lambda::EventSourceMapping': {
    identity: (name) => withArn(mappingId(name), arn('lambda', `event-source-mapping:${mappingId(name)}`)),
  },
  'AWS::Lambda::Version': {
    identity: (_, __, own) => ({
      ref: `${arn('lambda', `function:${own('FunctionName')}`)}:1`,
      attributes: { Version: '1' },
    }),
  },
  'AWS::Lambda::Alias': {
    property: 'Name',
    identity: (name, _, own) => {
      const itsArn = `${arn('lambda', `function:${own('FunctionName')}`)}:${name}`
      return { ref: itsArn, attributes: { AliasArn: itsArn } }
    },
  },
  'AWS::CodeDeploy::Application': { property: 'ApplicationName', identity: plain },
  'AWS::CodeDeploy::DeploymentGroup': { property: 'DeploymentGroupName', identity: plain },
  'AWS::IAM::Role': {
    property: 'RoleName',
    maxLength: 64,
    identity: (name) => withArn(name, `arn:aws:iam::${account}:role/${name}`),
  },
  'AWS::ApiGatewayV2::Api': {
    identity: (name, { api }) => ({ ref: apiId(name), attributes: { ApiEndpoint: api, ApiId: apiId(name) } }),
  },
  'AWS::ApiGatewayV2::Integration': { identity: plain },
  'AWS::ApiGatewayV2::Route': { identity: plain },
  'AWS::ApiGatewayV2::Authorizer': {
    identity: (name) => ({ ref: name, attributes: { AuthorizerId: name } }),
  },
  'AWS::ApiGatewayV2::Stage': { property: 'StageName', identity: plain },
  'AWS::Scheduler::ScheduleGroup': {
    property: 'Name',
    maxLength: 64,
    identity: (name) => withArn(name, scheduleGroupArn(name)),
  },
  'AWS::Scheduler::Schedule': {
    property: 'Name',
    maxLength: 64,
    identity: (name, _, own) => withArn(name, scheduleArn(own('GroupName'), name)),
  },
  'AWS::Events::EventBus': {
    property: 'Name',
    identity: (name) => withArn(name, eventBusArn(name), { Name: name }),
  },
  'AWS::Events::Rule': {
    property: 'Name',
    maxLength: 64,
    // A rule on another bus has the bus's name in its ARN.
    identity: (name) => withArn(name, eventRuleArn(name)),
  },
  'AWS::SES::EmailIdentity': { property: 'EmailIdentity', identity: plain },
  'AWS::SES::ConfigurationSet': { property: 'Name', maxLength: 64, identity: plain },
  'AWS::CloudWatch::Alarm': {
    property: 'AlarmName',
    identity: (name) => withArn(name, arn('cloudwatch', `alarm:${name}`)),
  },
  'AWS::CloudWatch::CompositeAlarm': {
    property: 'AlarmName',
    identity: (name) => withArn(name, arn('cloudwatch', `alarm:${name}`)),
  },
  'AWS::Cognito::UserPool': {
    identity: (name) => {
      const id = `${region}_${name}`
      const host = `cognito-idp.${region}.amazonaws.com/${id}`
      return withArn(id, arn('cognito-idp', `userpool/${id}`), {
        UserPoolId: id,
        ProviderName: host,
        ProviderURL: `https://${host}`,
      })
    },
  },
  'AWS::Cognito::UserPoolClient': {
    identity: (name) => ({ ref: name, attributes: { ClientId: name } }),
  },
  'AWS::Cognito::UserPoolResourceServer': { property: 'Identifier', identity: plain },
  'AWS::Cognito::UserPoolDomain': { property: 'Domain', identity: plain },
  'AWS::SNS::Topic': {
    property: 'TopicName',
    identity: (name) => ({
      ref: arn('sns', name),
      attributes: { TopicArn: arn('sns', name), TopicName: name },
    }),
  },
  'AWS::KMS::Key': {
    identity: (name) => ({ ref: name, attributes: { Arn: arn('kms', `key/${name}`), KeyId: name } }),
  },
  'AWS::Logs::LogGroup': {
    property: 'LogGroupName',
    identity: (name) => withArn(name, arn('logs', `log-group:${name}:*`)),
  },
}

function apiId(name: string): string {
  const hash = createHash('sha256').update(name).digest('hex')
  return BigInt(`0x${hash.slice(0, 16)}`)
    .toString(36)
    .padStart(10, '0')
    .slice(0, 10)
}
