import { CloudFormationClient, ListStackResourcesCommand } from '@aws-sdk/client-cloudformation'
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda'
import { S3Client } from '@aws-sdk/client-s3'
import {
  GetQueueAttributesCommand,
  ListMessageMoveTasksCommand,
  SQSClient,
  StartMessageMoveTaskCommand,
} from '@aws-sdk/client-sqs'
import { mockClient } from 'aws-sdk-client-mock'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { awsTarget } from '../../../../infra/ops/redrive/aws.ts'

const cloudFormation = mockClient(CloudFormationClient)
const lambda = mockClient(LambdaClient)
const sqs = mockClient(SQSClient)
// It is the class that is mocked, which other files use too.
afterAll(() => {
  for (const mock of [cloudFormation, lambda, sqs]) mock.restore()
})
const region = { region: 'eu-west-1' }
const clients = {
  cloudFormation: new CloudFormationClient(region),
  lambda: new LambdaClient(region),
  sqs: new SQSClient(region),
  s3: new S3Client(region),
}
const bytes = (text: string) => Object.assign(Buffer.from(text), { transformToString: () => text })

beforeEach(() => {
  for (const mock of [cloudFormation, lambda, sqs]) mock.reset()
  const resource = (LogicalResourceId: string, PhysicalResourceId: string) => ({
    LogicalResourceId,
    PhysicalResourceId,
    ResourceType: 'any',
    LastUpdatedTimestamp: new Date(0),
    ResourceStatus: 'CREATE_COMPLETE' as const,
  })
  cloudFormation
    .on(ListStackResourcesCommand)
    .resolves({
      StackResourceSummaries: [resource('Bucket', 'b-1'), resource('EffectsFunction', 'fn-1')],
      NextToken: 'n',
    })
    .on(ListStackResourcesCommand, { NextToken: 'n' })
    .resolves({ StackResourceSummaries: [resource('MailsQueue', 'https://sqs/mails')] })
  sqs
    .on(GetQueueAttributesCommand)
    .callsFake(({ QueueUrl }) => ({ Attributes: { QueueArn: `arn of ${QueueUrl}` } }))
})

const target = () => awsTarget('ClaimService', clients, async () => undefined)

describe('a redrive in AWS', () => {
  it('finds what it needs among the stack’s resources, on every page of them', async () => {
    const found = await target()
    expect(found.bucket).toBe('b-1')
    expect(await found.queueUrl('MailsQueue')).toBe('https://sqs/mails')
    await expect(found.queueUrl('OtherQueue')).rejects.toThrow('the stack ClaimService has no OtherQueue')
  })

  it('says in one line that there is no such stack', async () => {
    cloudFormation.on(ListStackResourcesCommand).rejects(new Error('Stack with id Nope does not exist'))
    await expect(awsTarget('Nope', clients)).rejects.toThrow(
      'the stack Nope: Stack with id Nope does not exist',
    )
  })

  it('has SQS move dead letters to the queue it names, and waits for its own task, not an older one’s end', async () => {
    const older = { Status: 'COMPLETED', StartedTimestamp: 1, ApproximateNumberOfMessagesMoved: 99 }
    sqs.on(StartMessageMoveTaskCommand).resolves({ TaskHandle: 't' })
    sqs
      .on(ListMessageMoveTasksCommand)
      .resolvesOnce({ Results: [older] })
      .resolvesOnce({ Results: [older] })
      .resolvesOnce({ Results: [{ Status: 'RUNNING', StartedTimestamp: 2 }] })
      .resolves({
        Results: [{ Status: 'COMPLETED', StartedTimestamp: 2, ApproximateNumberOfMessagesMoved: 4 }],
      })
    expect(await (await target()).move('dead', 'work')).toBe(4)
    expect(sqs.commandCalls(StartMessageMoveTaskCommand).map(({ args }) => args[0].input)).toEqual([
      { SourceArn: 'arn of dead', DestinationArn: 'arn of work' },
    ])
  })

  it('says why SQS stopped', async () => {
    sqs.on(StartMessageMoveTaskCommand).resolves({ TaskHandle: 't' })
    sqs
      .on(ListMessageMoveTasksCommand)
      .resolvesOnce({})
      .resolves({ Results: [{ Status: 'FAILED', StartedTimestamp: 2, FailureReason: 'AccessDenied' }] })
    await expect((await target()).move('dead', 'work')).rejects.toThrow(
      'SQS stopped after 0 messages: AccessDenied',
    )
  })

  it('takes the function’s answer, and its failure for a failure', async () => {
    lambda.on(InvokeCommand).resolvesOnce({ Payload: bytes('{"batchItemFailures":[]}') })
    const found = await target()
    expect(await found.invokeEffects({ Records: [] })).toEqual({ batchItemFailures: [] })
    lambda
      .on(InvokeCommand)
      .resolves({ FunctionError: 'Unhandled', Payload: bytes('{"errorMessage":"down"}') })
    await expect(found.invokeEffects({ Records: [] })).rejects.toThrow(
      'effects failed: {"errorMessage":"down"}',
    )
  })
})
