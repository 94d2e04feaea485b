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
import { type FunctionName, functions, handingOn, logicalId } from './functions.ts'
import { pinLogicalId } from './logical-id.ts'

/** Long enough to look into a claim that went wrong in its 14 days and was noticed a month later. */
export const logRetention = RetentionDays.THREE_MONTHS

/** The variable that Powertools takes the namespace of metrics from: the stack's name, so two stages have two. */
const metricsNamespace = 'POWERTOOLS_METRICS_NAMESPACE'

export interface JobProps {
  readonly name: FunctionName
  /** Its bundle's folder. */
  readonly bundle: string
  readonly environment: Readonly<Record<string, string>>
  /** Executions at a time that are its alone, and the most it has; without it, it shares what nobody reserved. */
  readonly reservedConcurrency?: number | undefined
  /** All that it may do, save writing its log. */
  readonly statements: readonly PolicyStatement[]
}

/**
 * One function with a role and a log group that nobody shares. The role's policy is part of the role, so
 * there is never a moment at which the function runs with half of it.
 */
export class Job extends Construct {
  readonly fn: LambdaFunction
  readonly role: Role
  /** What is to be called: the function itself, or the alias that a gradual deployment moves. */
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
            // X-Ray takes segments for the account and has no narrower resource.
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
      // Of each invocation that goes well Lambda would write 400 bytes, which cost more than the invocation. Those that end by a
      // time-out or a crash are told still; durations are metrics anyhow.
      systemLogLevelV2: SystemLogLevel.WARN,
      ...(props.reservedConcurrency !== undefined && {
        reservedConcurrentExecutions: props.reservedConcurrency,
      }),
      ...(handingOn.includes(props.name) && { recursiveLoop: RecursiveLoop.ALLOW }),
    })
    // Not CDK's `tracing`: that makes a policy of its own, which comes after the function.
    const resource = this.fn.node.defaultChild
    if (!(resource instanceof CfnFunction)) throw new Error('the function has no resource')
    resource.tracingConfig = { mode: 'Active' }
    pinLogicalId(this.fn, logicalId(props.name))
    this.live = this.fn
  }
}
