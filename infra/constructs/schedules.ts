import { ArnFormat, Aws, Stack } from 'aws-cdk-lib'
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { CfnSchedule, CfnScheduleGroup } from 'aws-cdk-lib/aws-scheduler'
import type { Queue } from 'aws-cdk-lib/aws-sqs'
import { Construct } from 'constructs'
import { pinLogicalId } from './logical-id.ts'
import { deadLettersOf } from './queues.ts'
import { sweepMessage } from './sweep-message.ts'

/** M2: the longest that a migration whose schedule was lost is late. */
const sweepMinutes = 15

/**
 * The schedule group of the due minutes, the role of its schedules, and the sweep. Schedules target the queue of due
 * work, or a worker's where one claim falls due, and never a function, so that failures can be redriven.
 */
export class Schedules extends Construct {
  readonly groupName: string
  readonly role: Role
  /** ARN pattern of the schedules in this group. */
  readonly schedulesArn: string
  /** Takes what a schedule couldn't deliver; without it EventBridge Scheduler drops it after a day. */
  readonly deadLetters: Queue

  constructor(
    scope: Construct,
    id: string,
    props: { readonly target: Queue; readonly workers: readonly Queue[] },
  ) {
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
      // The conditions keep schedules of other accounts and groups from using the role.
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
              resources: [props.target, ...props.workers].flatMap((queue) => [
                queue.queueArn,
                deadLettersOf(queue).queueArn,
              ]),
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
