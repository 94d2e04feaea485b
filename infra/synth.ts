import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { App } from 'aws-cdk-lib'
import * as z from 'zod'
import { bundle } from './bundles.ts'
import { readConfig } from './config.ts'
import { poolFunctions, serviceFunctions } from './functions.ts'
import { projectRoot } from './project.ts'
import { ClaimServiceStack } from './stack.ts'

const cdkJson = z.object({ context: z.record(z.string(), z.unknown()) })

export interface SynthOptions {
  /** Over that of cdk.json, as the CLI's `-c` is; see config.ts for the names. */
  readonly context?: Readonly<Record<string, string>>
  /** Default: where the CDK CLI wants it, or `cdk.out`. Give each process that synthesizes its own. */
  readonly outdir?: string
  /**
   * cdk-nag and CDK's own checks of the template: some 2 s. They never change the template.
   * Default: on, unless `CDK_VALIDATION` is `false`.
   */
  readonly validate?: boolean
}

export interface Assembly {
  /** Holds manifest.json, the template and the assets. */
  readonly directory: string
  readonly stackName: string
  /** Absolute. */
  readonly templateFile: string
}

/**
 * Bundles the functions and synthesizes the app, offline; the same for the CDK CLI, for the local service
 * and for the tests. cdk.json's context is read here too, since only the CLI reads it by itself and the
 * feature flags in it shape the template.
 * @throws ZodError for context that isn't valid, BuildFailure for a function that doesn't compile, Error
 *   for a finding of cdk-nag that nobody has accepted
 */
export async function synthesize(options: SynthOptions = {}): Promise<Assembly> {
  const validate = options.validate ?? process.env.CDK_VALIDATION !== 'false'
  const outdir = resolve(options.outdir ?? process.env.CDK_OUTDIR ?? join(projectRoot, 'cdk.out'))
  const { context } = cdkJson.parse(JSON.parse(readFileSync(join(projectRoot, 'cdk.json'), 'utf8')))
  const app = new App({
    outdir,
    context: { ...context, ...options.context },
    builtinCloudFormationValidation: validate,
    analyticsReporting: false,
    treeMetadata: false,
  })
  const config = readConfig(app)
  const names = config.jwt === undefined ? [...serviceFunctions, ...poolFunctions] : serviceFunctions
  const stack = new ClaimServiceStack(app, 'ClaimService', {
    config,
    bundles: await bundle(names, join(outdir, 'bundles')),
  })
  if (validate) {
    // Only now, since loading the rules takes half a second.
    const { checkAwsSolutions } = await import('./nag.ts')
    checkAwsSolutions(app, stack, { userPool: config.jwt === undefined })
  }
  const assembly = app.synth()
  return {
    directory: assembly.directory,
    stackName: stack.stackName,
    templateFile: join(assembly.directory, stack.templateFile),
  }
}
