import { Duration } from 'aws-cdk-lib'
import { TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch'
import { LambdaApplication, LambdaDeploymentConfig, LambdaDeploymentGroup } from 'aws-cdk-lib/aws-codedeploy'
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { FunctionBase, type IFunction } from 'aws-cdk-lib/aws-lambda'
import { Construct } from 'constructs'
import { liveId, type ServiceFunction } from '../functions.ts'
import type { Job } from './job.ts'
import { pinLogicalId } from './logical-id.ts'

/** Callers use this alias, which a deployment moves from the old version to the new one. */
const liveAlias = 'live'

/** A tenth of the calls for five minutes, then all: long enough for an alarm with a period of a minute. */
const pace = LambdaDeploymentConfig.CANARY_10PERCENT_5MINUTES

/** A single error is retried; this many in a minute, with a tenth of the calls, are the new code's fault. */
const errorsToRollBack = 3

/** Narrows an alias to `IFunction`, whose type says otherwise only because a role may be undefined. */
function callable(construct: unknown): IFunction {
  if (construct instanceof FunctionBase) return construct
  throw new Error('the alias is no function')
}

/**
 * Gradual deployments: new code gets a tenth of the calls first and is rolled back automatically if it fails;
 * CloudFormation then rolls the whole deployment back. So old code may meet what new code has written.
 */
export class Deployments extends Construct {
  private readonly application: LambdaApplication
  private readonly role: Role

  constructor(scope: Construct, id: string) {
    super(scope, id)
    this.application = new LambdaApplication(this, 'Application')
    this.role = new Role(this, 'Role', {
      description: 'Moves the calls of the claim service from one version of a function to the next',
      assumedBy: new ServicePrincipal('codedeploy.amazonaws.com'),
    })
  }

  /**
   * Makes the alias of a function.
   * @returns what callers must use instead of the function itself
   */
  of(name: ServiceFunction, { fn }: Job): IFunction {
    const alias = fn.addAlias(liveAlias)
    pinLogicalId(alias, liveId(name))
    new LambdaDeploymentGroup(this, `${name}-group`, {
      application: this.application,
      alias,
      role: this.role,
      deploymentConfig: pace,
      alarms: [
        alias.metricErrors({ period: Duration.minutes(1) }).createAlarm(this, `${name}-errors`, {
          alarmDescription: `${name} fails: a deployment that is under way is rolled back`,
          threshold: errorsToRollBack,
          evaluationPeriods: 1,
          treatMissingData: TreatMissingData.NOT_BREACHING,
        }),
      ],
    })
    return callable(alias)
  }
}
