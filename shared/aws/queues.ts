import {
  GetQueueAttributesCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs'
import { backoff } from '../lib/backoff.ts'
import { inGroupsOf } from '../lib/concurrency.ts'
import { Unavailable } from '../lib/unavailable.ts'

/** SendMessageBatch's limit. */
const BATCH_LIMIT = 10
const MAX_ATTEMPTS = 5

export interface QueueMessage {
  readonly body: unknown
  /** Message group. A standard queue is fair between groups: a tenant with a long backlog doesn't delay the others. */
  readonly group?: string | undefined
}

/**
 * Sends messages in batches, retrying what SQS didn't accept.
 * @throws Unavailable when SQS repeatedly leaves messages unsent; some may have been sent
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

/**
 * Sends one message that is delivered after a delay.
 * @param delaySeconds at most SQS's 900
 */
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

/** The approximate number of messages that wait to be delivered; SQS counts some seconds late. */
export async function waitingMessages(sqs: SQSClient, queueUrl: string): Promise<number> {
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({
      QueueUrl: queueUrl,
      AttributeNames: ['ApproximateNumberOfMessages'],
    }),
  )
  return Number(Attributes?.ApproximateNumberOfMessages ?? 0)
}
