import { Duration } from 'aws-cdk-lib'

/**
 * The usual period: CloudWatch's metrics of SQS, Lambda and DynamoDB come every minute, and a single minute says
 * little.
 */
export const period = Duration.minutes(5)

/** Each dead letter is a row, a mail or a migration that nothing else will finish. */
export const deadLetters = 1
