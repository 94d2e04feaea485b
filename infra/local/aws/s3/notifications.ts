/** The bucket's notifications, as S3 sends them to queues. */

import { LOCAL_ACCOUNT_ID, LOCAL_REGION, LOCAL_UPLOADER } from '../names.ts'
import type { ObjectCreated } from './object-events.ts'
import type { LocalQueues } from '../sqs/queues.ts'
import type { LocalState } from '../state.ts'
import type { BucketDefinition, NotificationDefinition } from '../../template/wiring-buckets.ts'

/** Encodes a key as S3 does in notifications: a space as `+`, the rest percent-encoded, slashes left alone. */
function encodedKey(key: string): string {
  return encodeURIComponent(key).replaceAll('%20', '+').replaceAll('%2F', '/')
}

function matches(rule: NotificationDefinition, object: ObjectCreated): boolean {
  const event = rule.event.replace(/^s3:/, '')
  return (
    (event === 'ObjectCreated:*' || event === object.eventName) &&
    object.key.startsWith(rule.prefix) &&
    object.key.endsWith(rule.suffix)
  )
}

function message(bucket: BucketDefinition, object: ObjectCreated): string {
  return JSON.stringify({
    Records: [
      {
        eventVersion: '2.1',
        eventSource: 'aws:s3',
        awsRegion: LOCAL_REGION,
        eventTime: object.eventTime.toISOString(),
        eventName: object.eventName,
        userIdentity: { principalId: LOCAL_UPLOADER },
        requestParameters: { sourceIPAddress: '127.0.0.1' },
        responseElements: { 'x-amz-request-id': object.sequencer, 'x-amz-id-2': object.sequencer },
        s3: {
          s3SchemaVersion: '1.0',
          configurationId: 'local',
          bucket: {
            name: bucket.name,
            ownerIdentity: { principalId: LOCAL_ACCOUNT_ID },
            arn: bucket.arn,
          },
          object: {
            key: encodedKey(object.key),
            size: object.size,
            eTag: object.etag,
            sequencer: object.sequencer,
          },
        },
      },
    ],
  })
}

export interface NotificationOptions {
  readonly buckets: readonly BucketDefinition[]
  readonly queueName: (arn: string) => string
  readonly queues: LocalQueues
  readonly state: LocalState
  readonly now: () => Date
}

/** Returns the listener for created objects. It resolves when the notifications are on their queues. */
export function createNotifier(options: NotificationOptions): (object: ObjectCreated) => Promise<void> {
  const { queues, queueName } = options
  return async (object) => {
    const bucket = options.buckets.find((each) => each.name === object.bucket)
    for (const rule of bucket?.notifications ?? []) {
      if (bucket !== undefined && matches(rule, object))
        queues.send(queueName(rule.queueArn), message(bucket, object))
    }
  }
}

/**
 * Sends the test message by which S3 checks a queue when a notification is configured; here, when a bucket is first
 * started. The queue's reader gets it before all others.
 */
export function sendTestEvents(options: NotificationOptions): void {
  for (const bucket of options.buckets) {
    for (const queueArn of new Set(bucket.notifications.map((rule) => rule.queueArn))) {
      const key = `notification-test/${bucket.name}/${queueArn}`
      if (options.state.get(key) !== undefined) continue
      const time = options.now().toISOString()
      const body = { Service: 'Amazon S3', Event: 's3:TestEvent', Time: time, Bucket: bucket.name }
      options.queues.send(options.queueName(queueArn), JSON.stringify(body))
      options.state.set(key, time)
    }
  }
}
