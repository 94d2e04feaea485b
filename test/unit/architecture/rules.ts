import type { Import, Source } from './sources.ts'

/** What a zone of the code may import. ARCHITECTURE.md gives the reasons. */
interface Zone {
  readonly name: string
  readonly holds: (path: string) => boolean
  /** Own files that it may import: prefixes of paths, or whole files if they end in `.ts`. */
  readonly own: readonly string[]
  /** Like `own`, for files of which only types may be imported. */
  readonly types?: readonly string[]
  /** Packages that it may import, or scopes if they end in `/`. */
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

/** The pure files of `lib`: they read no clock and write no log. */
const pureLib = [
  'shared/lib/time.ts',
  'shared/lib/errors.ts',
  'shared/lib/shard.ts',
  'shared/lib/concurrency.ts',
]

/** Apps that run in a browser. Each is built by itself: infra/build/browser-app.ts. */
const consoleApp = 'functions/console/app/'
const studioApp = 'infra/local/studio/app/'

/** Packages without clock, randomness, input or output. `node:crypto` is for hashes only: see `impurities`. */
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
    // Types only, for the helpers of handlers that are here too: they build answers and map errors.
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
    // It knows the service only by openapi.json.
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
    // It runs any template and knows nothing of claims. Of this app it imports how to synthesize it, and of the
    // service how to describe problems.
    own: [
      'infra/local/',
      'infra/project.ts',
      'infra/synth.ts',
      'infra/build/browser-app.ts',
      // The studio redrives queues like the operator’s command.
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

/** The imports that a file's zone doesn't allow. */
export function forbiddenImports(source: Source): readonly string[] {
  const zone = zones.find(({ holds }) => holds(source.path))
  if (zone === undefined) return [`${source.path} is in no zone`]
  return source.imports
    .filter((each) => !allows(zone, source, each))
    .map(({ target }) => `${source.path} (${zone.name}) imports ${target}`)
}

const clockAndChance: readonly (readonly [string, RegExp])[] = [
  ['the time', /\bDate\.now\b|\bnew Date\(\s*\)|\bDate\(\s*\)|\bperformance\.|\bhrtime\b|\bTemporal\.Now\b/],
  // Only the global generator and node:crypto's are forbidden; one that is passed in may have any name.
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

/** What code must not read by itself, since time, ids and settings are passed in. */
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
 * Places where a function's composition reads environment variables that the CDK app doesn't set for it, or doesn't
 * use one that it sets.
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
  // Presigners read what Lambda's runtime sets, such as credentials.
  const signing = code.match(/\bpresigner\(\w+, \w+, process\.env\)/g) ?? []
  const others = code.split(/\bprocess\.env\b/).length - 1 - reads.length - signing.length
  return [
    ...(reads.join() === expected.join() && others === 0 ? [] : [`${path} doesn't read ${name}'s variables`]),
    ...own
      .filter((variable) => !new RegExp(`\\b${variable}\\b`).test(code))
      .map((variable) => `${path} doesn't use ${variable}`),
  ]
}

/** Places that spell the beginning of a table key. Only keys.ts may. */
export function spelledKeys(source: Source, prefixes: readonly string[]): readonly string[] {
  if (source.path === 'shared/storage/keys.ts') return []
  return prefixes
    .filter((prefix) => ["'", '"', '`'].some((quote) => source.text.includes(quote + prefix)))
    .map((prefix) => `${source.path} spells ${prefix}`)
}

/** Places that build an object key by a template literal. Only object-keys.ts may. */
export function spelledObjectKeys({ path, code }: Source): readonly string[] {
  if (!under('shared/', 'functions/')(path) || path === 'shared/contracts/object-keys.ts') return []
  return Array.from(
    code.matchAll(/`(?:imports|reports|exports|directory|syncs|accounts)\/\$\{/g),
    ([spelled]) => `${path} spells ${spelled}`,
  )
}

/** AWS clients created outside shared/aws/clients.ts, which gives them time limits. */
export function unlimitedClients(source: Source): readonly string[] {
  if (!under('shared/', 'functions/')(source.path) || source.path === 'shared/aws/clients.ts') return []
  // Its clients are those of the API; it can’t import the SDK.
  if (source.path.startsWith(consoleApp)) return []
  return [...source.code.matchAll(/\bnew\s+(\w+Client)\s*\(/g)].map(
    ([, name]) => `${source.path} makes a ${name}`,
  )
}

/** Places that make DynamoDB's writes and interpret its refusals. */
const WRITING = [
  'shared/storage/writes/write.ts',
  'shared/storage/writes/execute.ts',
  'shared/storage/writes/batch-commands.ts',
  'shared/storage/writes/batch.ts',
  'shared/storage/writes/outcomes.ts',
]
const writingOrReadingRefusals =
  /\b(?:Put|Update|Delete|TransactWrite|BatchWrite|ExecuteStatement|BatchExecuteStatement|ExecuteTransaction)(?:Item)?Command\b|\b(?:ConditionalCheckFailed|TransactionCanceled|TransactionConflict)Exception\b|\bcatch\b/

/** Stores that write directly or catch DynamoDB's errors: they would handle only some outcomes of a write. */
export function ownWrites(source: Source): readonly string[] {
  if (!source.path.startsWith('shared/storage/') || WRITING.includes(source.path)) return []
  return writingOrReadingRefusals.test(source.code) ? [`${source.path} writes, or catches, by itself`] : []
}

const ownPeriod = /\b(?:DAY_MS|HOUR_MS)\b|Duration\.days\(\s*\d/

/** Periods in days that storage or the stack define themselves. How long something is kept must be defined once. */
export function ownPeriods({ path, code }: Source): readonly string[] {
  if (!under('shared/storage/', 'infra/constructs/')(path)) return []
  return ownPeriod.test(code) ? [`${path} says for how long by itself`] : []
}

const errorClass = /\bclass (?<name>\w+) extends Error \{\s*(?<first>[^\n]*)/g

/**
 * Error classes that don't set their name first. When identifiers are minified, the log would otherwise show another
 * name.
 */
export function namelessErrors({ path, code }: Source): readonly string[] {
  return Array.from(code.matchAll(errorClass), ({ groups }) => groups).flatMap((groups) =>
    groups?.first?.startsWith('override readonly name = ') ? [] : [`${path}: ${groups?.name} has no name`],
  )
}

/** Sets of words written as an enumeration: in a constant list, a schema or a type. */
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

/** Enumerations that repeat a list that exists already. Types and schemas must be derived from the list. */
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
