import type { Import, Source } from './sources.ts'

/** What a zone of the code may import. ARCHITECTURE.md gives the reasons. */
interface Zone {
  readonly name: string
  readonly holds: (path: string) => boolean
  /** Beginnings of our own paths; a whole file where it ends in `.ts`. */
  readonly own: readonly string[]
  /** As `own`, for what may be imported as a type only. */
  readonly types?: readonly string[]
  /** Packages, or scopes where it ends in `/`. */
  readonly packages: readonly string[]
}

const under =
  (...folders: readonly string[]) =>
  (path: string) =>
    folders.some((folder) => path.startsWith(folder))

const core = [
  'shared/rules/',
  'shared/messages/',
  'shared/mail/',
  'shared/csv/',
  'shared/decision-page/',
] as const

/** Of `lib`: all but what reads a clock or writes a log. */
const pureLib = [
  'shared/lib/time.ts',
  'shared/lib/errors.ts',
  'shared/lib/shard.ts',
  'shared/lib/concurrency.ts',
]

/** Runs in a browser, and is built by itself: infra/build/browser-app.ts. */
const consoleApp = 'functions/console/app/'
const studioApp = 'infra/local/studio/app/'

/** No clock, no randomness, no input or output. `node:crypto` is for hashes: see `impurities`. */
const purePackages = [
  'zod',
  'csv-parse',
  'csv-stringify',
  'tldts',
  'email-providers',
  'node:url',
  'node:buffer',
  'node:crypto',
]

export const zones: readonly Zone[] = [
  {
    name: 'the rules',
    holds: under('shared/rules/'),
    own: ['shared/rules/', ...pureLib],
    packages: purePackages,
  },
  {
    name: 'the files, mails and pages',
    holds: under(...core),
    own: [...core, ...pureLib],
    packages: purePackages,
  },
  {
    name: 'the contracts',
    holds: under('shared/contracts/'),
    own: ['shared/contracts/', 'shared/rules/', 'shared/lib/'],
    packages: ['zod'],
  },
  {
    name: 'lib',
    holds: under('shared/lib/'),
    own: ['shared/lib/'],
    packages: [
      '@aws-lambda-powertools/',
      '@middy/',
      '@smithy/core',
      'aws-lambda',
      'node:crypto',
      'ulid',
      'zod',
    ],
  },
  {
    name: 'the routes and their schemas',
    holds: under('shared/http/'),
    own: ['shared/http/', 'shared/contracts/', 'shared/lib/', ...core],
    // Handlers' own helpers live here too: what a route's answer is made with, and the errors in it.
    types: ['shared/usecases/', 'shared/storage/'],
    packages: ['zod', 'node:crypto', 'node:zlib', '@middy/', 'aws-lambda'],
  },
  {
    name: 'the use cases',
    holds: under('shared/usecases/'),
    own: ['shared/usecases/', 'shared/contracts/', 'shared/storage/', 'shared/lib/', ...core],
    packages: ['zod', 'ulid', 'node:crypto', 'node:stream', 'csv-parse', 'csv-stringify'],
  },
  {
    name: 'the storage',
    holds: under('shared/storage/'),
    own: ['shared/storage/', 'shared/rules/', 'shared/contracts/', 'shared/lib/'],
    packages: [
      '@aws-sdk/client-dynamodb',
      '@aws-sdk/lib-dynamodb',
      '@aws-sdk/util-dynamodb',
      'zod',
      'node:buffer',
      'node:crypto',
    ],
  },
  {
    name: "the ports' live sides",
    holds: under('shared/aws/'),
    own: ['shared/aws/', 'shared/contracts/', 'shared/lib/', ...core],
    types: ['shared/usecases/'],
    packages: ['@aws-sdk/', 'aws-lambda', 'node:crypto', 'node:stream', 'node:dns/promises', 'zod'],
  },
  {
    name: "a function's composition",
    holds: (path) => /^functions\/[^/]+\/index\.ts$/.test(path),
    own: ['shared/'],
    packages: ['@aws-sdk/', '@middy/', 'aws-lambda', 'zod', 'ulid', 'node:'],
  },
  {
    name: 'the console in the browser',
    holds: under(consoleApp),
    // What it knows of the service is what the API's description says of it.
    own: [consoleApp],
    packages: [
      'react',
      'react-dom',
      'react-router',
      '@cloudscape-design/',
      '@tanstack/react-query',
      'oidc-client-ts',
      'openapi-fetch',
      'openapi-react-query',
    ],
  },
  {
    name: "a function's handler",
    holds: under('functions/'),
    own: [...core, 'shared/usecases/', 'shared/contracts/', 'shared/http/', 'shared/lib/'],
    types: ['shared/storage/', 'shared/aws/'],
    packages: ['@middy/', 'aws-lambda', 'zod', 'node:crypto'],
  },
  {
    name: "the developer's commands",
    holds: under('infra/dev/'),
    own: [
      'infra/dev/',
      'infra/local/',
      'infra/project.ts',
      'shared/rules/enumerations.ts',
      'shared/contracts/',
      'shared/mail/',
    ],
    packages: ['csv-parse', 'zod', 'node:'],
  },
  {
    name: "the operator's commands",
    holds: under('infra/ops/'),
    own: [
      'infra/ops/',
      'infra/local/',
      'infra/constructs/bucket.ts',
      'infra/constructs/sweep-message.ts',
      'shared/rules/enumerations.ts',
      'shared/rules/directory/directory-sync.ts',
      'shared/contracts/',
      'shared/lib/',
      'shared/storage/',
      'shared/aws/',
    ],
    packages: ['@aws-sdk/', 'zod', 'node:'],
  },
  {
    name: 'the studio in the browser',
    holds: under(studioApp),
    own: [studioApp],
    types: ['infra/local/studio/wire.ts'],
    packages: ['react', 'react-dom', 'react-router', '@cloudscape-design/', '@tanstack/react-query'],
  },
  {
    name: 'the local service',
    holds: under('infra/local/'),
    // It runs any template, and knows nothing of claims: of the app it has the name of its synthesis, of the service how it
    // says what went wrong.
    own: [
      'infra/local/',
      'infra/project.ts',
      'infra/synth.ts',
      'infra/build/browser-app.ts',
      // The studio redrives a queue as the operator's command does.
      'infra/ops/redrive/local.ts',
      'shared/http/problems/problem.ts',
    ],
    packages: [
      '@aws-sdk/',
      '@smithy/',
      '@cloud-copilot/',
      'fauxqs',
      'dns2',
      'esbuild',
      'jose',
      'zod',
      'aws-lambda',
      'csv-parse',
      'node:',
    ],
  },
  {
    name: 'the CDK app',
    holds: under('infra/'),
    own: [
      'infra/',
      'shared/storage/schema.ts',
      'shared/storage/keys.ts',
      'shared/http/',
      'shared/contracts/',
      'shared/lib/metric-names.ts',
      'shared/lib/delivery-attempts.ts',
    ],
    packages: ['aws-cdk-lib', 'constructs', 'cdk-nag', 'esbuild', 'openapi-typescript', 'zod', 'node:'],
  },
]

const functionFolder = (path: string): string | undefined => /^functions\/[^/]+\//.exec(path)?.[0]

const matches = (target: string, allowed: string): boolean =>
  allowed.endsWith('/') || allowed.endsWith(':')
    ? target.startsWith(allowed)
    : target === allowed || target.startsWith(`${allowed}/`)

function allows(zone: Zone, source: Source, { target, typeOnly }: Import): boolean {
  const own = /^(?:shared|functions|infra|test|events)\//.test(target)
  if (!own) return zone.packages.some((allowed) => matches(target, allowed))
  if ([source.path, target].some((path) => path.startsWith(consoleApp)))
    return [source.path, target].every((path) => path.startsWith(consoleApp))
  const folder = functionFolder(target)
  if (folder !== undefined) return folder === functionFolder(source.path) && target !== source.path
  return [...zone.own, ...(typeOnly ? (zone.types ?? []) : [])].some((allowed) => matches(target, allowed))
}

/** Imports that the zone of the file doesn't allow. */
export function forbiddenImports(source: Source): readonly string[] {
  const zone = zones.find(({ holds }) => holds(source.path))
  if (zone === undefined) return [`${source.path} is in no zone`]
  return source.imports
    .filter((each) => !allows(zone, source, each))
    .map(({ target }) => `${source.path} (${zone.name}) imports ${target}`)
}

const clockAndChance: readonly (readonly [string, RegExp])[] = [
  ['the time', /\bDate\.now\b|\bnew Date\(\s*\)|\bDate\(\s*\)|\bperformance\.|\bhrtime\b|\bTemporal\.Now\b/],
  // A generator that is handed in may have any name; it is the global one, and node:crypto's, that are meant.
  [
    'randomness',
    /\bMath\.random\b|\bcrypto\.(?:random|getRandom)|\bimport\s*\{[^}]*\b(?:random[A-Z]|getRandom|webcrypto)/,
  ],
]
const environment = ['the environment', /\bprocess\s*[.[]|\bprocess\b\s*[;,)]|\bimport\.meta\.env\b/] as const
const output = ['the console', /\bconsole\./] as const

const usesOf = (source: Source, kinds: readonly (readonly [string, RegExp])[]) =>
  kinds
    .filter(([, pattern]) => pattern.test(source.code))
    .map(([kind]) => `${source.path} uses ${kind} itself`)

/** What code that is handed its time, ids and settings must not take for itself. */
export function impurities(source: Source): readonly string[] {
  if (
    under(...core, 'shared/usecases/', 'shared/storage/', 'shared/http/', 'shared/contracts/')(source.path)
  ) {
    return usesOf(source, [...clockAndChance, environment, output])
  }
  const composes = /^functions\/[^/]+\/index\.ts$/.test(source.path)
  if (under('shared/', 'functions/')(source.path) && !composes) return usesOf(source, [environment, output])
  return []
}

/**
 * Where a function's composition reads other environment variables than those that the CDK app sets for it, or doesn't
 * use one of them.
 */
export function environmentFaults(
  { path, code, text }: Source,
  variables: Readonly<Record<string, readonly string[]>>,
): readonly string[] {
  const name = /^functions\/([^/]+)\/index\.ts$/.exec(path)?.[1]
  if (name === undefined) return []
  const own = variables[name]
  if (own === undefined) return [`${path} is a function whose variables nobody lists`]
  const reads = Array.from(
    text.matchAll(/\breadEnv\(\s*functionVariables(?:\.(\w+)|\['([\w-]+)'\]),/g),
    ([, plain, quoted]) => plain ?? quoted,
  )
  const expected = own.length === 0 ? [] : [name]
  // A presigner asks it for what Lambda's runtime puts there, credentials among it.
  const signing = code.match(/\bpresigner\(\w+, \w+, process\.env\)/g) ?? []
  const others = code.split(/\bprocess\.env\b/).length - 1 - reads.length - signing.length
  return [
    ...(reads.join() === expected.join() && others === 0 ? [] : [`${path} doesn't read ${name}'s variables`]),
    ...own
      .filter((variable) => !new RegExp(`\\b${variable}\\b`).test(code))
      .map((variable) => `${path} doesn't use ${variable}`),
  ]
}

/** Places that spell the beginning of a key: all but keys.ts must ask it. */
export function spelledKeys(source: Source, prefixes: readonly string[]): readonly string[] {
  if (source.path === 'shared/storage/keys.ts') return []
  return prefixes
    .filter((prefix) => ["'", '"', '`'].some((quote) => source.text.includes(quote + prefix)))
    .map((prefix) => `${source.path} spells ${prefix}`)
}

/** Places that spell a key of the bucket as the text of a template: all but object-keys.ts must ask it. */
export function spelledObjectKeys({ path, code }: Source): readonly string[] {
  if (!under('shared/', 'functions/')(path) || path === 'shared/contracts/object-keys.ts') return []
  return Array.from(
    code.matchAll(/`(?:imports|reports|exports|directory|syncs|accounts)\/\$\{/g),
    ([spelled]) => `${path} spells ${spelled}`,
  )
}

/** Clients of AWS that are made where nobody gives them time limits: shared/aws/clients.ts does. */
export function unlimitedClients(source: Source): readonly string[] {
  if (!under('shared/', 'functions/')(source.path) || source.path === 'shared/aws/clients.ts') return []
  // What it calls clients are of the API: the SDK is nothing that it could import.
  if (source.path.startsWith(consoleApp)) return []
  return [...source.code.matchAll(/\bnew\s+(\w+Client)\s*\(/g)].map(
    ([, name]) => `${source.path} makes a ${name}`,
  )
}

/** Where DynamoDB's writes are made, and its refusals read. */
const WRITING = [
  'shared/storage/writes/write.ts',
  'shared/storage/writes/execute.ts',
  'shared/storage/writes/batch-commands.ts',
  'shared/storage/writes/batch.ts',
  'shared/storage/writes/outcomes.ts',
]
const writingOrReadingRefusals =
  /\b(?:Put|Update|Delete|TransactWrite|BatchWrite|ExecuteStatement|BatchExecuteStatement|ExecuteTransaction)(?:Item)?Command\b|\b(?:ConditionalCheckFailed|TransactionCanceled|TransactionConflict)Exception\b|\bcatch\b/

/** Stores that write by themselves, or catch what DynamoDB throws: they'd know only some of what can come of a write. */
export function ownWrites(source: Source): readonly string[] {
  if (!source.path.startsWith('shared/storage/') || WRITING.includes(source.path)) return []
  return writingOrReadingRefusals.test(source.code) ? [`${source.path} writes, or catches, by itself`] : []
}

const ownPeriod = /\b(?:DAY_MS|HOUR_MS)\b|Duration\.days\(\s*\d/

/** Periods in days that storage or the stack choose by themselves: how long something is kept is said once. */
export function ownPeriods({ path, code }: Source): readonly string[] {
  if (!under('shared/storage/', 'infra/constructs/')(path)) return []
  return ownPeriod.test(code) ? [`${path} says for how long by itself`] : []
}

const errorClass = /\bclass (?<name>\w+) extends Error \{\s*(?<first>[^\n]*)/g

/** Classes made of `Error` that don't begin with their name: when identifiers are minified, a log would tell another. */
export function namelessErrors({ path, code }: Source): readonly string[] {
  return Array.from(code.matchAll(errorClass), ({ groups }) => groups).flatMap((groups) =>
    groups?.first?.startsWith('override readonly name = ') ? [] : [`${path}: ${groups?.name} has no name`],
  )
}

/** Sets of words that are spelled as an enumeration: in a list that stays as it is, a schema, or a type. */
function* enumerationsIn(
  uncommented: string,
): Generator<{ readonly words: string; readonly isList: boolean }> {
  const word = String.raw`'[\w:.-]+'`
  const list = String.raw`\[\s*(${word}(?:,\s*${word})+),?\s*\]`
  const spelled = new RegExp(
    String.raw`(?<list>${list}\s*as const)|z\s*\.enum\(${list}\)|(?<!<[^>]*)${word}(?:\s*\|\s*${word})+`,
    'g',
  )
  for (const { 0: text, groups } of uncommented.matchAll(spelled)) {
    const words = [...new Set(text.match(new RegExp(word, 'g')))].toSorted().join(' ')
    yield { words, isList: groups?.list !== undefined }
  }
}

/** Enumerations that are spelled although there is a list of the same words, from which types and schemas follow. */
export function respelledEnumerations(sources: readonly Source[]): readonly string[] {
  const core = sources.filter(
    ({ path }) => under('shared/', 'functions/', 'infra/')(path) && !path.startsWith(consoleApp),
  )
  const spelled = core.flatMap(({ path, uncommented }) =>
    Array.from(enumerationsIn(uncommented), (each) => ({ path, ...each })),
  )
  const lists = Map.groupBy(
    spelled.filter(({ isList }) => isList),
    ({ words }) => words,
  )
  return spelled
    .filter((each) => lists.has(each.words) && lists.get(each.words)?.[0] !== each)
    .map(({ path, words }) => `${path} spells ${words}, which ${lists.get(words)?.[0]?.path} lists`)
}
