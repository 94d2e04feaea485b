import {
  GetQueueAttributesCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs'
import { backoff } from '../lib/backoff.ts'
import { inGroupsOf } from '../lib/concurrency.ts'
import { Unavailable } from '../lib/unavailable.ts'

/** SendMessageBatch's own limit. */
const BATCH_LIMIT = 10
const MAX_ATTEMPTS = 5

export interface QueueMessage {
  readonly body: unknown
  /** Standard queues with groups are fair: a tenant with a long backlog doesn't keep the others waiting. */
  readonly group?: string | undefined
}

/**
 * @throws Error when SQS leaves messages unsent time after time; some of them may have been sent
 */
export async function sendAll(
  sqs: SQSClient,
  queueUrl: string,
  messages: readonly QueueMessage[],
): Promise<void> {
  for (const batch of inGroupsOf(messages, BATCH_LIMIT)) {
    let left = batch.map(({ body, group }, n) => ({
      Id: String(n),
      MessageBody: JSON.stringify(body),
      ...(group === undefined ? {} : { MessageGroupId: group }),
    }))
    for (let attempt = 0; left.length > 0; attempt++) {
      if (attempt === MAX_ATTEMPTS)
        throw new Unavailable(`${left.length} messages left unsent after ${attempt} attempts`)
      if (attempt > 0) await backoff(attempt)
      const { Failed } = await sqs.send(new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries: left }))
      const failed = new Set((Failed ?? []).map(({ Id }) => Id))
      left = left.filter(({ Id }) => failed.has(Id))
    }
  }
}

export async function sendOne(sqs: SQSClient, queueUrl: string, body: unknown): Promise<void> {
  await sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: JSON.stringify(body) }))
}

/** @param delaySeconds up to SQS's 900 */
export async function sendLater(
  sqs: SQSClient,
  queueUrl: string,
  { body, group }: QueueMessage,
  delaySeconds: number,
): Promise<void> {
  await sqs.send(
    new SendMessageCommand({
      QueueUrl: queueUrl,
      MessageBody: JSON.stringify(body),
      DelaySeconds: delaySeconds,
      ...(group === undefined ? {} : { MessageGroupId: group }),
    }),
  )
}

/** About how many messages no worker has taken yet; SQS counts them some seconds late. */
export async function waitingMessages(sqs: SQSClient, queueUrl: string): Promise<number> {
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({
      QueueUrl: queueUrl,
      AttributeNames: ['ApproximateNumberOfMessages'],
    }),
  )
  return Number(Attributes?.ApproximateNumberOfMessages ?? 0)
}
