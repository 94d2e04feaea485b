/** Reads a cloud assembly: what `cdk synth` writes, and what a deployment would upload. */
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import * as z from 'zod'
import { ExpectedError } from '../cli/expected-error.ts'

export class TemplateError extends ExpectedError {
  override name = 'TemplateError'
}

const resource = z.object({
  Type: z.string(),
  Properties: z.record(z.string(), z.unknown()).default({}),
  Condition: z.string().optional(),
})
const template = z.object({
  Parameters: z.record(z.string(), z.looseObject({ Default: z.unknown().optional() })).default({}),
  Conditions: z.record(z.string(), z.unknown()).default({}),
  Resources: z.record(z.string(), resource),
})
export type Template = z.infer<typeof template>

const manifest = z.object({
  artifacts: z.record(
    z.string(),
    z.looseObject({
      type: z.string(),
      displayName: z.string().optional(),
      properties: z
        .looseObject({
          templateFile: z.string().optional(),
          file: z.string().optional(),
          stackName: z.string().optional(),
        })
        .optional(),
    }),
  ),
})
const assetManifest = z.object({
  files: z.record(
    z.string(),
    z.object({
      source: z.looseObject({ path: z.string().optional() }),
      destinations: z.record(z.string(), z.looseObject({ objectKey: z.string() })),
    }),
  ),
})

export interface Assembly {
  readonly stackName: string
  readonly template: Template
  /** Absolute paths of the staged assets, by the key they would have in the bootstrap bucket. */
  readonly assets: ReadonlyMap<string, string>
}

/** @throws TemplateError unless the directory holds an assembly of exactly one stack */
export async function readAssembly(directory: string): Promise<Assembly> {
  const read = async (file: string): Promise<unknown> =>
    JSON.parse(await readFile(path.join(directory, file), 'utf8'))
  const { artifacts } = manifest.parse(await read('manifest.json'))
  const stacks = Object.entries(artifacts).filter(([, a]) => a.type === 'aws:cloudformation:stack')
  const [stack] = stacks
  const templateFile = stack?.[1].properties?.templateFile
  if (stacks.length !== 1 || stack === undefined || templateFile === undefined) {
    throw new TemplateError(`the assembly must hold exactly one stack, found ${stacks.length}`)
  }
  const assets = new Map<string, string>()
  for (const artifact of Object.values(artifacts)) {
    if (artifact.type !== 'cdk:asset-manifest' || artifact.properties?.file === undefined) continue
    const { files } = assetManifest.parse(await read(artifact.properties.file))
    for (const { source, destinations } of Object.values(files)) {
      for (const { objectKey } of Object.values(destinations)) {
        if (source.path !== undefined) assets.set(objectKey, path.resolve(directory, source.path))
      }
    }
  }
  const stackName = stack[1].properties?.stackName ?? stack[1].displayName ?? stack[0]
  return { stackName, template: template.parse(await read(templateFile)), assets }
}
