/**
 * Reads the deliveries of each type of resource. A type that is neither here nor among those without deliveries keeps
 * the service from starting: otherwise its mistakes would be found in production.
 */
import * as z from 'zod'
import { parseProperties } from '../template/resolve-template.ts'
import { deliver, type DeliveryReader, UncheckedDeliveryError } from './delivery.ts'
import { mailEvents, rule, schedule } from './event-deliveries.ts'
import { eventInvoke, eventSource, lambdaFunction } from './function-deliveries.ts'
import { apiAuthorizer, apiRoute } from './http-api-deliveries.ts'
import { alarm, bucket, queue, subscription } from './notification-deliveries.ts'

const triggers = z.looseObject({ LambdaArn: z.string() })
const poolProperties = z.looseObject({
  LambdaConfig: z.record(z.string(), z.union([z.string(), triggers])).default({}),
})
/** Cognito encrypts what it sends to these triggers. The key would have to be checked too. */
const encryptedTriggers = ['CustomEmailSender', 'CustomSMSSender', 'KMSKeyID']

const userPool: DeliveryReader = (resource, { template }) => {
  const { LambdaConfig } = parseProperties(poolProperties, resource)
  return Object.entries(LambdaConfig).map(([name, trigger]) => {
    const what = `the trigger ${name} of ${resource.logicalId}`
    if (encryptedTriggers.includes(name)) throw new UncheckedDeliveryError(what, 'encrypted')
    const sourceArn = template.attribute(resource.logicalId, 'Arn')
    const arn = typeof trigger === 'string' ? trigger : trigger.LambdaArn
    return deliver(what, { service: 'cognito-idp.amazonaws.com', sourceArn }, arn, ['lambda'])
  })
}

const groupProperties = z.looseObject({
  ServiceRoleArn: z.string(),
  TriggerConfigurations: z.never().optional(),
})

/** CodeDeploy moves aliases under a role, and reads alarms to know whether to continue. */
const deploymentGroup: DeliveryReader = (resource) => {
  const { ServiceRoleArn } = parseProperties(groupProperties, resource)
  return [
    {
      what: `the deployments of ${resource.logicalId}`,
      sender: { role: ServiceRoleArn, assumedBy: 'codedeploy.amazonaws.com' },
      actions: ['lambda:GetAlias', 'lambda:UpdateAlias', 'cloudwatch:DescribeAlarms'],
      resource: '*',
    },
  ]
}

export const deliveryReaders: Readonly<Record<string, DeliveryReader>> = {
  'AWS::ApiGatewayV2::Authorizer': apiAuthorizer,
  'AWS::ApiGatewayV2::Route': apiRoute,
  'AWS::CloudWatch::Alarm': alarm,
  'AWS::CloudWatch::CompositeAlarm': alarm,
  'AWS::CodeDeploy::DeploymentGroup': deploymentGroup,
  'AWS::Cognito::UserPool': userPool,
  'AWS::Events::Rule': rule,
  'AWS::Lambda::EventInvokeConfig': eventInvoke,
  'AWS::Lambda::EventSourceMapping': eventSource,
  'AWS::Lambda::Function': lambdaFunction,
  'AWS::S3::Bucket': bucket,
  'AWS::SES::ConfigurationSetEventDestination': mailEvents,
  'AWS::SNS::Subscription': subscription,
  'AWS::SQS::Queue': queue,
  'AWS::Scheduler::Schedule': schedule,
}

/** Types that deliver nothing, or only as part of another resource. */
export const typesWithoutDeliveries: ReadonlySet<string> = new Set([
  'AWS::ApiGatewayV2::Api',
  'AWS::ApiGatewayV2::ApiMapping',
  'AWS::ApiGatewayV2::DomainName',
  // Called through its routes.
  'AWS::ApiGatewayV2::Integration',
  // API Gateway adds the permission for the access log to the log group when it creates the stage.
  'AWS::ApiGatewayV2::Stage',
  'AWS::CDK::Metadata',
  'AWS::CertificateManager::Certificate',
  'AWS::CloudWatch::Dashboard',
  'AWS::CodeDeploy::Application',
  'AWS::Cognito::UserPoolClient',
  'AWS::Cognito::UserPoolDomain',
  'AWS::Cognito::UserPoolGroup',
  'AWS::Cognito::UserPoolResourceServer',
  // An event source reads its stream.
  'AWS::DynamoDB::GlobalTable',
  'AWS::DynamoDB::Table',
  'AWS::Events::EventBus',
  'AWS::IAM::ManagedPolicy',
  'AWS::IAM::Policy',
  'AWS::IAM::Role',
  'AWS::KMS::Alias',
  'AWS::KMS::Key',
  'AWS::Lambda::Alias',
  'AWS::Lambda::Permission',
  'AWS::Lambda::Version',
  'AWS::Logs::LogGroup',
  // CloudWatch writes these metrics itself.
  'AWS::Logs::MetricFilter',
  'AWS::Route53::RecordSet',
  'AWS::S3::BucketPolicy',
  'AWS::SES::ConfigurationSet',
  'AWS::SES::EmailIdentity',
  'AWS::SNS::TopicPolicy',
  'AWS::SNS::Topic',
  'AWS::SQS::QueuePolicy',
  'AWS::SSM::Parameter',
  'AWS::Scheduler::ScheduleGroup',
])
