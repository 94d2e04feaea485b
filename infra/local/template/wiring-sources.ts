/** Reads the template's event source mappings. */
import * as z from 'zod'
import { TemplateError } from '../assembly/read-assembly.ts'
import { unqualified } from '../aws/names.ts'
import { parseProperties, type ResolvedTemplate } from './resolve-template.ts'

interface SourceDefinition {
  readonly logicalId: string
  readonly functionArn: string
  readonly sourceArn: string
  readonly batchSize: number
  readonly reportsItemFailures: boolean
  /** Parsed EventBridge patterns. A record that matches none isn't delivered; without patterns, all are. */
  readonly filters: readonly unknown[]
}
export interface QueueSourceDefinition extends SourceDefinition {
  readonly maximumConcurrency: number
}
export interface StreamSourceDefinition extends SourceDefinition {
  readonly startingPosition: 'TRIM_HORIZON' | 'LATEST'
  readonly bisects: boolean
  /** `-1`: until the record has expired. */
  readonly maximumRetries: number
  /** `-1`: no limit. */
  readonly maximumRecordAgeSeconds: number
  readonly parallelization: number
  readonly onFailureArn?: string
}

/** CloudFormation accepts both as text too. */
export const flag = z.union([z.boolean(), z.stringbool()])
export const number = z.coerce.number()

const filterCriteria = z.object({ Filters: z.array(z.object({ Pattern: z.string() })).default([]) })
const sourceProperties = z.strictObject({
  EventSourceArn: z.string(),
  FunctionName: z.string(),
  Enabled: flag.default(true),
  BatchSize: number.optional(),
  // Ignored: a batch never waits here to fill up, which would only slow down tests.
  MaximumBatchingWindowInSeconds: number.optional(),
  FunctionResponseTypes: z.array(z.literal('ReportBatchItemFailures')).default([]),
  FilterCriteria: filterCriteria.optional(),
  ScalingConfig: z.strictObject({ MaximumConcurrency: number.min(2).max(1000) }).optional(),
  StartingPosition: z.enum(['TRIM_HORIZON', 'LATEST']).default('TRIM_HORIZON'),
  BisectBatchOnFunctionError: flag.default(false),
  MaximumRetryAttempts: number.default(-1),
  MaximumRecordAgeInSeconds: number.default(-1),
  ParallelizationFactor: number.default(1),
  DestinationConfig: z.object({ OnFailure: z.object({ Destination: z.string() }).optional() }).optional(),
  // Only concerns CloudWatch.
  MetricsConfig: z.unknown().optional(),
  Tags: z.unknown().optional(),
})

export interface Sources {
  readonly queueSources: QueueSourceDefinition[]
  readonly streamSources: StreamSourceDefinition[]
}

export function readSources(
  template: ResolvedTemplate,
  functions: readonly { readonly arn: string; readonly name: string }[],
): Sources {
  const sources: Sources = { queueSources: [], streamSources: [] }
  for (const resource of template.of('AWS::Lambda::EventSourceMapping')) {
    const properties = parseProperties(sourceProperties, resource)
    if (!properties.Enabled) continue
    const { logicalId } = resource
    const { EventSourceArn: sourceArn } = properties
    const target = unqualified(properties.FunctionName)
    const fn = functions.find((each) => each.arn === target || each.name === target)
    if (fn === undefined) throw new TemplateError(`${logicalId}: there is no function ${target}`)
    const shared = {
      logicalId,
      functionArn: fn.arn,
      sourceArn,
      reportsItemFailures: properties.FunctionResponseTypes.length > 0,
      filters: (properties.FilterCriteria?.Filters ?? []).map((each): unknown => JSON.parse(each.Pattern)),
    }
    if (sourceArn.startsWith('arn:aws:sqs:')) {
      const maximumConcurrency = properties.ScalingConfig?.MaximumConcurrency
      if (maximumConcurrency === undefined)
        throw new TemplateError(`${logicalId}: without a MaximumConcurrency it takes all of the account's`)
      sources.queueSources.push({
        ...shared,
        batchSize: properties.BatchSize ?? 10,
        maximumConcurrency,
      })
    } else if (sourceArn.startsWith('arn:aws:dynamodb:')) {
      const onFailureArn = properties.DestinationConfig?.OnFailure?.Destination
      sources.streamSources.push({
        ...shared,
        batchSize: properties.BatchSize ?? 100,
        startingPosition: properties.StartingPosition,
        bisects: properties.BisectBatchOnFunctionError,
        maximumRetries: properties.MaximumRetryAttempts,
        maximumRecordAgeSeconds: properties.MaximumRecordAgeInSeconds,
        parallelization: properties.ParallelizationFactor,
        ...(onFailureArn !== undefined && { onFailureArn }),
      })
    } else {
      throw new TemplateError(`${logicalId}: no such event source here: ${sourceArn}`)
    }
  }
  return sources
}
