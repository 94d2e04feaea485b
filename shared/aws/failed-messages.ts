import {
  ChangeMessageVisibilityCommand,
  type MessageAttributeValue,
  SendMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs'
import type { SQSRecord } from 'aws-lambda'
import type { FailedMessages, Failure } from '../lib/queue-handler.ts'
import { sqsClient, WORKER } from './clients.ts'

export interface OwnQueue {
  readonly QUEUE_URL: string
  readonly DEAD_LETTERS_URL: string
}

/**
 * Characters of an attribute: a message and its attributes share a size limit, and an error's first words identify it.
 */
const MAX_ATTRIBUTE_CHARACTERS = 500

/** SQS's limit on a message's attributes. The failure's attributes take precedence over the message's own. */
const MAX_ATTRIBUTES = 10

const text = (value: string): MessageAttributeValue => ({
  DataType: 'String',
  // SQS refuses an empty value.
  StringValue: value.slice(0, MAX_ATTRIBUTE_CHARACTERS) || '-',
})

/**
 * Handles failed messages by SQS: `giveBack` sets the visibility time-out, `setAside` sends to the dead-letter queue.
 * It sends, rather than leave the move to SQS, because a message that SQS moves keeps its age and so less of that
 * queue's retention.
 *
 * The client is made at the first failure, which most processes never meet.
 */
export function failedMessages(
  { QUEUE_URL, DEAD_LETTERS_URL }: OwnQueue,
  { metrics, now, chance }: Pick<FailedMessages, 'metrics' | 'now' | 'chance'>,
  newClient: () => SQSClient = () => sqsClient(WORKER),
): FailedMessages {
  let made: SQSClient | undefined
  const client = () => {
    made ??= newClient()
    return made
  }
  return {
    metrics,
    now,
    chance,
    async giveBack({ receiptHandle }, afterSeconds) {
      await client().send(
        new ChangeMessageVisibilityCommand({
          QueueUrl: QUEUE_URL,
          ReceiptHandle: receiptHandle,
          VisibilityTimeout: afterSeconds,
        }),
      )
    },
    async setAside(record, failure) {
      const { MessageGroupId } = record.attributes
      await client().send(
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

/** The message's own attributes, and those that say why it failed. */
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
