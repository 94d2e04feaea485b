import { readFileSync, rmSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import * as z from 'zod'
import { logicalId, serviceFunctions } from '../../../infra/functions.ts'
import { synthesize } from '../../../infra/synth.ts'
import { routes } from '../../../shared/http/routes.ts'

/** The IAM actions that allow each simulated call. For a transaction, those of its parts. */
const ACTIONS: Readonly<Record<string, readonly string[]>> = {
  'table GetCommand': ['dynamodb:GetItem'],
  'table BatchGetCommand': ['dynamodb:BatchGetItem'],
  'table QueryCommand': ['dynamodb:Query'],
  'table PutCommand': ['dynamodb:PutItem'],
  'table UpdateCommand': ['dynamodb:UpdateItem'],
  'table DeleteCommand': ['dynamodb:DeleteItem'],
  'table BatchWriteCommand': ['dynamodb:BatchWriteItem'],
  'table TransactWriteCommand': [
    'dynamodb:PutItem',
    'dynamodb:UpdateItem',
    'dynamodb:DeleteItem',
    'dynamodb:ConditionCheckItem',
  ],
  'table BatchExecuteStatementCommand': ['dynamodb:PartiQLUpdate', 'dynamodb:PartiQLInsert'],
  'queues SendMessageCommand': ['sqs:SendMessage'],
  'queues SendMessageBatchCommand': ['sqs:SendMessage'],
  'queues ChangeMessageVisibilityCommand': ['sqs:ChangeMessageVisibility'],
  'queues GetQueueAttributesCommand': ['sqs:GetQueueAttributes'],
  'bucket GetObjectCommand': ['s3:GetObject'],
  'bucket PutObjectCommand': ['s3:PutObject'],
  'bucket DeleteObjectsCommand': ['s3:DeleteObject'],
  'bucket DeleteObjectCommand': ['s3:DeleteObject'],
  'bucket ListObjectsV2Command': ['s3:ListBucket'],
  'mail SendEmailCommand': ['ses:SendEmail'],
  'schedules CreateScheduleCommand': ['scheduler:CreateSchedule'],
  'schedules UpdateScheduleCommand': ['scheduler:UpdateSchedule'],
  'bus PutEventsCommand': ['events:PutEvents'],
}

/** Statements for calls that a function doesn't make itself, or only after a failure. */
const NOT_CALLED: ReadonlySet<string> = new Set([
  // Called by Lambda in the function's name.
  'OwnLog',
  'Trace',
  'Receive',
  'Stream',
  'ListStreams',
  // Never called: they let S3 say that an object is missing, let a form's signer upload, and give schedules their
  // role.
  'TellGoneFromForbidden',
  'PresignUpload',
  'GiveSchedulesTheirRole',
  // Setting messages aside, giving them back and receiving them again happens only after a failure.
  'SetAside',
  'KeepFailedBatches',
])
/** Messages are given back only after a failure. */
const AFTER_A_FAULT: ReadonlySet<string> = new Set(['sqs:ChangeMessageVisibility', 's3:AbortMultipartUpload'])
/**
 * Signing a link needs the permission of the one who follows it. A stuck job that is resumed renews its lease and
 * counts its progress.
 */
const NOT_BY_ITSELF: ReadonlySet<string> = new Set([
  'mail s3:GetObject',
  'platform-api s3:GetObject',
  'export dynamodb:UpdateItem',
  'import dynamodb:Query',
])

/**
 * Statements that aren't compared: the permission to list a bucket only makes S3 tell whether an object is missing.
 */
const EXEMPT_BY_NAME: ReadonlySet<string> = new Set(['s3:ListBucket'])

const statement = z.object({
  Sid: z.string().optional(),
  Action: z.union([z.string(), z.array(z.string())]),
})
const template = z.object({
  Resources: z.record(
    z.string(),
    z.object({ Type: z.string(), Properties: z.record(z.string(), z.unknown()).default({}) }),
  ),
})
const fnProperties = z.object({ Role: z.object({ 'Fn::GetAtt': z.tuple([z.string(), z.literal('Arn')]) }) })
const roleProperties = z.object({
  Policies: z.array(z.object({ PolicyDocument: z.object({ Statement: z.array(statement) }) })),
})

/**
 * The calls that each function may make itself, from the template: `function action`, with the id of the statement.
 */
export async function allowedCalls(): Promise<ReadonlyMap<string, string>> {
  const outdir = await mkdtemp(path.join(tmpdir(), 'faults-'))
  try {
    const { templateFile } = await synthesize({ outdir, validate: false })
    const { Resources } = template.parse(JSON.parse(readFileSync(templateFile, 'utf8')))
    const allowed = new Map<string, string>()
    for (const fn of serviceFunctions) {
      const [role] = fnProperties.parse(Resources[logicalId(fn)]?.Properties).Role['Fn::GetAtt']
      const { Policies } = roleProperties.parse(Resources[role]?.Properties)
      for (const { Sid = '', Action } of Policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement)) {
        if (NOT_CALLED.has(Sid)) continue
        for (const action of [Action].flat())
          if (!AFTER_A_FAULT.has(action) && !NOT_BY_ITSELF.has(`${fn} ${action}`))
            allowed.set(`${fn} ${action}`, Sid)
      }
    }
    return allowed
  } finally {
    rmSync(outdir, { recursive: true, force: true })
  }
}

/**
 * The calls that were made, as the actions that allow them.
 * @throws Error for a call that isn't known here
 */
export const actionsOf = (calls: Iterable<string>): ReadonlySet<string> =>
  new Set(
    [...calls].flatMap((call) => {
      const [fn = '', ...rest] = call.split(' ')
      const actions = ACTIONS[rest.join(' ')]
      if (actions === undefined) throw new Error(`it isn't known by what ${call} is allowed`)
      return actions.map((action) => `${fn} ${action}`)
    }),
  )

/**
 * Calls that were made without the permission of the function's role. Of a transaction, some part must be allowed.
 */
export function forbiddenAmong(calls: Iterable<string>, allowed: ReadonlyMap<string, string>): string[] {
  return [...calls].filter((call) => {
    const [fn = ''] = call.split(' ')
    const actions = [...actionsOf([call])]
    const isExempt = actions.some((action) => {
      const [, name = ''] = action.split(' ')
      return AFTER_A_FAULT.has(name) || NOT_BY_ITSELF.has(action) || EXEMPT_BY_NAME.has(name)
    })
    return !isExempt && fn !== '' && !actions.some((action) => allowed.has(action))
  })
}

/** Every operation that changes something. */
export const changingOperations: readonly string[] = routes
  .filter(({ method }) => method !== 'GET' && method !== 'HEAD')
  .map(({ operation }) => operation)
