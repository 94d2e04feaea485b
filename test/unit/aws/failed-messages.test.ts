import {
  ChangeMessageVisibilityCommand,
  SendMessageCommand,
  type SendMessageCommandInput,
  SQSClient,
} from '@aws-sdk/client-sqs'
import { mockClient } from 'aws-sdk-client-mock'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { failedMessages } from '../../../shared/aws/failed-messages.ts'
import { InputError } from '../../../shared/lib/errors.ts'
import { fakeFailed, sqsEvent } from '../../support/fakes.ts'

const sqs = mockClient(SQSClient)
// It is the class that is mocked, which other files use too.
afterAll(() => sqs.restore())
beforeEach(() => sqs.reset())

const QUEUE_URL = 'https://sqs.example/work'
const DEAD_LETTERS_URL = 'https://sqs.example/dead'
const now = () => new Date('2026-11-26T12:00:00Z')
const failed = failedMessages(
  { QUEUE_URL, DEAD_LETTERS_URL },
  fakeFailed(now).port,
  () => new SQSClient({ region: 'us-east-1' }),
)
const [record] = sqsEvent([{ messageId: 'm1', body: '{"orgId":"acme"', receives: 3 }]).Records

const sent = (): SendMessageCommandInput | undefined => sqs.commandCalls(SendMessageCommand)[0]?.args[0].input

describe('a message that failed', () => {
  it('is given back by how long it stays hidden', async () => {
    if (record !== undefined) await failed.giveBack(record, 16)
    expect(sqs.commandCalls(ChangeMessageVisibilityCommand).map(({ args }) => args[0].input)).toEqual([
      { QueueUrl: QUEUE_URL, ReceiptHandle: 'm1', VisibilityTimeout: 16 },
    ])
  })

  it('is set aside as it is, with what is wrong with it beside it', async () => {
    const error = new InputError('malformed_message', 'the message is no JSON')
    if (record !== undefined) await failed.setAside(record, { kind: 'unreadable', error })
    expect(sent()).toMatchObject({ QueueUrl: DEAD_LETTERS_URL, MessageBody: '{"orgId":"acme"' })
    const attributes = Object.entries(sent()?.MessageAttributes ?? {})
    expect(Object.fromEntries(attributes.map(([name, { StringValue }]) => [name, StringValue]))).toEqual({
      FailureKind: 'unreadable',
      FailureName: 'InputError',
      FailureMessage: 'the message is no JSON',
      FailedAt: '2026-11-26T12:00:00.000Z',
      FailedMessageId: 'm1',
      Receives: '3',
    })
  })

  it('keeps its group and what it brought along, as far as SQS takes it, once more too', async () => {
    if (record === undefined) return
    const brought = Object.fromEntries(
      ['FailureKind', 'a', 'b', 'c', 'd', 'e'].map((name) => [
        name,
        { dataType: 'String', stringValue: `was ${name}` } as const,
      ]),
    )
    const again = {
      ...record,
      attributes: { ...record.attributes, MessageGroupId: 'acme' },
      messageAttributes: brought,
    }
    await failed.setAside(again, { kind: 'failed', error: new Error('') })
    expect(sent()?.MessageGroupId).toBe('acme')
    const attributes = sent()?.MessageAttributes ?? {}
    expect(Object.keys(attributes)).toHaveLength(10)
    expect(attributes).toMatchObject({
      FailureKind: { StringValue: 'failed' },
      FailureMessage: { StringValue: '-' },
      a: { StringValue: 'was a' },
    })
  })
})
