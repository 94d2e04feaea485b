import { type App, Validations } from 'aws-cdk-lib'
import { AwsSolutionsChecks } from 'cdk-nag'
import type { IConstruct } from 'constructs'
import { consoleRoutes, documentRoutes } from '../../shared/http/routes.ts'
import { poolFunctions, serviceFunctions } from '../functions.ts'

interface Exception {
  /** Paths of constructs, relative to the stack. */
  readonly on: readonly string[]
  readonly rule: string
  readonly reason: string
}

const objectsUnder = (prefix: string, on: readonly string[], reason: string): Exception => ({
  on: on.map((name) => `${name}/Role`),
  rule: `AwsSolutions-IAM5[Resource::<Bucket.Arn>/${prefix}/*]`,
  reason,
})

/** Every finding of cdk-nag's AwsSolutions pack that is accepted, and why. Any other fails the synthesis. */
export const exceptions: readonly Exception[] = [
  {
    on: ['Files/Bucket'],
    rule: 'AwsSolutions-S1',
    reason:
      'Objects live for 28 days, and who read one is for CloudTrail data events to say: they name the role, access logs name an address.',
  },
  {
    on: [
      'Api/showDecision',
      'Api/probeDecision',
      'Api/makeDecision',
      'Api/showConfirmation',
      'Api/probeConfirmation',
      'Api/confirmEmail',
    ],
    rule: 'AwsSolutions-APIG4',
    reason:
      'A claimed user comes from a mail and has no token; the unguessable link is the authorization (U6).',
  },
  {
    on: [...documentRoutes.map(({ operation }) => `Api/${operation}`), 'Api/Default'],
    rule: 'AwsSolutions-APIG4',
    reason: 'What the service says of itself is public, and a path that does not exist needs no caller.',
  },
  {
    on: consoleRoutes.map(({ operation }) => `Api/${operation}`),
    rule: 'AwsSolutions-APIG4',
    reason:
      "The console's page and files hold nothing of anybody's; all that it shows it asks of the API, with a token.",
  },
  objectsUnder(
    'imports',
    ['admin-api', 'import', 'import-rows', 'report', 'deletion'],
    'Uploads have any name under this prefix.',
  ),
  objectsUnder(
    'accounts',
    ['import', 'import-rows', 'report'],
    'Bulk loads have any name under this prefix.',
  ),
  objectsUnder(
    'aws/lambda',
    ['effects'],
    'Lambda names what it puts aside by time, under a prefix of its own choice.',
  ),
  objectsUnder(
    'reports',
    ['admin-api', 'platform-api', 'report', 'mail', 'deletion'],
    'One object per import, named after it.',
  ),
  objectsUnder('exports', ['admin-api', 'export', 'deletion'], 'One object per export, named after it.'),
  objectsUnder('directory', ['admin-api', 'sync', 'deletion'], 'One upload per sync, named after it.'),
  objectsUnder(
    'syncs',
    ['admin-api', 'sync', 'deletion'],
    'What a sync works on, in as many objects as it takes.',
  ),
  {
    on: ['effects/Role'],
    rule: 'AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:scheduler:<AWS::Region>:<AWS::AccountId>:schedule/<ScheduleGroup>/*]',
    reason: "One schedule per due minute, named after it, in the service's own group.",
  },
  {
    on: serviceFunctions.map((name) => `${name}/Role`),
    rule: 'AwsSolutions-IAM5[Resource::*]',
    reason:
      'X-Ray takes segments for the whole account; so is dynamodb:ListStreams, which Lambda asks for to read a stream.',
  },
]

/** Those that apply only where deployments are gradual. */
export const deploymentExceptions: readonly Exception[] = [
  {
    on: ['Deployments/Role'],
    rule: 'AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AWSCodeDeployRoleForLambdaLimited]',
    reason: "AWS's own policy for just this, which follows what CodeDeploy comes to need.",
  },
]

/** Exceptions for the stack's own user pool. */
export const userPoolExceptions: readonly Exception[] = [
  {
    on: ['Users/Pool'],
    rule: 'AwsSolutions-COG8',
    reason: 'The Plus plan adds threat protection for passwords; here everyone has a second factor.',
  },
  {
    on: poolFunctions.map((name) => `${name}/Role`),
    rule: 'AwsSolutions-IAM5[Resource::*]',
    reason: 'X-Ray takes segments for the whole account.',
  },
]

/**
 * Runs cdk-nag with the exceptions.
 * @throws Error if an exception names a construct that doesn't exist
 */
export function checkAwsSolutions(
  app: App,
  stack: IConstruct,
  options: { readonly userPool: boolean; readonly deployments: boolean },
): void {
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app))
  const accepted = [
    ...exceptions,
    ...(options.userPool ? userPoolExceptions : []),
    ...(options.deployments ? deploymentExceptions : []),
  ]
  for (const { on, rule: id, reason } of accepted) {
    for (const path of on) {
      const construct = path.split('/').reduce((parent, child) => parent.node.findChild(child), stack)
      Validations.of(construct).acknowledge({ id, reason })
    }
  }
}
