import { Aws, Stack } from 'aws-cdk-lib'
import { EventBus, Rule } from 'aws-cdk-lib/aws-events'
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import {
  ConfigurationSet,
  ConfigurationSetTlsPolicy,
  EmailIdentity,
  EmailSendingEvent,
  EventDestination,
  Identity,
  type IEmailIdentity,
  MailFromBehaviorOnMxFailure,
} from 'aws-cdk-lib/aws-ses'
import type { Queue } from 'aws-cdk-lib/aws-sqs'
import { Construct } from 'constructs'
import { pinLogicalId } from './logical-id.ts'
import { deadLettersOf } from './queues.ts'

/** SES events that say something about an address. A rejected mail (one with a virus) doesn't. */
const feedbackTypes = ['Email Bounced', 'Email Complaint Received']

/**
 * The MAIL FROM subdomain, to which bounces return. It must have no other use, so not `mail`, where many have a
 * server. It makes SPF cover the sender's own domain, as DMARC requires.
 */
const mailFromLabel = 'bounces'

/** A DNS record of the sender's domain, as an output of the stack. */
export interface DnsRecord {
  readonly output: string
  readonly record: string
  readonly purpose: string
}

export interface MailProps {
  readonly from: string
  /** `use`: SES, which has one identity per domain, account and region, already has it. */
  readonly identity: 'create' | 'use'
  /** Gets a message for each bounce and complaint. */
  readonly feedback: Queue
}

/**
 * SES: the sender's identity and the configuration set that every mail is sent with. SES publishes bounces and
 * complaints only to the account's default event bus, which carries all of the account's mail events; the rule takes
 * those of this configuration set.
 */
export class Mail extends Construct {
  readonly identity: IEmailIdentity
  /** Empty if the identity belongs to another stack, which then has the records. */
  readonly records: readonly DnsRecord[]
  readonly configurationSetName: string
  readonly configurationSetArn: string
  /** Forwards bounces and complaints to the queue. */
  readonly feedbackRule: Rule

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
    const failed = deadLettersOf(props.feedback)
    const rule = new Rule(this, 'FeedbackRule', {
      description: "Bounces and complaints of the claim service's mails",
      eventPattern: {
        source: ['aws.ses'],
        detailType: feedbackTypes,
        detail: { mail: { tags: { 'ses:configuration-set': [this.configurationSetName] } } },
      },
      // Not CDK's SqsQueue target, which also lets EventBridge read the queue's attributes and URL.
      targets: [
        {
          bind: () => ({
            arn: props.feedback.queueArn,
            // Without it, EventBridge drops what it can't deliver within a day.
            deadLetterConfig: { arn: failed.queueArn },
          }),
        },
      ],
    })
    pinLogicalId(rule, 'FeedbackRule')
    this.feedbackRule = rule
    for (const queue of [props.feedback, failed]) {
      queue.addToResourcePolicy(
        new PolicyStatement({
          sid: 'FeedbackOfThisRule',
          principals: [new ServicePrincipal('events.amazonaws.com')],
          actions: ['sqs:SendMessage'],
          resources: [queue.queueArn],
          conditions: { ArnEquals: { 'aws:SourceArn': rule.ruleArn } },
        }),
      )
    }
    this.configurationSetArn = Stack.of(this).formatArn({
      service: 'ses',
      resource: 'configuration-set',
      resourceName: configurationSet.configurationSetName,
    })
    const domain = props.from.slice(props.from.lastIndexOf('@') + 1)
    if (props.identity === 'use') {
      this.identity = EmailIdentity.fromEmailIdentityName(this, 'Identity', domain)
      this.records = []
      return
    }
    const mailFrom = `${mailFromLabel}.${domain}`
    const identity = new EmailIdentity(this, 'Identity', {
      identity: Identity.domain(domain),
      mailFromDomain: mailFrom,
      // Until the records exist, mails use amazonses.com as MAIL FROM.
      mailFromBehaviorOnMxFailure: MailFromBehaviorOnMxFailure.USE_DEFAULT_VALUE,
    })
    pinLogicalId(identity, 'MailIdentity')
    this.identity = identity
    this.records = [
      ...identity.dkimRecords.map(({ name, value }, index) => ({
        output: `DkimRecord${index + 1}`,
        record: `${name} CNAME ${value}`,
        purpose:
          "Proves to SES that the domain is yours, and signs the mails: the sender's domain isn't verified without it",
      })),
      {
        output: 'MailFromMxRecord',
        record: `${mailFrom} MX 10 feedback-smtp.${Aws.REGION}.amazonses.com`,
        purpose: 'Brings bounces to SES: the mails return to your own domain',
      },
      {
        output: 'MailFromSpfRecord',
        record: `${mailFrom} TXT "v=spf1 include:amazonses.com ~all"`,
        purpose: 'SPF: lets SES send from the domain that the mails return to',
      },
      {
        output: 'DmarcRecord',
        record: `_dmarc.${domain} TXT "v=DMARC1; p=none"`,
        purpose:
          'DMARC: what receivers do with mails that only pretend to come from the domain; keep the one that is there',
      },
    ]
  }
}
