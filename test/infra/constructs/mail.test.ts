import { describe, expect, it } from 'vitest'
import { synthesizedTemplate } from '../template.ts'

const template = await synthesizedTemplate()

describe('what SES tells of our mails', () => {
  it('N4: bounces and complaints are published on the account’s default bus', () => {
    const [destination, ...others] = template.ofType('AWS::SES::ConfigurationSetEventDestination')
    expect(others).toEqual([])
    expect(destination?.properties).toEqual({
      ConfigurationSetName: 'MailConfigurationSet',
      EventDestination: {
        Enabled: true,
        MatchingEventTypes: ['bounce', 'complaint', 'reject'],
        EventBridgeDestination: {
          EventBusArn: 'arn:AWS::Partition:events:AWS::Region:AWS::AccountId:event-bus/default',
        },
      },
    })
  })

  it('N4: bounces and complaints of our configuration set, and no others, come to the feedback queue', () => {
    expect(template.ofType('AWS::Events::Rule').map(({ id }) => id)).toEqual(['FeedbackRule'])
    expect(template.get('FeedbackRule').properties).toEqual({
      Description: expect.any(String),
      State: 'ENABLED',
      EventPattern: {
        source: ['aws.ses'],
        'detail-type': ['Email Bounced', 'Email Complaint Received'],
        detail: { mail: { tags: { 'ses:configuration-set': ['MailConfigurationSet'] } } },
      },
      Targets: [
        {
          Arn: 'FeedbackQueue.Arn',
          Id: expect.any(String),
          DeadLetterConfig: { Arn: 'FeedbackDeadLetters.Arn' },
        },
      ],
    })
  })

  it.each(['FeedbackQueue', 'FeedbackDeadLetters'])(
    'N4: %s lets that rule send to it, and nobody else',
    (queue) => {
      const policies = template
        .ofType('AWS::SQS::QueuePolicy')
        .filter(({ properties }) => JSON.stringify(properties.Queues) === JSON.stringify([queue]))
      expect(policies.map(({ properties }) => properties.PolicyDocument)).toEqual([
        {
          Version: '2012-10-17',
          Statement: [
            expect.objectContaining({ Effect: 'Deny', Action: 'sqs:*' }),
            {
              Sid: 'FeedbackOfThisRule',
              Effect: 'Allow',
              Principal: { Service: 'events.amazonaws.com' },
              Action: 'sqs:SendMessage',
              Resource: `${queue}.Arn`,
              Condition: { ArnEquals: { 'aws:SourceArn': 'FeedbackRule.Arn' } },
            },
          ],
        },
      ])
    },
  )
})
