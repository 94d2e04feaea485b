import { Stack } from 'aws-cdk-lib'
import { EventBus } from 'aws-cdk-lib/aws-events'
import {
  ConfigurationSet,
  ConfigurationSetTlsPolicy,
  EmailIdentity,
  EmailSendingEvent,
  EventDestination,
  Identity,
} from 'aws-cdk-lib/aws-ses'
import { Construct } from 'constructs'
import { pinLogicalId } from './logical-id.ts'

/**
 * SES: the sender's domain and the configuration set every mail is sent with.
 * Bounces and complaints go to the account's default event bus: SES delivers to no other.
 */
export class Mail extends Construct {
  readonly identity: EmailIdentity
  readonly configurationSetName: string
  readonly configurationSetArn: string

  constructor(scope: Construct, id: string, props: { readonly from: string }) {
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
