import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge'
import { mockClient } from 'aws-sdk-client-mock'
import { beforeEach, describe, expect, it } from 'vitest'
import 'aws-sdk-client-mock-vitest/extend'
import { publishAll } from '../../../shared/aws/events.ts'

const client = new EventBridgeClient({ region: 'us-east-1' })
const bus = mockClient(client)
const at = '2026-03-01T09:30:15.250Z'
const events = (count: number) =>
  Array.from({ length: count }, (_, n) => ({
    id: `id-${n}`,
    type: 'claim.created',
    at,
    detail: { subject: `s${n}` },
  }))

const sentIds = (): string[][] =>
  bus
    .commandCalls(PutEventsCommand)
    .map(({ args: [{ input }] }) => (input.Entries ?? []).map(({ Detail = '' }) => JSON.parse(Detail).id))

describe('publishAll', () => {
  beforeEach(() => bus.reset())

  it('A2: publishes under the service’s name, with the stable id in the detail, ten at a time', async () => {
    bus.on(PutEventsCommand).resolves({ Entries: [] })
    await publishAll(client, 'claims', events(12))
    expect(sentIds().map((ids) => ids.length)).toEqual([10, 2])
    expect(bus).toHaveReceivedNthCommandWith(PutEventsCommand, 2, {
      Entries: expect.arrayContaining([
        {
          EventBusName: 'claims',
          Source: 'claim-service',
          DetailType: 'claim.created',
          Time: new Date(at),
          Detail: JSON.stringify({ id: 'id-10', at, subject: 's10' }),
        },
      ]),
    })
  })

  it('A2: publishes those again that the bus did not take, in their places, and no others', async () => {
    const throttled = { ErrorCode: 'ThrottlingException' }
    bus
      .on(PutEventsCommand)
      .resolvesOnce({
        FailedEntryCount: 2,
        Entries: [{ EventId: '1' }, throttled, { EventId: '2' }, throttled],
      })
      .resolvesOnce({ FailedEntryCount: 1, Entries: [{ EventId: '3' }, throttled] })
      .resolves({ FailedEntryCount: 0, Entries: [{ EventId: '4' }] })
    await publishAll(client, 'claims', events(4))
    expect(sentIds()).toEqual([['id-0', 'id-1', 'id-2', 'id-3'], ['id-1', 'id-3'], ['id-3']])
  })

  it('A2: fails when the bus goes on refusing, so that the batch is delivered again', async () => {
    bus.on(PutEventsCommand).resolves({ Entries: [{ ErrorCode: 'InternalFailure' }] })
    await expect(publishAll(client, 'claims', events(1))).rejects.toThrow('1 events left unpublished')
  })
})
