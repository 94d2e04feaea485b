import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { concurrencyOf, type QueueFed } from '../../../infra/concurrency.ts'
import { type FunctionName, functions, liveId, logicalId } from '../../../infra/functions.ts'
import { sweepMessage } from '../../../infra/constructs/sweep-message.ts'
import {
  MAIL_RETRY_WINDOW_MS,
  maxAttemptsIn,
  RETRY_WINDOW_MS,
} from '../../../shared/lib/delivery-attempts.ts'
import { partition } from '../../../shared/storage/keys.ts'
import { suppressEffectsAttribute } from '../../../shared/storage/schema.ts'
import { synthesizedTemplate } from '../template.ts'

const template = await synthesizedTemplate()

const queueSchema = z.object({
  VisibilityTimeout: z.number().optional(),
  MessageRetentionPeriod: z.number().optional(),
  SqsManagedSseEnabled: z.literal(true),
  RedrivePolicy: z.object({ deadLetterTargetArn: z.string(), maxReceiveCount: z.number() }).optional(),
})
const queues = new Map(
  template.ofType('AWS::SQS::Queue').map(({ id, properties }) => [id, queueSchema.parse(properties)]),
)
const workQueues = [...queues.keys()].filter((id) => !id.endsWith('DeadLetters'))

const sources = template.ofType('AWS::Lambda::EventSourceMapping').map(({ properties }) => properties)
/** By the alias that a gradual deployment moves. */
const fedAs = (name: FunctionName) => `${liveId(name)}:live`
const sourceOf = (name: FunctionName) => {
  const found = sources.filter((source) => source.FunctionName === fedAs(name))
  expect(found, name).toHaveLength(1)
  return found[0]
}

/** Which queue feeds which function, and how. */
const fed: readonly (readonly [QueueFed, string, number])[] = [
  ['import', 'ImportsQueue', 1],
  ['import-rows', 'ImportRowsQueue', 5],
  ['report', 'ReportsQueue', 1],
  ['mail', 'MailsQueue', 25],
  ['due', 'DueQueue', 1],
  ['migrate', 'MigrationsQueue', 5],
  ['export', 'ExportsQueue', 1],
  ['feedback', 'FeedbackQueue', 10],
  ['sync', 'SyncsQueue', 1],
  ['deletion', 'PurgesQueue', 5],
]

describe('the queues', () => {
  it.each(workQueues)('%s leaves it to its function for hours to set aside what fails', (id) => {
    const name = id.replace(/Queue$/, 'DeadLetters')
    const policy = queues.get(id)?.RedrivePolicy
    expect(policy?.deadLetterTargetArn).toBe(`${name}.Arn`)
    expect(policy?.maxReceiveCount).toBeGreaterThan(
      id === 'MailsQueue' ? maxAttemptsIn(MAIL_RETRY_WINDOW_MS) : maxAttemptsIn(RETRY_WINDOW_MS),
    )
    expect(policy?.maxReceiveCount).toBeLessThanOrEqual(1_000)
  })

  it.each([...queues.keys()])('%s keeps its messages for 14 days', (id) => {
    expect(queues.get(id)?.MessageRetentionPeriod).toBe(14 * 24 * 60 * 60)
  })

  it.each([...queues.keys()])('%s is reachable by TLS alone', (id) => {
    const [policy] = template
      .ofType('AWS::SQS::QueuePolicy')
      .filter(({ properties }) => JSON.stringify(properties.Queues) === JSON.stringify([id]))
    expect(policy?.properties.PolicyDocument).toMatchObject({
      Statement: expect.arrayContaining([
        expect.objectContaining({
          Effect: 'Deny',
          Action: 'sqs:*',
          Condition: { Bool: { 'aws:SecureTransport': 'false' } },
        }),
      ]),
    })
  })
})

describe('the event sources', () => {
  it('are those listed here and the stream', () => {
    expect(sources).toHaveLength(fed.length + 1)
    expect(workQueues.sort()).toEqual(fed.map(([, queue]) => queue).sort())
  })

  it.each(fed)('%s is fed by %s, capped, answering which messages failed', (name, queue, batch) => {
    expect(sourceOf(name)).toEqual({
      FunctionName: fedAs(name),
      EventSourceArn: `${queue}.Arn`,
      BatchSize: batch,
      // Lambda demands it of larger ones.
      ...(batch > 10 ? { MaximumBatchingWindowInSeconds: 1 } : {}),
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      ScalingConfig: { MaximumConcurrency: concurrencyOf(1000).caps[name] },
    })
  })

  it.each(fed)(
    '%s has its time-out before %s delivers again, and is not waited for much longer',
    (name, queue) => {
      const seconds = queues.get(queue)?.VisibilityTimeout ?? 0
      expect(seconds).toBeGreaterThanOrEqual(2 * functions[name].timeoutSeconds)
      expect(seconds).toBeLessThanOrEqual(30 * 60)
    },
  )

  it.each(fed)('%s is told where it gives back, and sets aside, the messages of %s', (name, queue) => {
    expect(template.get(logicalId(name)).properties).toMatchObject({
      Environment: {
        Variables: { QUEUE_URL: queue, DEAD_LETTERS_URL: queue.replace(/Queue$/, 'DeadLetters') },
      },
    })
  })

  it('hand effects the changes of accounts, closed claims and orgs, save those without effects, and no others', () => {
    const { FilterCriteria } = z
      .object({ FilterCriteria: z.object({ Filters: z.array(z.object({ Pattern: z.string() })) }) })
      .parse(sourceOf('effects'))
    expect(FilterCriteria.Filters.map(({ Pattern }) => JSON.parse(Pattern))).toEqual([
      {
        dynamodb: {
          Keys: {
            pk: {
              S: [
                { prefix: partition.account },
                { prefix: partition.closedClaim },
                { prefix: partition.org },
              ],
            },
          },
          NewImage: { [suppressEffectsAttribute]: { S: [{ exists: false }] } },
        },
      },
    ])
  })

  it('hand effects the stream from its beginning, and set aside a record that fails again and again', () => {
    expect(sourceOf('effects')).toMatchObject({
      EventSourceArn: 'Table.StreamArn',
      StartingPosition: 'TRIM_HORIZON',
      BatchSize: 100,
      ParallelizationFactor: 4,
      BisectBatchOnFunctionError: true,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      MaximumRetryAttempts: 15,
      MaximumRecordAgeInSeconds: 12 * 60 * 60,
      DestinationConfig: { OnFailure: { Destination: 'Bucket.Arn' } },
      MetricsConfig: { Metrics: ['EventCount'] },
    })
  })
})

describe('the account’s concurrent executions', async () => {
  const small = await synthesizedTemplate({ accountConcurrency: '100' })
  const reserved = (from: typeof template) =>
    Object.fromEntries(
      from
        .ofType('AWS::Lambda::Function')
        .flatMap(({ id, properties: { ReservedConcurrentExecutions: own } }) =>
          own === undefined ? [] : [[id, own]],
        ),
    )

  it('are reserved for sign-ins, and kept from the public routes, where the account has a thousand', () => {
    expect(reserved(template)).toEqual({
      PlatformApiFunction: 100,
      DecisionsFunction: 50,
      OpenapiFunction: 10,
      ConsoleFunction: 20,
    })
  })

  it('are shared as infra/concurrency.ts says where it has a hundred, of which none can be reserved', () => {
    const { caps, streamParallelization } = concurrencyOf(100)
    const given = small
      .ofType('AWS::Lambda::EventSourceMapping')
      .map(({ properties }) => [properties.FunctionName, properties.ScalingConfig])
    expect(Object.fromEntries(given)).toEqual({
      ...Object.fromEntries(fed.map(([name]) => [fedAs(name), { MaximumConcurrency: caps[name] }])),
      [fedAs('effects')]: undefined,
    })
    const [stream] = small
      .ofType('AWS::Lambda::EventSourceMapping')
      .filter(({ properties }) => properties.ParallelizationFactor !== undefined)
    expect(stream?.properties.ParallelizationFactor).toBe(streamParallelization)
    expect(reserved(small)).toEqual({})
  })
})

describe('the schedules', () => {
  it('M2: sweep up every 15 minutes what a lost schedule left behind, by way of the queue', () => {
    expect(template.get('SweepSchedule').properties).toEqual({
      Description: expect.any(String),
      GroupName: 'ScheduleGroup',
      ScheduleExpression: 'rate(15 minutes)',
      FlexibleTimeWindow: { Mode: 'OFF' },
      Target: {
        Arn: 'DueQueue.Arn',
        RoleArn: 'ScheduleRole.Arn',
        Input: JSON.stringify(sweepMessage),
        DeadLetterConfig: { Arn: 'DueDeadLetters.Arn' },
      },
    })
  })
})
