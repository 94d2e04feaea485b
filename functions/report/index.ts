import { dynamoDbClient, s3Client, WORKER } from '../../shared/aws/clients.ts'
import { objectReader, objectWriter } from '../../shared/aws/objects.ts'
import { readEnv } from '../../shared/kit/env.ts'
import { createLog } from '../../shared/kit/log.ts'
import { openTable } from '../../shared/table/client.ts'
import { importStore } from '../../shared/table/imports.ts'
import { env } from './env.ts'
import { createHandler } from './handler.ts'

const { TABLE_NAME, BUCKET_NAME } = readEnv(env, process.env)
const s3 = s3Client(WORKER)

export const handler = createHandler(
  {
    imports: importStore(openTable(TABLE_NAME, dynamoDbClient(WORKER))),
    read: objectReader(s3, BUCKET_NAME),
    write: objectWriter(s3, BUCKET_NAME),
    now: () => new Date(),
  },
  createLog('report'),
)
