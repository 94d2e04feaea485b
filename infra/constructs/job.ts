import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib'
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import {
  Architecture,
  CfnFunction,
  Code,
  type IFunction,
  Function as LambdaFunction,
  LoggingFormat,
  RecursiveLoop,
  Runtime,
  SystemLogLevel,
} from 'aws-cdk-lib/aws-lambda'
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs'
import { Construct } from 'constructs'
import { type FunctionName, functions, handingOn, logicalId } from '../functions.ts'
import { pinLogicalId } from './logical-id.ts'

/** Long enough to investigate a claim that went wrong in its 14 days and was noticed a month later. */
export const logRetention = RetentionDays.THREE_MONTHS

/** The variable from which Powertools takes the namespace of metrics: the stack's name, so that stages don't mix. */
const metricsNamespace = 'POWERTOOLS_METRICS_NAMESPACE'

export interface JobProps {
  readonly name: FunctionName
  /** The folder of its bundle. */
  readonly bundle: string
  readonly environment: Readonly<Record<string, string>>
  /** Reserved concurrent executions, which are also its maximum; without it, it shares the unreserved ones. */
  readonly reservedConcurrency?: number | undefined
  /** Its permissions, besides writing its own log. */
  readonly statements: readonly PolicyStatement[]
}

/**
 * A function with a role and a log group of its own. The policy is inline in the role, so the function never runs
 * with half of it.
 */
export class Job extends Construct {
  readonly fn: LambdaFunction
  readonly role: Role
  /** What callers use: the function itself, or the alias that a gradual deployment moves. */
  live: IFunction

  constructor(scope: Construct, id: string, props: JobProps) {
    super(scope, id)
    const spec = functions[props.name]
    const logGroup = new LogGroup(this, 'Log', {
      retention: logRetention,
      removalPolicy: RemovalPolicy.DESTROY,
    })
    this.role = new Role(this, 'Role', {
      description: `What ${props.name} of the claim service may do`,
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      inlinePolicies: {
        job: new PolicyDocument({
          statements: [
            new PolicyStatement({
              sid: 'OwnLog',
              actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
              resources: [logGroup.logGroupArn],
            }),
            // X-Ray has no narrower resource than the account.
            new PolicyStatement({
              sid: 'Trace',
              actions: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'],
              resources: ['*'],
            }),
            ...props.statements,
          ],
        }),
      },
    })
    this.fn = new LambdaFunction(this, 'Function', {
      description: spec.description,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      handler: 'index.handler',
      code: Code.fromAsset(props.bundle),
      memorySize: spec.memoryMb,
      timeout: Duration.seconds(spec.timeoutSeconds),
      environment: { ...props.environment, [metricsNamespace]: Stack.of(this).stackName },
      role: this.role,
      logGroup,
      loggingFormat: LoggingFormat.JSON,
      // Lambda's own log of each successful invocation would cost more than the invocation. Time-outs and crashes
      // are still logged, and durations are metrics anyway.
      systemLogLevelV2: SystemLogLevel.WARN,
      ...(props.reservedConcurrency !== undefined && {
        reservedConcurrentExecutions: props.reservedConcurrency,
      }),
      ...(handingOn.includes(props.name) && { recursiveLoop: RecursiveLoop.ALLOW }),
    })
    // Not CDK's `tracing`, which adds a separate policy that is created after the function.
    const resource = this.fn.node.defaultChild
    if (!(resource instanceof CfnFunction)) throw new Error('the function has no resource')
    resource.tracingConfig = { mode: 'Active' }
    pinLogicalId(this.fn, logicalId(props.name))
    this.live = this.fn
  }
}
