import { DynamoDBClient, paginateScan } from '@aws-sdk/client-dynamodb'
import { GetObjectCommand, paginateListObjectsV2, S3Client } from '@aws-sdk/client-s3'
import { unmarshall } from '@aws-sdk/util-dynamodb'
import { LOCAL_CREDENTIALS } from '../../infra/local/aws/names.ts'
import { tableSchema } from '../../shared/storage/schema.ts'
import type { World } from './world.ts'

/** Everything that a running service stores, as text keyed by its place: items, entries of each index, objects. */
export async function everythingIn({ service }: World): Promise<Map<string, string>> {
  const { dynamodb, s3, table, bucket, region } = service.endpoints
  const options = { region, credentials: LOCAL_CREDENTIALS }
  const client = new DynamoDBClient({ ...options, endpoint: dynamodb })
  const objects = new S3Client({ ...options, endpoint: s3, forcePathStyle: true })
  const found = new Map<string, string>()
  try {
    for (const IndexName of [undefined, ...tableSchema.indexes.map(({ name }) => name)])
      for await (const { Items } of paginateScan({ client }, { TableName: table, IndexName }))
        for (const item of Items ?? []) {
          const plain = unmarshall(item)
          found.set(`${IndexName ?? 'table'} ${plain.pk} ${plain.sk}`, JSON.stringify(sorted(plain)))
        }
    for await (const { Contents } of paginateListObjectsV2({ client: objects }, { Bucket: bucket }))
      for (const { Key } of Contents ?? []) {
        const { Body } = await objects.send(new GetObjectCommand({ Bucket: bucket, Key }))
        found.set(`bucket ${Key}`, (await Body?.transformToString()) ?? '')
      }
  } finally {
    client.destroy()
    objects.destroy()
  }
  return found
}

/** The places that contain one of the texts, in any case, in their content or their own name. */
export function placesOf(everything: ReadonlyMap<string, string>, texts: readonly string[]): string[] {
  const wanted = texts.map((text) => text.toLowerCase())
  return [...everything].flatMap(([place, text]) => {
    const whole = `${place}\n${text}`.toLowerCase()
    return wanted.some((one) => whole.includes(one)) ? [place] : []
  })
}

/** DynamoDB returns an item's attributes in no fixed order. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(entries.map(([name, member]) => [name, sorted(member)]))
}
