import { describe, expect, it } from 'vitest'
import { tableSchema } from '../../../shared/storage/schema.ts'
import { foreignIssuer, synthesizedTemplate } from '../template.ts'

const template = await synthesizedTemplate()
const key = (partition: string, sort: string) => [
  { AttributeName: partition, KeyType: 'HASH' },
  { AttributeName: sort, KeyType: 'RANGE' },
]

describe('the table', () => {
  const table = template.get('Table')

  it('has the keys, indexes and stream of shared/storage/schema.ts', () => {
    expect(table.type).toBe('AWS::DynamoDB::GlobalTable')
    expect(table.properties).toMatchObject({
      KeySchema: key(tableSchema.partitionKey, tableSchema.sortKey),
      GlobalSecondaryIndexes: tableSchema.indexes.map((index) => ({
        IndexName: index.name,
        KeySchema: key(index.partitionKey, index.sortKey),
        Projection: { ProjectionType: 'KEYS_ONLY' },
      })),
      StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' },
    })
  })

  it('is paid by request', () => {
    expect(table.properties.BillingMode).toBe('PAY_PER_REQUEST')
  })

  it('is as warm as asked, and each index too: one that takes less holds the table back', async () => {
    const warm = await synthesizedTemplate({ ...foreignIssuer, warmThroughput: '20000' })
    const WarmThroughput = { ReadUnitsPerSecond: 12_000, WriteUnitsPerSecond: 20_000 }
    expect(warm.get('Table').properties).toMatchObject({
      WarmThroughput,
      GlobalSecondaryIndexes: tableSchema.indexes.map(() => ({ WarmThroughput })),
    })
    expect(JSON.stringify(table.properties)).not.toContain('WarmThroughput')
  })

  it('forgets what has expired', () => {
    expect(table.properties.TimeToLiveSpecification).toEqual({
      AttributeName: tableSchema.ttlAttribute,
      Enabled: true,
    })
  })

  it('can be restored to any second of the last seven days, and not be deleted', () => {
    expect(table.properties.Replicas).toMatchObject([
      {
        DeletionProtectionEnabled: true,
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true, RecoveryPeriodInDays: 7 },
      },
    ])
  })

  it("is encrypted with a key of the account's own when asked, usable by way of DynamoDB alone", async () => {
    expect(template.ofType('AWS::KMS::Key')).toEqual([])
    const own = await synthesizedTemplate({ ...foreignIssuer, customerManagedKey: 'true' })
    expect(own.get('Table').properties).toMatchObject({
      Replicas: [{ SSESpecification: { KMSMasterKeyId: 'TableKey.Arn' } }],
      SSESpecification: { SSEEnabled: true, SSEType: 'KMS' },
    })
    expect(own.get('TableKey').properties).toMatchObject({
      EnableKeyRotation: true,
      KeyPolicy: {
        Statement: [
          { Principal: { AWS: 'arn:AWS::Partition:iam::AWS::AccountId:root' } },
          {
            Condition: {
              StringEquals: {
                'kms:CallerAccount': 'AWS::AccountId',
                'kms:ViaService': 'dynamodb.AWS::Region.AWS::URLSuffix',
              },
            },
          },
        ],
      },
    })
  })
})

describe('the bucket', () => {
  const bucket = template.get('Bucket').properties

  it('is closed to the public, encrypted and reachable by TLS alone', () => {
    expect(bucket.PublicAccessBlockConfiguration).toEqual({
      BlockPublicAcls: true,
      BlockPublicPolicy: true,
      IgnorePublicAcls: true,
      RestrictPublicBuckets: true,
    })
    expect(bucket.BucketEncryption).toBeDefined()
    const [policy] = template.ofType('AWS::S3::BucketPolicy')
    expect(policy?.properties).toMatchObject({
      Bucket: 'Bucket',
      PolicyDocument: {
        Statement: [
          { Effect: 'Deny', Action: 's3:*', Condition: { Bool: { 'aws:SecureTransport': 'false' } } },
        ],
      },
    })
  })

  it('Y7: keeps objects for less than the 30 days to a deletion and unfinished uploads for one, and no old versions', () => {
    expect(bucket.LifecycleConfiguration).toEqual({
      Rules: [
        { Id: 'expire', Status: 'Enabled', ExpirationInDays: 28 },
        {
          Id: 'abort-uploads',
          Status: 'Enabled',
          AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 },
        },
      ],
    })
    expect(bucket.VersioningConfiguration).toBeUndefined()
  })

  it('tells the queues of every upload under imports/, accounts/ and directory/, and of nothing else', () => {
    const notification = (prefix: string, queue = 'ImportsQueue') => ({
      Event: 's3:ObjectCreated:*',
      Queue: `${queue}.Arn`,
      Filter: { S3Key: { Rules: [{ Name: 'prefix', Value: prefix }] } },
    })
    expect(bucket.NotificationConfiguration).toEqual({
      QueueConfigurations: [
        notification('imports/'),
        notification('accounts/'),
        notification('directory/', 'SyncsQueue'),
      ],
    })
  })

  it('exists only once the queue lets S3 write to it', () => {
    const policies = template
      .ofType('AWS::SQS::QueuePolicy')
      .filter(({ properties }) => JSON.stringify(properties.Queues) === '["ImportsQueue"]')
    expect(policies).toHaveLength(1)
    expect(template.get('Bucket').dependsOn).toEqual(expect.arrayContaining(policies.map(({ id }) => id)))
    expect(policies[0]?.properties.PolicyDocument).toMatchObject({
      Statement: expect.arrayContaining([
        expect.objectContaining({
          Effect: 'Allow',
          Principal: { Service: 's3.amazonaws.com' },
          Action: 'sqs:SendMessage',
          Condition: { StringEquals: { 'aws:SourceAccount': 'AWS::AccountId' } },
        }),
      ]),
    })
  })

  it('lets no page of another origin than the console’s in, unless its origin is given; to upload, and to download where it may call the API', async () => {
    const ownOrigin = 'Api.ApiEndpoint'
    const rule = { AllowedMethods: ['GET', 'POST'], AllowedHeaders: ['*'] }
    expect(bucket.CorsConfiguration).toEqual({ CorsRules: [{ ...rule, AllowedOrigins: [ownOrigin] }] })
    const open = await synthesizedTemplate({
      ...foreignIssuer,
      allowedOrigins: 'https://app.example',
      uploadOrigins: 'https://admin.example, https://console.example',
    })
    expect(open.get('Bucket').properties.CorsConfiguration).toEqual({
      CorsRules: [
        { ...rule, AllowedOrigins: [ownOrigin, 'https://app.example'] },
        {
          AllowedMethods: ['POST'],
          AllowedOrigins: ['https://admin.example', 'https://console.example'],
          AllowedHeaders: ['*'],
        },
      ],
    })
  })
})

describe('what holds state', () => {
  it('keeps its logical id, whatever moves in the code: a changed one is a new and empty resource', () => {
    const stateful = [
      'AWS::DynamoDB::GlobalTable',
      'AWS::S3::Bucket',
      'AWS::SQS::Queue',
      'AWS::Cognito::UserPool',
      'AWS::Events::EventBus',
      'AWS::Scheduler::ScheduleGroup',
      'AWS::SES::EmailIdentity',
      'AWS::ApiGatewayV2::Api',
    ]
    expect(
      template.resources
        .filter(({ type }) => stateful.includes(type))
        .map(({ id }) => id)
        .sort(),
    ).toEqual([
      'Api',
      'Bucket',
      'DueDeadLetters',
      'DueQueue',
      'EventBus',
      'ExportsDeadLetters',
      'ExportsQueue',
      'FeedbackDeadLetters',
      'FeedbackQueue',
      'ImportRowsDeadLetters',
      'ImportRowsQueue',
      'ImportsDeadLetters',
      'ImportsQueue',
      'MailIdentity',
      'MailsDeadLetters',
      'MailsQueue',
      'MigrationsDeadLetters',
      'MigrationsQueue',
      'PurgesDeadLetters',
      'PurgesQueue',
      'ReportsDeadLetters',
      'ReportsQueue',
      'ScheduleGroup',
      'SyncsDeadLetters',
      'SyncsQueue',
      'Table',
      'UserPool',
    ])
  })

  it.each(['Table', 'Bucket', 'UserPool'])('%s outlives the stack', (id) => {
    expect(template.get(id)).toMatchObject({ deletionPolicy: 'Retain', updateReplacePolicy: 'Retain' })
  })
})
