/** Reads the template's functions. */
import path from 'node:path'
import * as z from 'zod'
import { type Assembly, TemplateError } from '../assembly/read-assembly.ts'
import { parseProperties, type ResolvedTemplate } from './resolve-template.ts'
import { number } from './wiring-sources.ts'

export interface FunctionDefinition {
  readonly logicalId: string
  readonly name: string
  readonly arn: string
  readonly roleArn: string
  /** The folder of the bundle. */
  readonly directory: string
  /** `index.handler`: module and export. */
  readonly handler: string
  readonly environment: Readonly<Record<string, string>>
  readonly timeoutMs: number
  readonly memoryMb: number
  readonly reservedConcurrency?: number
  /** Whether Lambda lets the function trigger itself without limit. */
  readonly mayLoop: boolean
}

const functionProperties = z.looseObject({
  Code: z.looseObject({ S3Key: z.string().optional() }),
  Handler: z.string().optional(),
  Runtime: z.string().optional(),
  Role: z.string(),
  Timeout: number.default(3),
  MemorySize: number.default(128),
  Environment: z.looseObject({ Variables: z.record(z.string(), z.string()).default({}) }).optional(),
  ReservedConcurrentExecutions: number.optional(),
  RecursiveLoop: z.enum(['Allow', 'Terminate']).default('Terminate'),
})

export function readFunctions(template: ResolvedTemplate, assembly: Assembly): FunctionDefinition[] {
  return template.of('AWS::Lambda::Function').flatMap((resource) => {
    const { logicalId } = resource
    const properties = parseProperties(functionProperties, resource)
    // CDK's own helpers of custom resources are inline code in Python.
    if (properties.Code.S3Key === undefined) return []
    const directory = assembly.assets.get(properties.Code.S3Key)
    if (directory === undefined) throw new TemplateError(`${logicalId}: no asset ${properties.Code.S3Key}`)
    if (properties.Runtime?.startsWith('nodejs') !== true || properties.Handler === undefined) {
      throw new TemplateError(`${logicalId}: only Node.js functions run here, not ${properties.Runtime}`)
    }
    if (path.extname(directory) === '.zip') throw new TemplateError(`${logicalId}: its asset is an archive`)
    return {
      logicalId,
      name: template.ref(logicalId),
      arn: template.attribute(logicalId, 'Arn'),
      roleArn: properties.Role,
      directory,
      handler: properties.Handler,
      environment: properties.Environment?.Variables ?? {},
      timeoutMs: properties.Timeout * 1000,
      memoryMb: properties.MemorySize,
      mayLoop: properties.RecursiveLoop === 'Allow',
      ...(properties.ReservedConcurrentExecutions !== undefined && {
        reservedConcurrency: properties.ReservedConcurrentExecutions,
      }),
    }
  })
}
