import type { ServiceFunction } from '../../infra/functions.ts'
import { table } from './report.ts'

/** In KB: a function's bundle, a bare bundle of its clients with the unmodified SDK, and the bundle's parts. */
interface BundleSize {
  readonly whole: number
  readonly bare: number
  readonly sdk: number
  readonly zod: number
  readonly otherPackages: number
  readonly own: number
  /** CPU time to load the bundle divided by that of the bare one. */
  readonly startUp: number | undefined
}

const size = (
  whole: number,
  bare: number,
  [sdk, zod, otherPackages, own]: readonly [number, number, number, number],
  startUp?: number,
): BundleSize => ({ whole, bare, sdk, zod, otherPackages, own, startUp })

/**
 * The current sizes. `test/infra/build/bundles.test.ts` checks each bundle against its size, 3 % more or less, so
 * that a larger change is a conscious decision. After one, write the new size here, and run `npm run cost -- --page`.
 */
export const bundleSizes: Readonly<Record<ServiceFunction, BundleSize>> = {
  'admin-api': size(713, 446, [293, 100, 69, 250], 1.52),
  'platform-api': size(438, 322, [180, 100, 24, 134], 1.59),
  decisions: size(521, 322, [180, 97, 24, 220], 1.66),
  openapi: size(235, 0, [14, 98, 24, 99]),
  console: size(170, 0, [14, 90, 24, 42]),
  import: size(583, 470, [311, 100, 80, 92], 1.18),
  'import-rows': size(604, 470, [310, 100, 69, 124], 1.27),
  report: size(597, 470, [328, 100, 78, 91], 1.22),
  effects: size(435, 377, [247, 100, 36, 53], 1.26),
  mail: size(580, 371, [239, 102, 36, 203], 1.55),
  due: size(392, 348, [202, 97, 36, 57], 1.3),
  migrate: size(393, 348, [200, 97, 36, 59], 1.26),
  export: size(578, 470, [326, 100, 47, 105], 1.25),
  feedback: size(390, 348, [199, 98, 36, 55], 1.3),
  sync: size(636, 470, [333, 102, 78, 123], 1.3),
  deletion: size(503, 470, [296, 97, 36, 73], 1.13),
}

const STEPS = [
  ['as it was', '1145', '866', '701', '442', '2.50', '1.94', '1.59'],
  [
    "without what the SDK brings and nobody uses (`infra/build/unused-sdk.ts`), and with the queue's client imported like any other",
    '1008',
    '695',
    '603',
    '392',
    '1.95',
    '',
    '',
  ],
  ['uploads and downloads signed without a client of S3', '995', '581', '604', '393', '', '', ''],
  [
    'the lists of domains in a file apart, the multipart upload only where one is made',
    '711',
    '581',
    '585',
    '393',
    '',
    '',
    '',
  ],
  [
    "without the deployment's settings and, until a text is too long, the segmenter of graphemes",
    '707',
    '577',
    '581',
    '389',
    '1.65',
    '1.61',
    '1.31',
  ],
  [
    'schemas of jobs, and of variables that a function lacks, built when needed',
    '708',
    '578',
    '581',
    '390',
    '1.52',
    '1.55',
    '1.30',
  ],
] as const

/** The section of `docs/cost.md`. */
export function bundlesSection(): string {
  return `## Bundles and start-up

The goal is 350 KB for the largest bundle, and 1.2 times the CPU time that a bare bundle of the same clients takes to load. A bare
bundle is built with the same options and the unmodified SDK, without \`infra/build/unused-sdk.ts\`. Bytes are exact;
CPU time was measured in eleven rounds on a busy machine, and varies by a tenth from run to run.

${table(
  ['function', 'KB', 'bare KB', 'SDK', 'zod', 'other packages', 'own code', 'start-up ÷ bare'],
  Object.entries(bundleSizes).map(([name, { whole, bare, sdk, zod, otherPackages, own, startUp }]) => [
    name,
    whole,
    bare === 0 ? 'none' : bare,
    sdk,
    zod,
    otherPackages,
    own,
    startUp?.toFixed(2) ?? '',
  ]),
)}

The steps that were taken, in KB for four functions, and start-up ÷ bare for three. From the third row on, mail's bare bundle is smaller
as well, since it has one client less.

${table(['', 'admin-api', 'mail', 'import', 'due', 'start-up: admin-api', 'mail', 'due'], STEPS)}

**Neither goal is met.** Size: even without its unused parts, DynamoDB's client alone is 180 KB, together with S3's 293 KB, and zod is
100 KB. So a function that reads files has some 390 KB before its own first line. admin-api has 250 KB of its own, with all routes'
schemas, the explanations of problems, and the texts of reports in five languages. Smaller bundles would need other clients than the
SDK's, other schemas than zod's, or several functions instead of admin-api. Only console and openapi are below 350 KB.

Start-up: deletion and import are below 1.2, report just above it; four more are below 1.3, three at it. About a third of admin-api's load
is zod's, mostly for creating schemas, 16 µs each. Those of the API's requests and answers take some 6 ms. The answers' schemas are only
needed for \`openapi.json\`, but are in the same files, since the handlers are typed by them. Separating them would gain most next.

admin-api's lists of free-mail domains and public suffixes, 267 KB, are in a separate file, which only the operation that adds a
domain loads (\`infra/build/bundles.ts\`). The table doesn't include them, nor the console's files.

Tried or considered, and not adopted:

- **zod/mini**: it creates 60 objects in 6.6 ms instead of 8.9, but zod itself takes only 6.9 if they share \`z.string()\` and the like.
  The gain, a quarter of a third, isn't worth rewriting every schema.
- **Routes loaded in groups** within the bundle (considered): esbuild wraps everything that a dynamic import reaches, the SDK's core
  included, into functions that call each other; a single such import of the queues' client cost 25 KB. And loading what a request needs
  anyway would only move from the start into the request, which waits for it just the same.
- **V8's compile cache** (considered): it only works with the exact Node.js and processor, and Lambda changes both.
`
}
