import { Annotations, CfnOutput, Stack } from 'aws-cdk-lib'
import { EventBus } from 'aws-cdk-lib/aws-events'
import type { Queue } from 'aws-cdk-lib/aws-sqs'
import type { Construct } from 'constructs'
import { type EnvName, functionVariables } from '../shared/contracts/environment.ts'
import { tableSchema } from '../shared/storage/schema.ts'
import { Alarms } from './observability/alarms.ts'
import { Api } from './constructs/api.ts'
import { Files } from './constructs/bucket.ts'
import type { Bundles } from './build/bundles.ts'
import { type Concurrency, concurrencyOf } from './concurrency.ts'
import { type Config, nobody, ofStage } from './config.ts'
import { Dashboard } from './observability/dashboard.ts'
import { Deployments } from './constructs/deployments.ts'
import { type FunctionName, type ServiceFunction, serviceFunctions } from './functions.ts'
import { Job } from './constructs/job.ts'
import { pinLogicalId } from './constructs/logical-id.ts'
import { Mail } from './constructs/mail.ts'
import { permissions } from './permissions.ts'
import { PublicAddress } from './constructs/public-address.ts'
import { deadLettersOf, Queues } from './constructs/queues.ts'
import { Schedules } from './constructs/schedules.ts'
import { Table } from './constructs/table.ts'
import { triggerByQueue, triggerByStream } from './constructs/triggers.ts'
import { Users } from './constructs/user-pool.ts'

export interface ClaimServiceProps {
  readonly config: Config
  readonly bundles: Bundles
}

/** Environment of a function that reads a queue: where it returns messages to, and moves dead letters. */
interface OwnQueue {
  readonly QUEUE_URL: string
  readonly DEAD_LETTERS_URL: string
}

const ownQueue = (queue: Queue | undefined): OwnQueue | undefined =>
  queue && { QUEUE_URL: queue.queueUrl, DEAD_LETTERS_URL: deadLettersOf(queue).queueUrl }

/** The whole service. Independent of account and region, so the template is the same wherever it is synthesized. */
export class ClaimServiceStack extends Stack {
  constructor(scope: Construct, id: string, { config, bundles }: ClaimServiceProps) {
    super(scope, id, {
      description: 'Lets an organization claim the accounts on its own domains',
      terminationProtection: true,
    })
    const table = new Table(this, 'Data', {
      customerManagedKey: config.customerManagedKey,
      warmThroughput: config.warmThroughput,
      restoredStreamArn: config.restoredTableStream,
    })
    const queues = new Queues(this, 'Queues')
    const api = new Api(this, 'Api', {
      name: ofStage('claim-service', config.stage),
      allowedOrigins: config.allowedOrigins,
    })
    const publicUrl = config.publicUrl ?? api.api.apiEndpoint
    const { bucket } = new Files(this, 'Files', {
      allowedOrigins: config.allowedOrigins,
      consoleOrigin: publicUrl,
      uploadOrigins: config.uploadOrigins,
      uploads: queues.imports,
      directories: queues.syncs,
    })
    const schedules = new Schedules(this, 'Schedules', {
      target: queues.due,
      workers: [queues.mails, queues.migrations],
    })
    const bus = new EventBus(this, 'Events', { description: 'Every change of a claim, user or import' })
    pinLogicalId(bus, 'EventBus')
    const sender = config.mailFrom ?? nobody
    const mail = new Mail(this, 'Mail', {
      from: sender,
      identity: config.mailIdentity,
      feedback: queues.feedback,
    })
    const bundleOf = (name: FunctionName): string => {
      const folder = bundles.get(name)
      if (folder === undefined) throw new Error(`${name} was not bundled`)
      return folder
    }
    const issuer =
      config.jwt === undefined
        ? new Users(this, 'Users', { stage: config.stage, bundleOf, consoleUrl: `${publicUrl}/console` })
        : {
            jwt: config.jwt,
            console: {
              clientId: config.consoleClientId ?? '',
              scope: config.consoleScope,
              origins: config.issuerOrigins,
            },
          }

    const environment: Readonly<Record<Exclude<EnvName, keyof OwnQueue>, string>> = {
      TABLE_NAME: table.table.tableName,
      BUCKET_NAME: bucket.bucketName,
      IMPORT_QUEUE_URL: queues.imports.queueUrl,
      IMPORT_ROWS_QUEUE_URL: queues.importRows.queueUrl,
      REPORT_QUEUE_URL: queues.reports.queueUrl,
      MAIL_QUEUE_URL: queues.mails.queueUrl,
      MAIL_QUEUE_ARN: queues.mails.queueArn,
      MAIL_DEAD_LETTERS_ARN: deadLettersOf(queues.mails).queueArn,
      DUE_QUEUE_URL: queues.due.queueUrl,
      DUE_QUEUE_ARN: queues.due.queueArn,
      DUE_DEAD_LETTERS_ARN: schedules.deadLetters.queueArn,
      MIGRATION_QUEUE_URL: queues.migrations.queueUrl,
      MIGRATION_QUEUE_ARN: queues.migrations.queueArn,
      MIGRATION_DEAD_LETTERS_ARN: deadLettersOf(queues.migrations).queueArn,
      EXPORT_QUEUE_URL: queues.exports.queueUrl,
      SYNC_QUEUE_URL: queues.syncs.queueUrl,
      DELETION_QUEUE_URL: queues.deletions.queueUrl,
      SCHEDULE_GROUP: schedules.groupName,
      SCHEDULE_ROLE_ARN: schedules.role.roleArn,
      EVENT_BUS_NAME: bus.eventBusName,
      MAIL_FROM: sender,
      MAIL_CONFIGURATION_SET: mail.configurationSetName,
      API_URL: publicUrl,
      CONSOLE_ISSUER: issuer.jwt.issuer,
      CONSOLE_CLIENT_ID: issuer.console.clientId,
      CONSOLE_SCOPE: issuer.console.scope,
      CONSOLE_ORIGINS: [`https://${bucket.bucketRegionalDomainName}`, ...issuer.console.origins].join(' '),
      PRODUCT_NAME: config.productName,
      SUPPORT_URL: config.supportUrl ?? '',
      LOGO_URL: config.logoUrl ?? '',
      MAILS_PER_SECOND: String(config.mailsPerSecond),
      CONTENT_MIGRATION_CUTOFF: config.contentMigrationCutoff?.toISOString() ?? 'none',
      SYNC_MAX_INACTIVE_PERCENT: String(config.syncMaxInactivePercent),
    }
    const allowed = permissions({ table, bucket, queues, schedules, bus, mail })
    const concurrency = this.concurrency(config.accountConcurrency)
    const environmentOf = (name: ServiceFunction): Record<string, string> => {
      const all: Partial<Record<EnvName, string>> = { ...environment, ...ownQueue(queues.readBy[name]) }
      return Object.fromEntries(
        functionVariables[name].map((variable) => {
          const value = all[variable]
          if (value === undefined) throw new Error(`${name} has no queue for ${variable}`)
          return [variable, value]
        }),
      )
    }
    const job = (name: ServiceFunction): Job =>
      new Job(this, name, {
        name,
        reservedConcurrency: concurrency.reservations[name],
        bundle: bundleOf(name),
        environment: environmentOf(name),
        statements: allowed[name],
      })
    const jobs = {
      'admin-api': job('admin-api'),
      'platform-api': job('platform-api'),
      decisions: job('decisions'),
      openapi: job('openapi'),
      console: job('console'),
      import: job('import'),
      'import-rows': job('import-rows'),
      report: job('report'),
      effects: job('effects'),
      mail: job('mail'),
      due: job('due'),
      migrate: job('migrate'),
      export: job('export'),
      feedback: job('feedback'),
      sync: job('sync'),
      deletion: job('deletion'),
    } as const satisfies Record<ServiceFunction, Job>
    if (config.gradualDeployment) {
      const deployments = new Deployments(this, 'Deployments')
      for (const name of serviceFunctions) jobs[name].live = deployments.of(name, jobs[name])
    }

    const { caps } = concurrency
    triggerByQueue(jobs.import, queues.imports, { batchSize: 1, cap: caps.import })
    triggerByQueue(jobs['import-rows'], queues.importRows, { batchSize: 5, cap: caps['import-rows'] })
    triggerByQueue(jobs.report, queues.reports, { batchSize: 1, cap: caps.report })
    triggerByQueue(jobs.mail, queues.mails, { batchSize: 25, windowSeconds: 1, cap: caps.mail })
    triggerByQueue(jobs.due, queues.due, { batchSize: 1, cap: caps.due })
    triggerByQueue(jobs.migrate, queues.migrations, { batchSize: 5, cap: caps.migrate })
    triggerByQueue(jobs.export, queues.exports, { batchSize: 1, cap: caps.export })
    triggerByQueue(jobs.feedback, queues.feedback, { batchSize: 10, cap: caps.feedback })
    triggerByQueue(jobs.sync, queues.syncs, { batchSize: 1, cap: caps.sync })
    triggerByQueue(jobs.deletion, queues.deletions, { batchSize: 5, cap: caps.deletion })
    const stream = triggerByStream(jobs.effects, table, {
      failures: bucket,
      parallelization: concurrency.streamParallelization,
    })

    api.addRoutes(
      {
        'admin-api': jobs['admin-api'].live,
        'platform-api': jobs['platform-api'].live,
        decisions: jobs.decisions.live,
        openapi: jobs.openapi.live,
        console: jobs.console.live,
      },
      issuer.jwt,
    )
    const watched = {
      stream,
      namespace: this.stackName,
      queues,
      jobs: { ...jobs, ...(issuer instanceof Users && { 'pool-token': issuer.token }) },
      tableName: table.table.tableName,
      indexes: tableSchema.indexes.map(({ name }) => name),
      scheduleGroup: schedules.groupName,
      feedbackRule: mail.feedbackRule.ruleName,
      api: api.api,
    }
    new Alarms(this, 'Alarms', { email: config.alarmEmail, ...watched })
    new Dashboard(this, 'Dashboard', watched)

    this.output('ApiUrl', publicUrl, 'Where the API and the decision links answer')
    this.output('ConsoleUrl', `${publicUrl}/console`, 'Where admins sign in')
    this.output('BucketName', bucket.bucketName, 'Takes uploads, and has reports and exports')
    this.output('TableName', table.table.tableName, 'Holds everything')
    this.output('EventBusName', bus.eventBusName, 'Every change of a claim, user or import is published here')
    if (issuer instanceof Users) {
      this.output('UserPoolId', issuer.pool.userPoolId, 'Where admins are made and given their organization')
      this.output('PeopleClientId', issuer.peopleClientId, 'What admins sign in with')
      this.output('ConsoleClientId', issuer.console.clientId, 'What the console signs admins in with')
      this.output('PlatformClientId', issuer.platformClientId, 'What the platform gets its tokens with')
      this.output('TokenUrl', issuer.tokenUrl, 'Where the platform gets its tokens, by client credentials')
    }
    for (const { output, record, purpose } of mail.records) this.output(output, record, purpose)
    if (config.publicUrl !== undefined && config.certificateArn !== undefined) {
      const host = new URL(config.publicUrl).hostname
      const { certificateArn } = config
      const address = new PublicAddress(this, 'PublicAddress', {
        host,
        certificateArn,
        api: api.api,
        stage: api.stage,
      })
      this.output(
        'PublicUrlRecord',
        `${host} CNAME ${address.target}`,
        'Makes publicUrl the address of the API',
      )
    }
  }

  private concurrency(account: number): Concurrency {
    const concurrency = concurrencyOf(account)
    if (!concurrency.isRoomy) {
      Annotations.of(this).addWarningV2(
        'claim-service:accountConcurrency',
        `${account} concurrent executions are too few: queues and stream take up to ${concurrency.background} at the least ` +
          'that they can be capped at, and sign-ins find no room then. Raise the quota "Concurrent executions" of Lambda first.',
      )
    }
    return concurrency
  }

  private output(name: string, value: string, description: string): void {
    new CfnOutput(this, name, { value, description })
  }
}
