import { ArnFormat, Aws, Stack } from 'aws-cdk-lib'
import { ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch'
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions'
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { Topic } from 'aws-cdk-lib/aws-sns'
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions'
import { Construct } from 'constructs'
import { type AlarmSources, alarmSpecs } from './alarm-specs.ts'

/** Each alarm has an entry here, found by its anchor. */
const runbook = 'docs/runbook.md'

export interface AlarmsProps extends AlarmSources {
  readonly email: string | undefined
}

/** The alarms, all sent to one topic. alarms/ defines them; the runbook says what to do. */
export class Alarms extends Construct {
  readonly topic: Topic

  constructor(scope: Construct, id: string, props: AlarmsProps) {
    super(scope, id)
    this.topic = new Topic(this, 'Topic', { enforceSSL: true })
    // A topic policy replaces SNS's default one, under which CloudWatch may publish; ours requires TLS, so that
    // right is added again.
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

    const action = new SnsAction(this.topic)
    for (const { id, metric, threshold, says, entry, periods = 1, atLeast = periods, below } of alarmSpecs(
      props,
    )) {
      const alarm = metric.createAlarm(this, id, {
        threshold,
        alarmDescription: `${says} ${runbook}#${entry}`,
        evaluationPeriods: periods,
        datapointsToAlarm: atLeast,
        comparisonOperator: below
          ? ComparisonOperator.LESS_THAN_THRESHOLD
          : ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
        // Missing data means that nothing failed and nothing waits, except for alarms about data that should have
        // come.
        treatMissingData: below ? TreatMissingData.BREACHING : TreatMissingData.NOT_BREACHING,
      })
      alarm.addAlarmAction(action)
      // Whoever was alarmed is also told when it is over.
      alarm.addOkAction(action)
    }
  }
}
