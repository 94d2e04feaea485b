import { S3Client } from '@aws-sdk/client-s3'
import {
  DeleteMessageCommand,
  GetQueueUrlCommand,
  ListQueuesCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs'
import * as z from 'zod'
import { LOCAL_CREDENTIALS } from '../../local/aws/names.ts'
import type { Endpoints } from '../../local/instance/endpoints.ts'
import { type EffectsRedriven, redriveEffects } from './effects.ts'
import { failedBatchesIn, RedriveError, type RedriveTarget } from './target.ts'

/** SQS's limit for one receive. */
const RECEIVED_AT_ONCE = 10
/** Visibility time-out: longer than it takes to move the received messages. */
const MOVING_SECONDS = 60

const answer = z.object({ ok: z.boolean(), payload: z.unknown().optional(), error: z.string().optional() })

/** Moves one message as StartMessageMoveTask does: it becomes a new message with the same attributes. */
async function moveOne(sqs: SQSClient, from: string, to: string, message: Message): Promise<void> {
  const { Body: MessageBody = '', MessageAttributes, Attributes, ReceiptHandle } = message
  const MessageGroupId = Attributes?.MessageGroupId
  await sqs.send(
    new SendMessageCommand({
      QueueUrl: to,
      MessageBody,
      ...(MessageAttributes !== undefined && { MessageAttributes }),
      ...(MessageGroupId !== undefined && { MessageGroupId }),
    }),
  )
  await sqs.send(new DeleteMessageCommand({ QueueUrl: from, ReceiptHandle }))
}

/** The running local service, through its SQS and S3. */
export function localTarget({ s3: endpoint, bucket, control, region }: Endpoints): RedriveTarget {
  const options = { endpoint, region, credentials: LOCAL_CREDENTIALS }
  const sqs = new SQSClient(options)
  return {
    s3: new S3Client({ ...options, forcePathStyle: true }),
    bucket,
    async queueUrl(logicalId) {
      const { QueueUrls = [] } = await sqs.send(new ListQueuesCommand({}))
      const name = QueueUrls.map((url) => url.slice(url.lastIndexOf('/') + 1)).find((each) =>
        each.endsWith(`-${logicalId}`),
      )
      if (name === undefined) throw new RedriveError(`the local service has no queue ${logicalId}`)
      const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: name }))
      return QueueUrl ?? ''
    },
    async invokeEffects(event) {
      const response = await fetch(`${control}/functions/EffectsFunction/invocations`, {
        method: 'POST',
        body: JSON.stringify(event),
      })
      const { ok, payload, error } = answer.parse(await response.json())
      if (!ok) throw new Error(error ?? 'effects failed')
      return payload
    },
    async move(fromUrl, toUrl) {
      for (let moved = 0; ; ) {
        const { Messages = [] } = await sqs.send(
          new ReceiveMessageCommand({
            QueueUrl: fromUrl,
            MaxNumberOfMessages: RECEIVED_AT_ONCE,
            VisibilityTimeout: MOVING_SECONDS,
            MessageAttributeNames: ['All'],
            MessageSystemAttributeNames: ['All'],
          }),
        )
        if (Messages.length === 0) return moved
        for (const message of Messages) await moveOne(sqs, fromUrl, toUrl, message)
        moved += Messages.length
      }
    },
  }
}

/** The redrives that the studio offers. */
export interface LocalRedrive extends Pick<RedriveTarget, 'move'> {
  /** Number of batches of changes. */
  effectsGivenUp(): Promise<number>
  playEffectsAgain(): Promise<EffectsRedriven>
}

export function localRedrive(endpoints: Endpoints): LocalRedrive {
  const target = localTarget(endpoints)
  const batches = failedBatchesIn(target)
  return {
    move: target.move,
    effectsGivenUp: async () => (await batches.keys()).length,
    playEffectsAgain: () => redriveEffects(batches),
  }
}
