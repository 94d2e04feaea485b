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
import { directoryFolder, importedFolders } from '../../shared/contracts/object-keys.ts'
import { FILE_RETENTION_DAYS, UNFINISHED_UPLOAD_DAYS } from '../../shared/contracts/retention.ts'
import { pinLogicalId } from './logical-id.ts'

/** Uploads under these prefixes start an import or a bulk load. */
const importedPrefixes = importedFolders.map((folder) => `${folder}/`)

/** The prefix under which Lambda stores the batches that `effects` gave up on; Lambda fixes it. */
export const failedBatchesPrefix = 'aws/lambda'

export interface FilesProps {
  /** Web origins whose pages may upload by a presigned POST, and download from a presigned URL. */
  readonly allowedOrigins: readonly string[]
  /** The console's origin, whose pages do the same. */
  readonly consoleOrigin: string
  /** Web origins whose pages may upload and nothing else. */
  readonly uploadOrigins: readonly string[]
  /** Gets a message for each upload. */
  readonly uploads: Queue
  /** Gets a message for each uploaded directory. */
  readonly directories: Queue
}

const corsRule = (allowedMethods: HttpMethods[], origins: readonly string[]): CorsRule[] =>
  origins.length === 0 ? [] : [{ allowedMethods, allowedOrigins: [...origins], allowedHeaders: ['*'] }]

/**
 * The bucket for uploaded and generated CSV files.
 *
 * Not versioned: old versions would keep personal data beyond its deletion, and everything in here can be uploaded or
 * generated again.
 *
 * CORS concerns pages only; the CLI, SDKs and servers don't need it. Only the console's origin is allowed by default,
 * and others only for what a presigned form or URL is for.
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
        { id: 'expire', expiration: Duration.days(FILE_RETENTION_DAYS) },
        { id: 'abort-uploads', abortIncompleteMultipartUploadAfter: Duration.days(UNFINISHED_UPLOAD_DAYS) },
      ],
      cors: [
        ...corsRule([HttpMethods.GET, HttpMethods.POST], [props.consoleOrigin, ...props.allowedOrigins]),
        ...corsRule([HttpMethods.POST], props.uploadOrigins),
      ],
    })
    pinLogicalId(this.bucket, 'Bucket')
    this.notify([
      ...importedPrefixes.map((prefix) => ({ prefix, queue: props.uploads })),
      { prefix: `${directoryFolder}/`, queue: props.directories },
    ])
  }

  /**
   * Uses the bucket's own property instead of CDK's `addEventNotification`, whose custom resource may change the
   * notifications of every bucket in the account. The price: S3 checks the queue's policy before the bucket exists,
   * so the policy names the account and not the bucket.
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
