import { CloudFormationClient, ListStackResourcesCommand } from '@aws-sdk/client-cloudformation'
import { CloudWatchClient, GetMetricDataCommand } from '@aws-sdk/client-cloudwatch'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { ListSchedulesCommand, SchedulerClient } from '@aws-sdk/client-scheduler'
import { SQSClient } from '@aws-sdk/client-sqs'
import { mockClient } from 'aws-sdk-client-mock'
import { describe, expect, it } from 'vitest'
import { awsInstance } from '../../../infra/ops/aws-instance.ts'

const url = (name: string): string => `https://sqs.eu-west-1.amazonaws.com/000000000000/${name}`
const resource = (LogicalResourceId: string, ResourceType: string, PhysicalResourceId: string) => ({
  LogicalResourceId,
  ResourceType,
  PhysicalResourceId,
  LastUpdatedTimestamp: new Date(0),
  ResourceStatus: 'CREATE_COMPLETE' as const,
})

describe('a stack', () => {
  const region = { region: 'eu-west-1' }
  const clients = {
    cloudFormation: new CloudFormationClient(region),
    cloudWatch: new CloudWatchClient(region),
    dynamoDb: new DynamoDBClient(region),
    scheduler: new SchedulerClient(region),
    sqs: new SQSClient(region),
  }

  it('is found by the logical ids of its parts, on however many pages CloudFormation tells them', async () => {
    const stack = mockClient(clients.cloudFormation)
    stack
      .on(ListStackResourcesCommand, { StackName: 'ClaimService-test' })
      .resolvesOnce({
        NextToken: 'more',
        StackResourceSummaries: [
          resource('Table', 'AWS::DynamoDB::GlobalTable', 'table-1'),
          resource('MailsQueue', 'AWS::SQS::Queue', url('mails-x1')),
        ],
      })
      .resolvesOnce({
        StackResourceSummaries: [resource('ScheduleGroup', 'AWS::Scheduler::ScheduleGroup', 'group-1')],
      })
    mockClient(clients.scheduler)
      .on(ListSchedulesCommand, { GroupName: 'group-1' })
      .resolves({ Schedules: [{ Name: 'a' }, { Name: 'b' }] })
    const measured = mockClient(clients.cloudWatch)
    measured.on(GetMetricDataCommand).resolves({ MetricDataResults: [{ Id: 'q0', Values: [75, 60] }] })

    const instance = await awsInstance('ClaimService-test', clients)

    expect(instance).toMatchObject({ name: 'the stack ClaimService-test', table: 'table-1' })
    expect([...instance.queues]).toEqual([['MailsQueue', url('mails-x1')]])
    expect(await instance.countSchedules()).toBe(2)
    expect([...(await instance.oldestMessages())]).toEqual([['MailsQueue', 75]])
    const [query] = measured.commandCalls(GetMetricDataCommand)[0]?.args[0].input.MetricDataQueries ?? []
    expect(query?.MetricStat?.Metric?.Dimensions).toEqual([{ Name: 'QueueName', Value: 'mails-x1' }])
  })

  it('that is something else says which part it lacks', async () => {
    mockClient(clients.cloudFormation).on(ListStackResourcesCommand).resolves({ StackResourceSummaries: [] })
    await expect(awsInstance('Other', clients)).rejects.toThrow(
      "the stack Other has no Table: is it the claim service's?",
    )
  })
})
