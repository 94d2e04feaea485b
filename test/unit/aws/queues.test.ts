import { SendMessageBatchCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs'
import { mockClient } from 'aws-sdk-client-mock'
import { beforeEach, describe, expect, it } from 'vitest'
import 'aws-sdk-client-mock-vitest/extend'
import { sendAll, sendOne } from '../../../shared/aws/queues.ts'

const client = new SQSClient({ region: 'us-east-1' })
const sqs = mockClient(client)
const URL = 'https://sqs.us-east-1.amazonaws.com/000000000000/queue'
const messages = (count: number) => Array.from({ length: count }, (_, n) => ({ body: { n } }))
const failed = (...ids: string[]) => ids.map((Id) => ({ Id, Code: 'InternalError', SenderFault: false }))

function sentBodies(): unknown[][] {
  const calls = sqs.commandCalls(SendMessageBatchCommand)
  return calls.map(({ args: [{ input }] }) =>
    (input.Entries ?? []).map(({ MessageBody = '' }) => JSON.parse(MessageBody).n),
  )
}

describe('sendAll', () => {
  beforeEach(() => sqs.reset())

  it('sends ten at a time, each once, with the group that keeps the queue fair', async () => {
    sqs.on(SendMessageBatchCommand).resolves({})
    await sendAll(client, URL, [...messages(23), { body: { n: 23 }, group: 'noordzee' }])
    expect(sentBodies().map((bodies) => bodies.length)).toEqual([10, 10, 4])
    expect(sentBodies().flat()).toEqual([...Array(24).keys()])
    expect(sqs).toHaveReceivedNthCommandWith(SendMessageBatchCommand, 3, {
      QueueUrl: URL,
      Entries: expect.arrayContaining([{ Id: '3', MessageBody: '{"n":23}', MessageGroupId: 'noordzee' }]),
    })
  })

  it('sends nothing for no messages', async () => {
    await sendAll(client, URL, [])
    expect(sqs).not.toHaveReceivedCommand(SendMessageBatchCommand)
  })

  it('sends those again that SQS did not take, and no others', async () => {
    sqs
      .on(SendMessageBatchCommand)
      .resolvesOnce({ Failed: failed('1', '3') })
      .resolves({ Failed: [] })
    await sendAll(client, URL, messages(5))
    expect(sentBodies()).toEqual([
      [0, 1, 2, 3, 4],
      [1, 3],
    ])
  })

  it('fails when SQS goes on refusing, so that whoever called is asked again', async () => {
    sqs.on(SendMessageBatchCommand).resolves({ Failed: failed('1') })
    await expect(sendAll(client, URL, messages(2))).rejects.toThrow('1 messages left unsent after 5 attempts')
  })
})

describe('sendOne', () => {
  it('sends the body as JSON', async () => {
    sqs.reset()
    sqs.on(SendMessageCommand).resolves({})
    await sendOne(client, URL, { recordId: 'acc1' })
    expect(sqs).toHaveReceivedCommandWith(SendMessageCommand, {
      QueueUrl: URL,
      MessageBody: '{"recordId":"acc1"}',
    })
  })
})
