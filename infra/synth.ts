import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { App } from 'aws-cdk-lib'
import * as z from 'zod'
import { SettingsError } from '../shared/contracts/settings.ts'
import { bundle } from './bundles.ts'
import { type Config, ofStage, readConfig } from './config.ts'
import { poolFunctions, serviceFunctions } from './functions.ts'
import { projectRoot } from './project.ts'
import { ClaimServiceStack } from './stack.ts'

const cdkJson = z.object({ context: z.record(z.string(), z.unknown()) })

export interface AppOptions {
  /** Over that of cdk.json, as the CLI's `-c` is; see config.ts for the names. */
  readonly context?: Readonly<Record<string, string>>
  /** Default: where the CDK CLI wants it, or `cdk.out`. Give each process that synthesizes its own. */
  readonly outdir?: string
  /** Refuses settings with which the service couldn't do its work. */
  readonly toDeploy?: boolean
}

export interface SynthOptions extends AppOptions {
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

export interface MadeApp {
  readonly app: App
  readonly stack: ClaimServiceStack
  readonly config: Config
}

/**
 * Bundles the functions and makes the app, with nothing checked or written yet but the bundles.
 * cdk.json's context is read here, since only the CLI reads it by itself and the feature flags in it shape
 * the template.
 * @throws SettingsError for context that isn't valid, BuildFailure for a function that doesn't compile
 */
export async function makeApp(options: AppOptions & { readonly builtInChecks: boolean }): Promise<MadeApp> {
  const outdir = resolve(options.outdir ?? process.env.CDK_OUTDIR ?? join(projectRoot, 'cdk.out'))
  const { context } = cdkJson.parse(JSON.parse(readFileSync(join(projectRoot, 'cdk.json'), 'utf8')))
  const app = new App({
    outdir,
    context: { ...context, ...options.context },
    builtinCloudFormationValidation: options.builtInChecks,
    analyticsReporting: false,
    treeMetadata: false,
  })
  const config = readConfig(app)
  if (options.toDeploy === true && config.mailFrom === undefined) {
    throw new SettingsError('mailFrom is missing: it is set by -c mailFrom=claims@your-domain.example')
  }
  const names = config.jwt === undefined ? [...serviceFunctions, ...poolFunctions] : serviceFunctions
  const bundles = await bundle(names, join(outdir, 'bundles'))
  return {
    app,
    config,
    stack: new ClaimServiceStack(app, ofStage('ClaimService', config.stage), { config, bundles }),
  }
}

/**
 * Synthesizes the app, offline; the same for the CDK CLI, for the local service and for the tests.
 * @throws also Error for a finding of cdk-nag that isn't among the accepted ones; see {@link makeApp}
 */
export async function synthesize(options: SynthOptions = {}): Promise<Assembly> {
  const validate = options.validate ?? process.env.CDK_VALIDATION !== 'false'
  const { app, stack, config } = await makeApp({ ...options, builtInChecks: validate })
  if (validate) {
    // Only now, since loading the rules takes half a second.
    const { checkAwsSolutions } = await import('./nag.ts')
    checkAwsSolutions(app, stack, {
      userPool: config.jwt === undefined,
      deployments: config.gradualDeployment,
    })
  }
  const { directory } = app.synth()
  return { directory, stackName: stack.stackName, templateFile: join(directory, stack.templateFile) }
}
