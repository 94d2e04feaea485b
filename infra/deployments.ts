import { Duration } from 'aws-cdk-lib'
import { TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch'
import { LambdaApplication, LambdaDeploymentConfig, LambdaDeploymentGroup } from 'aws-cdk-lib/aws-codedeploy'
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { FunctionBase, type IFunction } from 'aws-cdk-lib/aws-lambda'
import { Construct } from 'constructs'
import { liveId, type ServiceFunction } from './functions.ts'
import type { Job } from './job.ts'
import { pinLogicalId } from './logical-id.ts'

/** What calls a function calls this, which a deployment moves from the old version to the new one. */
const liveAlias = 'live'

/** A tenth of the calls for five minutes, then all: long enough for an alarm of a minute to ring. */
const pace = LambdaDeploymentConfig.CANARY_10PERCENT_5MINUTES

/** A lone error is tried again; this many in a minute while a tenth of the calls go to it is the new code's fault. */
const errorsToRollBack = 3

/** What an alias is, though its types say otherwise of a role that is undefined. */
function callable(construct: unknown): IFunction {
  if (construct instanceof FunctionBase) return construct
  throw new Error('the alias is no function')
}

/**
 * Gradual deployments: new code gets a tenth of the calls first, and is taken back by itself when it fails. CloudFormation
 * then rolls the whole deployment back with it. So an older function may meet what a newer one has written.
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

  /** @returns what is to be called from now on, in place of the function itself */
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
