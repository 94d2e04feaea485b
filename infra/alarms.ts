import { ArnFormat, Aws, Duration, Stack } from 'aws-cdk-lib'
import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2'
import { type Metric, TreatMissingData, Unit } from 'aws-cdk-lib/aws-cloudwatch'
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions'
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { Topic } from 'aws-cdk-lib/aws-sns'
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions'
import type { Queue } from 'aws-cdk-lib/aws-sqs'
import { Construct } from 'constructs'
import type { Job } from './job.ts'

const period = Duration.minutes(5)

/** One dead letter is a row, a mail or a migration that nobody else will look after. */
const deadLetters = 1

/** Effects follow their cause within seconds; from here mails and schedules are noticeably late. */
const streamAgeMinutes = 10

/** A lone error is retried and leaves a dead letter if it stays; this many in a period is an outage. */
const errors = 5

/** Throttles pass by themselves unless they last; then the account's concurrency is used up. */
const throttles = 1
const throttledPeriods = 3

const serverErrors = 5

export interface AlarmsProps {
  readonly email: string | undefined
  readonly jobs: readonly Job[]
  readonly streamed: Job
  readonly deadLetters: readonly Queue[]
  readonly api: HttpApi
}

/** Alarms, all to one topic. */
export class Alarms extends Construct {
  readonly topic: Topic

  constructor(scope: Construct, id: string, props: AlarmsProps) {
    super(scope, id)
    this.topic = new Topic(this, 'Topic', { enforceSSL: true })
    // The policy that insists on TLS takes the place of SNS's default one, which would let CloudWatch in.
    this.topic.addToResourcePolicy(
      new PolicyStatement({
        sid: 'AlarmsOfThisAccount',
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [this.topic.topicArn],
        conditions: {
          StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID },
          ArnLike: {
            'aws:SourceArn': Stack.of(this).formatArn({
              service: 'cloudwatch',
              resource: 'alarm',
              resourceName: '*',
              arnFormat: ArnFormat.COLON_RESOURCE_NAME,
            }),
          },
        },
      }),
    )
    if (props.email !== undefined) this.topic.addSubscription(new EmailSubscription(props.email))

    for (const queue of props.deadLetters) {
      this.alarm(`${queue.node.id}Depth`, {
        metric: queue.metricApproximateNumberOfMessagesVisible({ period, statistic: 'Maximum' }),
        threshold: deadLetters,
        description: 'Messages were given up on: look at one, mend the cause, redrive the queue',
      })
    }
    for (const { fn, node } of props.jobs) {
      this.alarm(`${node.id}Errors`, {
        metric: fn.metricErrors({ period }),
        threshold: errors,
        description: 'The function fails again and again',
      })
      this.alarm(`${node.id}Throttles`, {
        metric: fn.metricThrottles({ period }),
        threshold: throttles,
        periods: throttledPeriods,
        description: "The account's concurrency is used up",
      })
    }
    this.alarm('StreamAge', {
      metric: props.streamed.fn.metric('IteratorAge', {
        period,
        statistic: 'Maximum',
        unit: Unit.MILLISECONDS,
      }),
      threshold: Duration.minutes(streamAgeMinutes).toMilliseconds(),
      description: "The effects of the table's changes come late",
    })
    this.alarm('ApiServerErrors', {
      metric: props.api.metricServerError({ period, statistic: 'Sum' }),
      threshold: serverErrors,
      description: 'The API answers 5xx',
    })
  }

  private alarm(
    id: string,
    props: { metric: Metric; threshold: number; description: string; periods?: number },
  ): void {
    props.metric
      .createAlarm(this, id, {
        threshold: props.threshold,
        evaluationPeriods: props.periods ?? 1,
        alarmDescription: props.description,
        // No data: nothing failed, nothing waits.
        treatMissingData: TreatMissingData.NOT_BREACHING,
      })
      .addAlarmAction(new SnsAction(this.topic))
  }
}
