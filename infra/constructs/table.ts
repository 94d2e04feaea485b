import { Aws, RemovalPolicy } from 'aws-cdk-lib'
import {
  AttributeType,
  Billing,
  CfnGlobalTable,
  ProjectionType,
  StreamViewType,
  TableEncryptionV2,
  TableV2,
} from 'aws-cdk-lib/aws-dynamodb'
import { AccountRootPrincipal, AnyPrincipal, PolicyDocument, PolicyStatement } from 'aws-cdk-lib/aws-iam'
import { Key } from 'aws-cdk-lib/aws-kms'
import { Construct } from 'constructs'
import { tableSchema } from '../../shared/storage/schema.ts'
import { pinLogicalId } from './logical-id.ts'

/** How far back the table can be restored. */
const recoveryPeriodDays = 7

/** Reads a second that a new on-demand table takes at once anyway; reads and writes are set together. */
const usualWarmReads = 12_000

interface TableProps {
  readonly customerManagedKey: boolean
  /** Write units a second that table and indexes take at once; a new table takes 4,000 by default. */
  readonly warmThroughput: number | undefined
  /** The stream of a restored table that replaces the stack's own. */
  readonly restoredStreamArn: string | undefined
}

/** What other constructs need of the table. */
export interface NamedTable {
  readonly tableName: string
  readonly tableArn: string
}

const string = (name: string) => ({ name, type: AttributeType.STRING })

/** The one table. A `TableV2`, so that a replica in a second region is a setting and not a new table. */
export class Table extends Construct {
  readonly table: NamedTable
  readonly streamArn: string

  constructor(scope: Construct, id: string, props: TableProps) {
    super(scope, id)
    const key = props.customerManagedKey ? this.key() : undefined
    if (props.restoredStreamArn !== undefined) {
      // A restored table is encrypted with the key of the original, so that key stays.
      const [arn = '', tableName = ''] = props.restoredStreamArn.split('/')
      this.table = { tableName, tableArn: `${arn}/${tableName}` }
      this.streamArn = props.restoredStreamArn
      return
    }
    // An index with less throughput than its table throttles the table.
    const warm = props.warmThroughput !== undefined && {
      warmThroughput: { readUnitsPerSecond: usualWarmReads, writeUnitsPerSecond: props.warmThroughput },
    }
    const table = new TableV2(this, 'Table', {
      partitionKey: string(tableSchema.partitionKey),
      sortKey: string(tableSchema.sortKey),
      globalSecondaryIndexes: tableSchema.indexes.map((index) => ({
        indexName: index.name,
        partitionKey: string(index.partitionKey),
        sortKey: string(index.sortKey),
        projectionType: ProjectionType.KEYS_ONLY,
        ...warm,
      })),
      ...warm,
      // Imports come in bursts of a thousand times the usual load.
      billing: Billing.onDemand(),
      timeToLiveAttribute: tableSchema.ttlAttribute,
      dynamoStream: StreamViewType[tableSchema.streamView],
      pointInTimeRecoverySpecification: {
        pointInTimeRecoveryEnabled: true,
        recoveryPeriodInDays: recoveryPeriodDays,
      },
      encryption: TableEncryptionV2.dynamoOwnedKey(),
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN,
    })
    pinLogicalId(table, 'Table')
    if (key !== undefined) this.encryptWith(table, key)
    this.table = table
    const streamArn = table.tableStreamArn
    if (streamArn === undefined) throw new Error('the table has no stream')
    this.streamArn = streamArn
  }

  /** Does what `TableEncryptionV2.customerManagedKey` does, which refuses a stack without a fixed region. */
  private encryptWith(table: TableV2, key: Key): void {
    const resource = table.node.defaultChild
    if (!(resource instanceof CfnGlobalTable)) throw new Error('the table has no resource')
    resource.sseSpecification = { sseEnabled: true, sseType: 'KMS' }
    resource.addPropertyOverride('Replicas.0.SSESpecification', { KMSMasterKeyId: key.keyArn })
  }

  /**
   * The key policy is that of DynamoDB's managed key: whoever may use the table in this account may use the key,
   * through DynamoDB alone. So the functions' roles are the same with and without the key.
   */
  private key(): Key {
    const key = new Key(this, 'Key', {
      description: 'Encrypts the claim service table',
      enableKeyRotation: true,
      removalPolicy: RemovalPolicy.RETAIN,
      policy: new PolicyDocument({
        statements: [
          new PolicyStatement({
            sid: 'AdministeredByIam',
            principals: [new AccountRootPrincipal()],
            actions: ['kms:*'],
            resources: ['*'],
          }),
          new PolicyStatement({
            sid: 'UsedThroughDynamoDbOnly',
            principals: [new AnyPrincipal()],
            actions: [
              'kms:Encrypt',
              'kms:Decrypt',
              'kms:ReEncrypt*',
              'kms:GenerateDataKey*',
              'kms:CreateGrant',
              'kms:DescribeKey',
            ],
            resources: ['*'],
            conditions: {
              StringEquals: {
                'kms:CallerAccount': Aws.ACCOUNT_ID,
                'kms:ViaService': `dynamodb.${Aws.REGION}.${Aws.URL_SUFFIX}`,
              },
            },
          }),
        ],
      }),
    })
    pinLogicalId(key, 'TableKey')
    return key
  }
}
