import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { App } from 'aws-cdk-lib'
import * as z from 'zod'
import { SettingsError } from '../shared/contracts/setting-texts.ts'
import { type Bundles, bundle } from './build/bundles.ts'
import { type Config, ofStage, readConfig } from './config.ts'
import { poolFunctions, serviceFunctions } from './functions.ts'
import { projectRoot } from './project.ts'
import { ClaimServiceStack } from './stack.ts'

const cdkJson = z.object({ context: z.record(z.string(), z.unknown()) })

export interface AppOptions {
  /** Overrides cdk.json's context, like the CLI's `-c`; config.ts has the names. */
  readonly context?: Readonly<Record<string, string>>
  /**
   * Default: where the CDK CLI expects it, or `cdk.out`. Processes that synthesize at the same time need one each.
   */
  readonly outdir?: string
  /** Bundles of every function to use; built anew without it. */
  readonly bundles?: Bundles
  /** Refuses settings with which the service couldn't work. */
  readonly toDeploy?: boolean
}

export interface SynthOptions extends AppOptions {
  /**
   * Runs cdk-nag and CDK's own checks, which take some 2 s and never change the template. Default: true, unless
   * `CDK_VALIDATION` is `false`.
   */
  readonly validate?: boolean
}

export interface Assembly {
  /** Contains manifest.json, the template and the assets. */
  readonly directory: string
  readonly stackName: string
  /** Absolute path. */
  readonly templateFile: string
}

export interface MadeApp {
  readonly app: App
  readonly stack: ClaimServiceStack
  readonly config: Config
}

/**
 * Bundles the functions and builds the app, without synthesizing it. Reads cdk.json's context here, since only the
 * CLI does so by itself and its feature flags shape the template.
 * @throws SettingsError for an invalid setting, BuildFailure for a function that doesn't compile
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
  const bundles = options.bundles ?? (await bundle(names, join(outdir, 'bundles')))
  return {
    app,
    config,
    stack: new ClaimServiceStack(app, ofStage('ClaimService', config.stage), { config, bundles }),
  }
}

/**
 * Synthesizes the app offline: the same for the CDK CLI, the local service and the tests.
 * @throws Error for a cdk-nag finding that isn't accepted; see also {@link makeApp}
 */
export async function synthesize(options: SynthOptions = {}): Promise<Assembly> {
  const validate = options.validate ?? process.env.CDK_VALIDATION !== 'false'
  const { app, stack, config } = await makeApp({ ...options, builtInChecks: validate })
  if (validate) {
    // Imported late: loading the rules takes half a second.
    const { checkAwsSolutions } = await import('./checks/nag.ts')
    checkAwsSolutions(app, stack, {
      userPool: config.jwt === undefined,
      deployments: config.gradualDeployment,
    })
  }
  const { directory } = app.synth()
  return { directory, stackName: stack.stackName, templateFile: join(directory, stack.templateFile) }
}
