import { CloudFormationClient, paginateListStackResources } from '@aws-sdk/client-cloudformation'
import { CloudWatchClient, GetMetricDataCommand } from '@aws-sdk/client-cloudwatch'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { paginateListSchedules, SchedulerClient } from '@aws-sdk/client-scheduler'
import { SQSClient } from '@aws-sdk/client-sqs'
import type { ServiceInstance } from './service-instance.ts'

/** How far back to look for a metric. SQS measures once a minute, and CloudWatch has the value some minutes later. */
const metricWindowMs = 15 * 60 * 1000
const metricPeriodSeconds = 60

export interface AwsClients {
  readonly cloudFormation: CloudFormationClient
  readonly cloudWatch: CloudWatchClient
  readonly dynamoDb: DynamoDBClient
  readonly scheduler: SchedulerClient
  readonly sqs: SQSClient
}

const ownClients = (): AwsClients => ({
  cloudFormation: new CloudFormationClient({}),
  cloudWatch: new CloudWatchClient({}),
  dynamoDb: new DynamoDBClient({}),
  scheduler: new SchedulerClient({}),
  sqs: new SQSClient({}),
})

/** Finds a stack's resources by their logical ids, which stay the same whatever CloudFormation names the resources. */
export async function awsInstance(
  stack: string,
  clients: AwsClients = ownClients(),
): Promise<ServiceInstance> {
  const { cloudFormation, cloudWatch, dynamoDb, scheduler, sqs } = clients
  const resources = new Map<string, { readonly type: string; readonly id: string }>()
  for await (const page of paginateListStackResources({ client: cloudFormation }, { StackName: stack }))
    for (const { LogicalResourceId, PhysicalResourceId, ResourceType } of page.StackResourceSummaries ?? [])
      if (LogicalResourceId !== undefined && PhysicalResourceId !== undefined)
        resources.set(LogicalResourceId, { type: ResourceType ?? '', id: PhysicalResourceId })
  const idOf = (logicalId: string): string => {
    const found = resources.get(logicalId)
    if (found === undefined)
      throw new Error(`the stack ${stack} has no ${logicalId}: is it the claim service's?`)
    return found.id
  }
  const queues = new Map(
    [...resources].flatMap(([logicalId, { type, id }]) =>
      type === 'AWS::SQS::Queue' ? [[logicalId, id] as const] : [],
    ),
  )
  return {
    name: `the stack ${stack}`,
    table: idOf('Table'),
    dynamoDb,
    sqs,
    queues,
    now: async () => new Date(),
    countSchedules: async () => {
      let count = 0
      const group = { GroupName: idOf('ScheduleGroup') }
      for await (const { Schedules = [] } of paginateListSchedules({ client: scheduler }, group))
        count += Schedules.length
      return count
    },
    oldestMessages: () => oldestMessages(cloudWatch, queues),
  }
}

async function oldestMessages(
  cloudWatch: CloudWatchClient,
  queues: ReadonlyMap<string, string>,
): Promise<ReadonlyMap<string, number>> {
  const now = Date.now()
  const ids = [...queues.keys()]
  const { MetricDataResults = [] } = await cloudWatch.send(
    new GetMetricDataCommand({
      StartTime: new Date(now - metricWindowMs),
      EndTime: new Date(now),
      ScanBy: 'TimestampDescending',
      MetricDataQueries: [...queues.values()].map((url, n) => ({
        Id: `q${n}`,
        MetricStat: {
          Metric: {
            Namespace: 'AWS/SQS',
            MetricName: 'ApproximateAgeOfOldestMessage',
            Dimensions: [{ Name: 'QueueName', Value: url.slice(url.lastIndexOf('/') + 1) }],
          },
          Period: metricPeriodSeconds,
          Stat: 'Maximum',
        },
      })),
    }),
  )
  return new Map(
    MetricDataResults.flatMap(({ Id, Values }) => {
      const [id, seconds] = [ids[Number(Id?.slice(1))], Values?.[0]]
      return id === undefined || seconds === undefined ? [] : [[id, seconds] as const]
    }),
  )
}
