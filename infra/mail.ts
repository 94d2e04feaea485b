import { Stack } from 'aws-cdk-lib'
import { EventBus, Rule } from 'aws-cdk-lib/aws-events'
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import {
  ConfigurationSet,
  ConfigurationSetTlsPolicy,
  EmailIdentity,
  EmailSendingEvent,
  EventDestination,
  Identity,
} from 'aws-cdk-lib/aws-ses'
import type { Queue } from 'aws-cdk-lib/aws-sqs'
import { Construct } from 'constructs'
import { pinLogicalId } from './logical-id.ts'

/** What SES publishes that says something of an address. A mail it rejects (a virus in it) says nothing of where it went. */
const feedbackTypes = ['Email Bounced', 'Email Complaint Received']

export interface MailProps {
  readonly from: string
  /** Gets a message for each bounce and complaint. */
  readonly feedback: Queue
}

/**
 * SES: the sender's domain and the configuration set every mail is sent with.
 * Bounces and complaints go to the account's default event bus, since SES delivers to no other, where all that SES
 * tells of the account's mails comes by: the rule takes those of this configuration set.
 */
export class Mail extends Construct {
  readonly identity: EmailIdentity
  readonly configurationSetName: string
  readonly configurationSetArn: string

  constructor(scope: Construct, id: string, props: MailProps) {
    super(scope, id)
    const configurationSet = new ConfigurationSet(this, 'ConfigurationSet', {
      tlsPolicy: ConfigurationSetTlsPolicy.REQUIRE,
      reputationMetrics: true,
    })
    pinLogicalId(configurationSet, 'MailConfigurationSet')
    configurationSet.addEventDestination('Feedback', {
      destination: EventDestination.eventBus(EventBus.fromEventBusName(this, 'DefaultBus', 'default')),
      events: [EmailSendingEvent.BOUNCE, EmailSendingEvent.COMPLAINT, EmailSendingEvent.REJECT],
    })
    this.configurationSetName = configurationSet.configurationSetName
    const rule = new Rule(this, 'FeedbackRule', {
      description: "Bounces and complaints of the claim service's mails",
      eventPattern: {
        source: ['aws.ses'],
        detailType: feedbackTypes,
        detail: { mail: { tags: { 'ses:configuration-set': [this.configurationSetName] } } },
      },
      // Not CDK's SqsQueue target: that also lets EventBridge read the queue's attributes and URL.
      targets: [{ bind: () => ({ arn: props.feedback.queueArn }) }],
    })
    pinLogicalId(rule, 'FeedbackRule')
    props.feedback.addToResourcePolicy(
      new PolicyStatement({
        sid: 'FeedbackOfThisRule',
        principals: [new ServicePrincipal('events.amazonaws.com')],
        actions: ['sqs:SendMessage'],
        resources: [props.feedback.queueArn],
        conditions: { ArnEquals: { 'aws:SourceArn': rule.ruleArn } },
      }),
    )
    this.configurationSetArn = Stack.of(this).formatArn({
      service: 'ses',
      resource: 'configuration-set',
      resourceName: configurationSet.configurationSetName,
    })
    this.identity = new EmailIdentity(this, 'Identity', {
      identity: Identity.domain(props.from.slice(props.from.lastIndexOf('@') + 1)),
    })
    pinLogicalId(this.identity, 'MailIdentity')
  }
}
