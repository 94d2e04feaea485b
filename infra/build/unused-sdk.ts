import { readFile } from 'node:fs/promises'
import type { Plugin } from 'esbuild'
import { projectRoot } from '../project.ts'

/**
 * Removes parts of the SDK that the functions never use. esbuild drops code that nothing refers to; these plugins are
 * for code that the SDK refers to anyway. If a function comes to need such a part, it fails when it uses it, with a
 * message that names this file.
 */

const NEVER_USED = 'is left out of the bundles by infra/build/unused-sdk.ts'

/** Replaces the module `specifier` by other code, wherever it is imported. */
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
 * Makes the environment the SDK's only source of credentials; Lambda puts those of the role there. The default
 * provider chain includes clients of STS, SSO and Cognito: 140 KB per bundle and some 8 ms per cold start.
 */
const credentials = replaced(
  '@aws-sdk/credential-provider-node',
  "export { fromEnv as defaultProvider } from '@aws-sdk/credential-provider-env'",
)

/**
 * Removes event streams, which no operation here uses. Because the SDK imports them dynamically, esbuild would wrap
 * every module of the SDK's core into a function instead of joining the modules.
 */
const eventStreams = replaced(
  '@smithy/core/event-streams',
  `export class EventStreamSerde { constructor() { throw new Error('streaming events ${NEVER_USED}') } }
  export const eventStreamSerdeProvider = undefined`,
  'dynamic-import',
)

/** Removes endpoint discovery, which DynamoDB's client uses only if it is switched on. */
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
 * Replaces computed keys in the clients' schemas, `{ [_xN]: … }`, by the constants they refer to in the same file.
 * esbuild can't know that computing such a key has no side effect, so it keeps each schema that has one and
 * everything that it refers to: 60 KB for S3.
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

/**
 * Keeps only the version of each client's `package.json`. The client reads it for its user agent; the rest would add
 * 2 KB each.
 */
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
