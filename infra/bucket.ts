import { Aws, Duration, RemovalPolicy } from 'aws-cdk-lib'
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  CfnBucket,
  type CorsRule,
  HttpMethods,
  ObjectOwnership,
} from 'aws-cdk-lib/aws-s3'
import type { Queue } from 'aws-cdk-lib/aws-sqs'
import { Construct } from 'constructs'
import { pinLogicalId } from './logical-id.ts'

/**
 * Fewer than the 30 days after which a user who is missing from the directory is removed (Y7): S3 expires at the
 * midnight that follows, and no file may outlive whom it names.
 *
 * Every object is a copy: of what an admin has on disk, or of what the table holds. It is full of personal
 * data, and is kept only as long as somebody may come back to a report to correct it and import it again.
 */
const objectDays = 28

/** What an upload in parts that was never completed has stored is paid for and listed nowhere. */
const unfinishedUploadDays = 1

/** Uploads under these start an import or a bulk load. */
const importedPrefixes = ['imports/', 'accounts/'] as const
const directoryPrefix = 'directory/'

/** Where Lambda puts what `effects` gave up on; no setting can change it. */
export const failedBatchesPrefix = 'aws/lambda'

export interface FilesProps {
  /** Web origins whose pages may upload by a presigned POST, and download what a presigned address names. */
  readonly allowedOrigins: readonly string[]
  /** The console's own, whose page does the same. */
  readonly consoleOrigin: string
  /** Those whose pages may upload, and no more. */
  readonly uploadOrigins: readonly string[]
  /** Gets a message for each upload. */
  readonly uploads: Queue
  /** Gets a message for each uploaded directory. */
  readonly directories: Queue
}

const corsRule = (allowedMethods: HttpMethods[], origins: readonly string[]): CorsRule[] =>
  origins.length === 0 ? [] : [{ allowedMethods, allowedOrigins: [...origins], allowedHeaders: ['*'] }]

/**
 * The bucket for what comes in and goes out as CSV.
 *
 * Not versioned: old versions would keep personal data beyond its deletion, and there is nothing in here
 * that can't be uploaded or written again.
 *
 * CORS is for pages only; the CLI, SDKs and servers need none. So no origin is allowed but the console's until one is
 * named, and then for what a presigned form or address is for.
 */
export class Files extends Construct {
  readonly bucket: Bucket

  constructor(scope: Construct, id: string, props: FilesProps) {
    super(scope, id)
    this.bucket = new Bucket(this, 'Bucket', {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      encryption: BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      removalPolicy: RemovalPolicy.RETAIN,
      lifecycleRules: [
        { id: 'expire', expiration: Duration.days(objectDays) },
        { id: 'abort-uploads', abortIncompleteMultipartUploadAfter: Duration.days(unfinishedUploadDays) },
      ],
      cors: [
        ...corsRule([HttpMethods.GET, HttpMethods.POST], [props.consoleOrigin, ...props.allowedOrigins]),
        ...corsRule([HttpMethods.POST], props.uploadOrigins),
      ],
    })
    pinLogicalId(this.bucket, 'Bucket')
    this.notify([
      ...importedPrefixes.map((prefix) => ({ prefix, queue: props.uploads })),
      { prefix: directoryPrefix, queue: props.directories },
    ])
  }

  /**
   * By the bucket's own property, not by CDK's `addEventNotification`: that brings a custom resource whose
   * function may change the notifications of every bucket of the account. The price: the queue's policy
   * can't name the bucket, which doesn't exist before S3 has checked that policy, so it names the account.
   */
  private notify(targets: readonly { readonly prefix: string; readonly queue: Queue }[]): void {
    for (const queue of new Set(targets.map((target) => target.queue))) {
      queue.addToResourcePolicy(
        new PolicyStatement({
          sid: 'UploadsOfThisAccount',
          principals: [new ServicePrincipal('s3.amazonaws.com')],
          actions: ['sqs:SendMessage'],
          resources: [queue.queueArn],
          conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
        }),
      )
      this.bucket.node.addDependency(queue)
    }
    const resource = this.bucket.node.defaultChild
    if (!(resource instanceof CfnBucket)) throw new Error('the bucket has no resource')
    resource.notificationConfiguration = {
      queueConfigurations: targets.map(({ prefix, queue }) => ({
        event: 's3:ObjectCreated:*',
        queue: queue.queueArn,
        filter: { s3Key: { rules: [{ name: 'prefix', value: prefix }] } },
      })),
    }
  }
}
