import type { MessageAttributeValue, SQSClient } from '@aws-sdk/client-sqs'
import type { SQSRecord } from 'aws-lambda'
import type { FailedMessages, Failure } from '../lib/queue-handler.ts'
import { clientOptions, WORKER } from './clients.ts'

export interface OwnQueue {
  readonly QUEUE_URL: string
  readonly DEAD_LETTERS_URL: string
}

/** A message and its attributes have a limit together; what is wrong is told by its first line. */
const MAX_ATTRIBUTE_CHARACTERS = 500

/** SQS's own limit on a message's attributes: what a message brought along goes first. */
const MAX_ATTRIBUTES = 10

const text = (value: string): MessageAttributeValue => ({
  DataType: 'String',
  // An empty one is refused.
  StringValue: value.slice(0, MAX_ATTRIBUTE_CHARACTERS) || '-',
})

/**
 * By SQS: a message is given back by its visibility, and set aside by sending it to the dead-letter queue. Sent, and not left to
 * SQS to move, so that it is kept there for all of that queue's retention: what SQS moves stays as old as it was.
 *
 * The client is made for the first failure, which most processes never meet.
 */
export function failedMessages(
  { QUEUE_URL, DEAD_LETTERS_URL }: OwnQueue,
  { metrics, now, chance }: Pick<FailedMessages, 'metrics' | 'now' | 'chance'>,
  newClient: () => Promise<SQSClient> = makeClient,
): FailedMessages {
  let made: Promise<SQSClient> | undefined
  const client = () => {
    made ??= newClient()
    return made
  }
  return {
    metrics,
    now,
    chance,
    async giveBack({ receiptHandle }, afterSeconds) {
      const { ChangeMessageVisibilityCommand } = await import('@aws-sdk/client-sqs')
      const sqs = await client()
      await sqs.send(
        new ChangeMessageVisibilityCommand({
          QueueUrl: QUEUE_URL,
          ReceiptHandle: receiptHandle,
          VisibilityTimeout: afterSeconds,
        }),
      )
    },
    async setAside(record, failure) {
      const { SendMessageCommand } = await import('@aws-sdk/client-sqs')
      const sqs = await client()
      const { MessageGroupId } = record.attributes
      await sqs.send(
        new SendMessageCommand({
          QueueUrl: DEAD_LETTERS_URL,
          MessageBody: record.body,
          MessageAttributes: attributesOf(record, failure, now()),
          ...(MessageGroupId !== undefined && { MessageGroupId }),
        }),
      )
    },
  }
}

async function makeClient(): Promise<SQSClient> {
  const { SQSClient: Client } = await import('@aws-sdk/client-sqs')
  return new Client(clientOptions(WORKER))
}

/** What the message had, and why it is where it is. */
function attributesOf(
  { messageId, attributes, messageAttributes }: SQSRecord,
  { kind, error }: Failure,
  at: Date,
): Record<string, MessageAttributeValue> {
  const failure = {
    FailureKind: text(kind),
    FailureName: text(error instanceof Error ? error.name : typeof error),
    FailureMessage: text(error instanceof Error ? error.message : String(error)),
    FailedAt: text(at.toISOString()),
    FailedMessageId: text(messageId),
    Receives: text(attributes.ApproximateReceiveCount),
  }
  const own = Object.entries(messageAttributes)
    .filter(([name]) => !(name in failure))
    .slice(0, MAX_ATTRIBUTES - Object.keys(failure).length)
    .map(([name, { dataType, stringValue, binaryValue }]): [string, MessageAttributeValue] => [
      name,
      {
        DataType: dataType,
        ...(stringValue !== undefined && { StringValue: stringValue }),
        ...(binaryValue !== undefined && { BinaryValue: Buffer.from(binaryValue, 'base64') }),
      },
    ])
  return { ...Object.fromEntries(own), ...failure }
}
