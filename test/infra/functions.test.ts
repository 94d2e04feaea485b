import { readdirSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { type FunctionName, functions, logicalId } from '../../infra/functions.ts'
import { projectRoot } from '../../infra/project.ts'
import { functionVariables } from '../../shared/contracts/environment.ts'
import { type Resource, synthesizedTemplate } from './template.ts'

const template = await synthesizedTemplate()

const oneOrMore = z.union([z.string(), z.array(z.string())]).transform((value) => [value].flat())
const policiesSchema = z.array(
  z.object({
    PolicyDocument: z.object({
      Statement: z.array(
        z.object({
          Effect: z.literal('Allow'),
          Action: oneOrMore,
          Resource: oneOrMore,
          Condition: z.unknown().optional(),
        }),
      ),
    }),
  }),
)

const statementsOf = (role: Resource) =>
  policiesSchema
    .parse(role.properties.Policies ?? [])
    .flatMap(({ PolicyDocument }) => PolicyDocument.Statement)

const names = Object.keys(functions).filter((name): name is FunctionName => Object.hasOwn(functions, name))

const functionSchema = z.object({
  Runtime: z.string(),
  Architectures: z.array(z.string()),
  Handler: z.string(),
  Timeout: z.number(),
  Role: z.string(),
  LoggingConfig: z.object({ LogGroup: z.string() }),
  Environment: z.object({ Variables: z.record(z.string(), z.string()) }).optional(),
})

const fnOf = (name: FunctionName) => functionSchema.parse(template.get(logicalId(name)).properties)
const roleOf = (name: FunctionName) => template.get(fnOf(name).Role.replace(/\.Arn$/, ''))

/** Resource → the actions on it, as the role of the function has them. */
function allowedTo(role: Resource): Record<string, string[]> {
  const allowed: Record<string, string[]> = {}
  for (const { Action, Resource: resources } of statementsOf(role)) {
    for (const resource of resources) allowed[resource] = [...(allowed[resource] ?? []), ...Action].sort()
  }
  return allowed
}

const items = (...actions: string[]) => actions.map((action) => `dynamodb:${action}`).sort()
const receive = [
  'sqs:ChangeMessageVisibility',
  'sqs:DeleteMessage',
  'sqs:GetQueueAttributes',
  'sqs:ReceiveMessage',
]
const send = ['sqs:SendMessage']
const read = ['s3:GetObject']
const write = ['s3:AbortMultipartUpload', 's3:PutObject']
const query = ['dynamodb:Query']
const trace = ['xray:PutTelemetryRecords', 'xray:PutTraceSegments']

/** The whole of what each function may do, besides writing its own log and being traced. */
const permissions: Record<FunctionName, Record<string, string[]>> = {
  'admin-api': {
    'Table.Arn': items(
      'GetItem',
      'BatchGetItem',
      'Query',
      'PutItem',
      'UpdateItem',
      'DeleteItem',
      'BatchWriteItem',
      'PartiQLUpdate',
    ),
    'Table.Arn/index/accountsByOrg': query,
    'Table.Arn/index/accountsByDomain': query,
    'Table.Arn/index/claimsByOrg': query,
    'Table.Arn/index/outgoingClaims': query,
    'Bucket.Arn/imports/*': [...read, 's3:PutObject'],
    'Bucket.Arn': ['s3:ListBucket'],
    'Bucket.Arn/directory/*': ['s3:PutObject'],
    'Bucket.Arn/reports/*': read,
    'Bucket.Arn/exports/*': read,
    'Bucket.Arn/syncs/*': read,
  },
  'platform-api': {
    'Table.Arn': items(
      'GetItem',
      'BatchGetItem',
      'Query',
      'PutItem',
      'UpdateItem',
      'DeleteItem',
      'ConditionCheckItem',
    ),
    'Table.Arn/index/accountsByOrg': query,
    'Bucket.Arn/reports/*': read,
  },
  decisions: {
    'Table.Arn': items('GetItem', 'BatchGetItem', 'PutItem', 'UpdateItem', 'DeleteItem'),
  },
  openapi: {},
  console: {},
  import: {
    'ImportsQueue.Arn': [...receive, ...send],
    'ImportsDeadLetters.Arn': send,
    'ImportRowsQueue.Arn': send,
    'ReportsQueue.Arn': send,
    'Bucket.Arn/imports/*': read,
    'Bucket.Arn/accounts/*': read,
    'Bucket.Arn': ['s3:ListBucket'],
    'Table.Arn': items('GetItem', 'Query', 'PutItem', 'UpdateItem'),
  },
  'import-rows': {
    'ImportRowsQueue.Arn': receive,
    'ImportRowsDeadLetters.Arn': send,
    'Bucket.Arn/imports/*': read,
    'Bucket.Arn/accounts/*': read,
    'Bucket.Arn': ['s3:ListBucket'],
    'ReportsQueue.Arn': send,
    'Table.Arn': items(
      'GetItem',
      'BatchGetItem',
      'Query',
      'PutItem',
      'UpdateItem',
      'DeleteItem',
      'PartiQLUpdate',
    ),
  },
  report: {
    'ReportsQueue.Arn': receive,
    'ReportsDeadLetters.Arn': send,
    'Bucket.Arn/imports/*': read,
    'Bucket.Arn/accounts/*': read,
    'Bucket.Arn': ['s3:ListBucket'],
    'Bucket.Arn/reports/*': write,
    'Table.Arn': items('GetItem', 'Query', 'UpdateItem'),
  },
  effects: {
    'Table.StreamArn': items('DescribeStream', 'GetRecords', 'GetShardIterator'),
    '*': items('ListStreams'),
    'Table.Arn': items('GetItem', 'PutItem', 'UpdateItem', 'BatchWriteItem'),
    'MailsQueue.Arn': send,
    'ImportsQueue.Arn': send,
    'MigrationsQueue.Arn': send,
    'ExportsQueue.Arn': send,
    'SyncsQueue.Arn': send,
    'PurgesQueue.Arn': send,
    'Bucket.Arn/aws/lambda/*': ['s3:PutObject'],
    'Bucket.Arn': ['s3:ListBucket'],
    'arn:AWS::Partition:scheduler:AWS::Region:AWS::AccountId:schedule/ScheduleGroup/*': [
      'scheduler:CreateSchedule',
      'scheduler:UpdateSchedule',
    ],
    'ScheduleRole.Arn': ['iam:PassRole'],
    'EventBus.Arn': ['events:PutEvents'],
  },
  mail: {
    'MailsQueue.Arn': [...receive, ...send],
    'MailsDeadLetters.Arn': send,
    'Table.Arn': items(
      'GetItem',
      'BatchGetItem',
      'Query',
      'PutItem',
      'UpdateItem',
      'PartiQLInsert',
      'PartiQLUpdate',
    ),
    'Bucket.Arn/reports/*': read,
    'arn:AWS::Partition:ses:AWS::Region:AWS::AccountId:identity/MailIdentity': ['ses:SendEmail'],
    'arn:AWS::Partition:ses:AWS::Region:AWS::AccountId:configuration-set/MailConfigurationSet': [
      'ses:SendEmail',
    ],
  },
  due: {
    'DueQueue.Arn': [...receive, ...send],
    'DueDeadLetters.Arn': send,
    'MigrationsQueue.Arn': ['sqs:GetQueueAttributes', ...send],
    'MailsQueue.Arn': send,
    'SyncsQueue.Arn': send,
    'PurgesQueue.Arn': ['sqs:GetQueueAttributes', ...send],
    'ImportsQueue.Arn': send,
    'ExportsQueue.Arn': send,
    'Table.Arn': items('GetItem', 'BatchGetItem', 'UpdateItem'),
    'Table.Arn/index/dueWork': query,
  },
  migrate: {
    'MigrationsQueue.Arn': [...receive, ...send],
    'MigrationsDeadLetters.Arn': send,
    'Table.Arn': items(
      'GetItem',
      'BatchGetItem',
      'Query',
      'PutItem',
      'UpdateItem',
      'DeleteItem',
      'PartiQLUpdate',
    ),
  },
  export: {
    'ExportsQueue.Arn': receive,
    'ExportsDeadLetters.Arn': send,
    'Table.Arn': items('GetItem', 'BatchGetItem', 'Query', 'UpdateItem'),
    'Table.Arn/index/accountsByDomain': query,
    'Table.Arn/index/claimsByOrg': query,
    'Bucket.Arn/exports/*': write,
  },
  feedback: {
    'FeedbackQueue.Arn': receive,
    'FeedbackDeadLetters.Arn': send,
    'Table.Arn': items('BatchGetItem', 'PutItem', 'UpdateItem'),
  },
  sync: {
    'SyncsQueue.Arn': [...receive, ...send],
    'SyncsDeadLetters.Arn': send,
    'Table.Arn': items('GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem'),
    'Table.Arn/index/accountsByOrg': query,
    'Table.Arn/index/claimsByOrg': query,
    'Bucket.Arn/directory/*': ['s3:DeleteObject', ...read],
    'Bucket.Arn/syncs/*': ['s3:AbortMultipartUpload', 's3:DeleteObject', 's3:GetObject', 's3:PutObject'],
    'Bucket.Arn': ['s3:ListBucket'],
  },
  deletion: {
    'PurgesQueue.Arn': [...receive, ...send],
    'PurgesDeadLetters.Arn': send,
    'Table.Arn': items(
      'GetItem',
      'BatchGetItem',
      'Query',
      'PutItem',
      'UpdateItem',
      'DeleteItem',
      'BatchWriteItem',
    ),
    'Table.Arn/index/accountsByOrg': query,
    'Table.Arn/index/claimsByOrg': query,
    'Table.Arn/index/outgoingClaims': query,
    'Bucket.Arn/imports/*': ['s3:DeleteObject'],
    'Bucket.Arn/reports/*': ['s3:DeleteObject'],
    'Bucket.Arn/exports/*': ['s3:DeleteObject'],
    'Bucket.Arn/directory/*': ['s3:DeleteObject'],
    'Bucket.Arn/syncs/*': ['s3:DeleteObject'],
    'Bucket.Arn': ['s3:ListBucket'],
  },
  'pool-token': {},
}

/** Resources with a wildcard in them, and why they can't be named. */
const wildcards: Record<string, string> = {
  'Bucket.Arn/imports/*': 'uploads, named by admins',
  'Bucket.Arn/aws/lambda/*': 'Lambda names what it puts aside by time',
  'Bucket.Arn/accounts/*': 'bulk loads, named by the platform',
  'Bucket.Arn/reports/*': 'a report per import',
  'Bucket.Arn/exports/*': 'a list per export',
  'Bucket.Arn/directory/*': 'a directory per sync',
  'Bucket.Arn/syncs/*': 'what a sync works on, and its outcome',
  'arn:AWS::Partition:scheduler:AWS::Region:AWS::AccountId:schedule/ScheduleGroup/*':
    'a schedule per due minute',
  '*': 'dynamodb:ListStreams and X-Ray know no resource',
}

describe('the functions', () => {
  it('are those of the folders under functions/, and no other Lambda function is deployed', () => {
    const folders = readdirSync(`${projectRoot}/functions`, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => entry.name)
    expect([...names].sort()).toEqual(folders.sort())
    expect(
      template
        .ofType('AWS::Lambda::Function')
        .map(({ id }) => id)
        .sort(),
    ).toEqual(names.map(logicalId).sort())
  })

  it.each(names)('%s runs on Node 24 and arm64', (name) => {
    expect(fnOf(name)).toMatchObject({
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      Handler: 'index.handler',
    })
  })

  it.each(names)('%s is told exactly what the table of variables says', (name) => {
    expect(Object.keys(fnOf(name).Environment?.Variables ?? {}).sort()).toEqual(
      [...functionVariables[name], 'POWERTOOLS_METRICS_NAMESPACE'].sort(),
    )
  })

  it.each(['admin-api', 'platform-api', 'decisions', 'openapi'] as const)(
    '%s ends before API Gateway stops waiting for it after 30 s',
    (name) => {
      expect(fnOf(name).Timeout).toBeLessThan(30)
    },
  )

  it.each(names)('%s writes to a log group of its own that forgets after 90 days', (name) => {
    const { LogGroup } = fnOf(name).LoggingConfig
    expect(template.get(LogGroup).properties).toEqual({ RetentionInDays: 90 })
    expect(names.filter((other) => fnOf(other).LoggingConfig.LogGroup === LogGroup)).toEqual([name])
  })
})

describe('the permissions', () => {
  it.each(names)('%s may do what is listed for it and no more', (name) => {
    const allowed = allowedTo(roleOf(name))
    const { [`${fnOf(name).LoggingConfig.LogGroup}.Arn`]: log, '*': unbound = [], ...rest } = allowed
    expect(log).toEqual(['logs:CreateLogStream', 'logs:PutLogEvents'])
    const { '*': listed = [], ...others } = permissions[name]
    expect(unbound).toEqual([...listed, ...trace].sort())
    expect(rest).toEqual(others)
  })

  it.each(names)('%s has a role that only Lambda may assume and that no other function has', (name) => {
    const role = roleOf(name)
    expect(role.properties.AssumeRolePolicyDocument).toMatchObject({
      Statement: [{ Action: 'sts:AssumeRole', Principal: { Service: 'lambda.amazonaws.com' } }],
    })
    expect(names.filter((other) => fnOf(other).Role === `${role.id}.Arn`)).toEqual([name])
  })

  it('are in the roles themselves: nothing is attached from elsewhere', () => {
    expect(template.ofType('AWS::IAM::Policy')).toEqual([])
    expect(template.ofType('AWS::IAM::ManagedPolicy')).toEqual([])
    const attached = template
      .ofType('AWS::IAM::Role')
      .flatMap((role) => role.properties.ManagedPolicyArns ?? [])
    // That of CodeDeploy, which moves the aliases: AWS's own, for just this.
    expect(attached).toEqual([expect.stringMatching(/service-role\/AWSCodeDeployRoleForLambdaLimited$/)])
  })

  it('name every action, and every resource save those explained here', () => {
    const statements = template.ofType('AWS::IAM::Role').flatMap(statementsOf)
    expect(statements.flatMap(({ Action }) => Action).filter((action) => action.includes('*'))).toEqual([])
    const wild = statements.flatMap(({ Resource }) => Resource).filter((resource) => resource.includes('*'))
    expect([...new Set(wild)].sort()).toEqual(Object.keys(wildcards).sort())
  })

  it('give ListStreams, tracing and nothing else on every resource', () => {
    const unbound = template
      .ofType('AWS::IAM::Role')
      .flatMap(statementsOf)
      .filter(({ Resource }) => Resource.includes('*'))
    expect(new Set(unbound.flatMap(({ Action }) => Action))).toEqual(
      new Set(['dynamodb:ListStreams', ...trace]),
    )
  })

  it('let effects pass the schedules their role, to EventBridge Scheduler alone', () => {
    const passing = statementsOf(roleOf('effects')).filter(({ Action }) => Action.includes('iam:PassRole'))
    expect(passing).toEqual([
      expect.objectContaining({
        Resource: ['ScheduleRole.Arn'],
        Condition: { StringEquals: { 'iam:PassedToService': 'scheduler.amazonaws.com' } },
      }),
    ])
  })

  it('let a schedule of this group wake who looks for due work, or who does it, and nothing else', () => {
    const role = template.get('ScheduleRole')
    expect(allowedTo(role)).toEqual({
      'DueQueue.Arn': ['sqs:SendMessage'],
      'DueDeadLetters.Arn': ['sqs:SendMessage'],
      'MailsQueue.Arn': ['sqs:SendMessage'],
      'MailsDeadLetters.Arn': ['sqs:SendMessage'],
      'MigrationsQueue.Arn': ['sqs:SendMessage'],
      'MigrationsDeadLetters.Arn': ['sqs:SendMessage'],
    })
    expect(role.properties.AssumeRolePolicyDocument).toMatchObject({
      Statement: [
        {
          Principal: { Service: 'scheduler.amazonaws.com' },
          Condition: {
            StringEquals: {
              'aws:SourceAccount': 'AWS::AccountId',
              'aws:SourceArn': 'ScheduleGroup.Arn',
            },
          },
        },
      ],
    })
  })
})
