import { ArnFormat, Aws, Stack } from 'aws-cdk-lib'
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { CfnSchedule, CfnScheduleGroup } from 'aws-cdk-lib/aws-scheduler'
import type { Queue } from 'aws-cdk-lib/aws-sqs'
import { Construct } from 'constructs'
import { pinLogicalId } from './logical-id.ts'
import { deadLettersOf } from './queues.ts'
import { sweepMessage } from './sweep-message.ts'

/** M2: no migration whose schedule was lost is later than this. */
const sweepMinutes = 15

/**
 * The group that holds the one-time schedules of the due minutes, the role they run under, and the sweep.
 * Every schedule's target is the queue of due work and never a function, so that what failed can be redriven.
 */
export class Schedules extends Construct {
  readonly groupName: string
  readonly role: Role
  /** Every schedule of the group, and of no other. */
  readonly schedulesArn: string
  /** Takes what a schedule could not deliver: without it EventBridge Scheduler drops it, after a day. */
  readonly deadLetters: Queue

  constructor(scope: Construct, id: string, props: { readonly target: Queue }) {
    super(scope, id)
    this.deadLetters = deadLettersOf(props.target)
    const group = new CfnScheduleGroup(this, 'Group')
    group.overrideLogicalId('ScheduleGroup')
    this.groupName = group.ref
    this.schedulesArn = Stack.of(this).formatArn({
      service: 'scheduler',
      resource: 'schedule',
      resourceName: `${this.groupName}/*`,
      arnFormat: ArnFormat.SLASH_RESOURCE_NAME,
    })
    this.role = new Role(this, 'Role', {
      description: 'What a schedule of the claim service may do: wake the worker',
      // The conditions keep schedules of other accounts and groups from borrowing the role.
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
        conditions: {
          StringEquals: {
            'aws:SourceAccount': Aws.ACCOUNT_ID,
            'aws:SourceArn': group.attrArn,
          },
        },
      }),
      inlinePolicies: {
        wake: new PolicyDocument({
          statements: [
            new PolicyStatement({
              actions: ['sqs:SendMessage'],
              resources: [props.target.queueArn, this.deadLetters.queueArn],
            }),
          ],
        }),
      },
    })
    pinLogicalId(this.role, 'ScheduleRole')
    const sweep = new CfnSchedule(this, 'Sweep', {
      description: 'Makes up for schedules that were lost',
      groupName: this.groupName,
      scheduleExpression: `rate(${sweepMinutes} minutes)`,
      flexibleTimeWindow: { mode: 'OFF' },
      target: {
        arn: props.target.queueArn,
        roleArn: this.role.roleArn,
        input: JSON.stringify(sweepMessage),
        deadLetterConfig: { arn: this.deadLetters.queueArn },
      },
    })
    sweep.overrideLogicalId('SweepSchedule')
  }
}
