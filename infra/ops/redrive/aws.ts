import { setTimeout as sleep } from 'node:timers/promises'
import { CloudFormationClient, paginateListStackResources } from '@aws-sdk/client-cloudformation'
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda'
import { S3Client } from '@aws-sdk/client-s3'
import {
  GetQueueAttributesCommand,
  ListMessageMoveTasksCommand,
  SQSClient,
  StartMessageMoveTaskCommand,
} from '@aws-sdk/client-sqs'
import { RedriveError, type RedriveTarget } from './target.ts'

const LOOK_EVERY_MS = 2_000

/** The physical names of a stack's resources, by logical id. */
async function resourcesOf(
  cloudFormation: CloudFormationClient,
  stack: string,
): Promise<Map<string, string>> {
  const found = new Map<string, string>()
  try {
    const pages = paginateListStackResources({ client: cloudFormation }, { StackName: stack })
    for await (const { StackResourceSummaries = [] } of pages) {
      for (const { LogicalResourceId, PhysicalResourceId } of StackResourceSummaries) {
        if (LogicalResourceId !== undefined && PhysicalResourceId !== undefined)
          found.set(LogicalResourceId, PhysicalResourceId)
      }
    }
  } catch (cause) {
    throw new RedriveError(`the stack ${stack}: ${cause instanceof Error ? cause.message : String(cause)}`)
  }
  return found
}

export interface RedriveClients {
  readonly cloudFormation: CloudFormationClient
  readonly lambda: LambdaClient
  readonly sqs: SQSClient
  readonly s3: S3Client
}

/** Clients that use the environment's credentials and region, like every AWS command. */
export const redriveClients = (): RedriveClients => ({
  cloudFormation: new CloudFormationClient({}),
  lambda: new LambdaClient({}),
  sqs: new SQSClient({}),
  s3: new S3Client({}),
})

export async function awsTarget(
  stack: string,
  { cloudFormation, lambda, sqs, s3 }: RedriveClients,
  pause: (ms: number) => Promise<unknown> = sleep,
): Promise<RedriveTarget> {
  const resources = await resourcesOf(cloudFormation, stack)
  const named = (logicalId: string): string => {
    const physicalId = resources.get(logicalId)
    if (physicalId === undefined) throw new RedriveError(`the stack ${stack} has no ${logicalId}`)
    return physicalId
  }
  const arnOf = async (QueueUrl: string): Promise<string> => {
    const command = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] })
    const { Attributes } = await sqs.send(command)
    return Attributes?.QueueArn ?? ''
  }
  return {
    s3,
    bucket: named('Bucket'),
    queueUrl: async (logicalId) => named(logicalId),
    async invokeEffects(event) {
      const { FunctionError, Payload } = await lambda.send(
        new InvokeCommand({ FunctionName: named('EffectsFunction'), Payload: JSON.stringify(event) }),
      )
      const text = Payload === undefined ? 'null' : Buffer.from(Payload).toString()
      if (FunctionError !== undefined) throw new Error(`effects failed: ${text}`)
      return JSON.parse(text)
    },
    async move(fromUrl, toUrl) {
      const SourceArn = await arnOf(fromUrl)
      // The destination is named: SQS itself only knows the source of messages that it moved, and not of those that a
      // function moved.
      const DestinationArn = await arnOf(toUrl)
      const newest = async () => {
        const { Results = [] } = await sqs.send(new ListMessageMoveTasksCommand({ SourceArn, MaxResults: 1 }))
        return Results[0]
      }
      const before = await newest()
      await sqs.send(new StartMessageMoveTaskCommand({ SourceArn, DestinationArn }))
      for (;;) {
        const task = await newest()
        const isOurs = task !== undefined && task.StartedTimestamp !== before?.StartedTimestamp
        const moved = task?.ApproximateNumberOfMessagesMoved ?? 0
        if (isOurs && task.Status === 'COMPLETED') return moved
        if (isOurs && (task.Status === 'FAILED' || task.Status === 'CANCELLED'))
          throw new RedriveError(`SQS stopped after ${moved} messages: ${task.FailureReason ?? task.Status}`)
        await pause(LOOK_EVERY_MS)
      }
    },
  }
}
