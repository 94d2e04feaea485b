import { readFile } from 'node:fs/promises'
import type { Plugin } from 'esbuild'
import { projectRoot } from '../project.ts'

/**
 * What the SDK brings and these functions never use, left out of their bundles. esbuild removes what nothing refers to;
 * these plugins are for what the SDK refers to all the same. A bundle that came to need one of them fails where it is
 * used, with a message that names this file.
 */

const NEVER_USED = 'is left out of the bundles by infra/build/unused-sdk.ts'

/** Replaces the module that `specifier` names, wherever it is imported, by other code. */
const replaced = (specifier: string, contents: string, kind?: 'dynamic-import'): Plugin => ({
  name: `instead of ${specifier}`,
  setup({ onResolve, onLoad }) {
    const namespace = `instead-of-${specifier}`
    const filter = new RegExp(`^${RegExp.escape(specifier)}$`)
    onResolve({ filter }, (imported) =>
      kind === undefined || imported.kind === kind ? { path: specifier, namespace } : undefined,
    )
    onLoad({ filter: /.*/, namespace }, () => ({ contents, resolveDir: projectRoot }))
  },
})

/**
 * Makes the environment the SDK's only source of credentials, which is where Lambda puts those of the role. The SDK's
 * default provider chain includes clients of STS, SSO and Cognito: 140 KB per bundle and some 8 ms per cold start.
 */
const credentials = replaced(
  '@aws-sdk/credential-provider-node',
  "export { fromEnv as defaultProvider } from '@aws-sdk/credential-provider-env'",
)

/**
 * No operation here streams events. It is one dynamic import, for whose sake esbuild wraps every module of the SDK's
 * core into a function that it calls when the module is needed, instead of joining them.
 */
const eventStreams = replaced(
  '@smithy/core/event-streams',
  `export class EventStreamSerde { constructor() { throw new Error('streaming events ${NEVER_USED}') } }
  export const eventStreamSerdeProvider = undefined`,
  'dynamic-import',
)

/** DynamoDB has no endpoints to be discovered unless a client asks for it, and none does. */
const endpointDiscovery = replaced(
  '@aws-sdk/endpoint-cache',
  `const unused = () => { throw new Error('endpoint discovery ${NEVER_USED}') }
  export class EndpointCache { get = unused; getEndpoint = unused; set = unused; delete = unused; has = unused; clear = unused }`,
)

const loaded = (
  name: string,
  filter: RegExp,
  loader: 'js' | 'json',
  change: (text: string) => string,
): Plugin => ({
  name,
  setup({ onLoad }) {
    onLoad({ filter }, async ({ path }) => ({ contents: change(await readFile(path, 'utf8')), loader }))
  },
})

/**
 * Spells the computed keys of the clients' schemas, `{ [_xN]: … }`, whose names are constants of the same file. esbuild
 * can't know that such a key does nothing when it is computed, so it keeps each schema that has one, and all that it
 * refers to: 60 KB of S3's.
 */
function spellKeys(text: string): string {
  const constants = new Map(
    [...text.matchAll(/^const (_\w+) = ("[^"\\\n]*");$/gm)].map(([, name, value]) => [name, value]),
  )
  return text.replace(/\[(_\w+)\]:/g, (key, name: string) => {
    const value = constants.get(name)
    return value === undefined ? key : `${value}:`
  })
}

const schemaKeys = loaded(
  'spelled keys of schemas',
  /[\\/]@aws-sdk[\\/]client-[^\\/]+[\\/]dist-es[\\/]schemas[\\/][^\\/]+\.js$/,
  'js',
  spellKeys,
)

/** Each client reads its version for the user agent, from a file of which the rest would come along: 2 KB each. */
const packages = loaded(
  'versions of packages',
  /[\\/]@aws-sdk[\\/][^\\/]+[\\/]package\.json$/,
  'json',
  (text) => {
    const { version } = JSON.parse(text) as { version: string }
    return JSON.stringify({ version })
  },
)

export const withoutUnusedSdk: readonly Plugin[] = [
  credentials,
  eventStreams,
  endpointDiscovery,
  schemaKeys,
  packages,
]
