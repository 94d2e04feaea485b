import { describe, expect, it } from 'vitest'
import { projectRoot } from '../../../infra/project.ts'
import { indexKeys, partition, sortKeyPrefix } from '../../../shared/storage/keys.ts'
import { functionVariables } from '../../../shared/contracts/environment.ts'
import { otherResults } from './outcomes.ts'
import {
  environmentFaults,
  forbiddenImports,
  impurities,
  namelessErrors,
  ownPeriods,
  ownWrites,
  respelledEnumerations,
  spelledKeys,
  spelledObjectKeys,
  unlimitedClients,
} from './rules.ts'
import { parseSource, readSources } from './sources.ts'

const sources = readSources(projectRoot, ['shared', 'functions', 'infra'])
const prefixes = [
  ...Object.values(partition),
  ...Object.values(sortKeyPrefix),
  indexKeys.dueShard('claim', ''),
  indexKeys.dueShard('job', ''),
]

describe('the code', () => {
  it('imports only what its place allows: core, table, handlers, compositions and infra are kept apart', () => {
    expect(sources.flatMap(forbiddenImports)).toEqual([])
  })

  it('takes time, randomness and settings only where it is composed', () => {
    expect(sources.flatMap(impurities)).toEqual([])
  })

  it('reads in each composition the variables that the CDK app sets for it, and uses all of them', () => {
    expect(sources.flatMap((source) => environmentFaults(source, functionVariables))).toEqual([])
  })

  it('fault 10: makes clients of AWS in shared/aws/clients.ts, with limits, and nowhere else', () => {
    expect(sources.flatMap(unlimitedClients)).toEqual([])
  })

  it('spells keys in shared/storage/keys.ts and nowhere else', () => {
    expect(sources.flatMap((source) => spelledKeys(source, prefixes))).toEqual([])
  })

  it('spells keys of objects in shared/contracts/object-keys.ts and nowhere else', () => {
    expect(sources.flatMap(spelledObjectKeys)).toEqual([])
  })

  it('gives every class of errors a name of its own, which minified classes have not', () => {
    const bundled = sources.filter(({ path }) => !path.startsWith('infra/'))
    expect(bundled.flatMap(namelessErrors)).toEqual([])
  })

  it('tells what came of something by its outcome, and by nothing else', () => {
    expect(otherResults(sources)).toEqual([])
  })

  it('spells the words of an enumeration once: types and schemas follow from the list', () => {
    expect(respelledEnumerations(sources)).toEqual([])
  })

  it('writes the table, and learns why it could not, in one place: no store does either by itself', () => {
    expect(sources.flatMap(ownWrites)).toEqual([])
  })

  it('says how long something is kept in shared/contracts/retention.ts, which storage and the stack read', () => {
    expect(sources.flatMap(ownPeriods)).toEqual([])
  })
})

describe('the check of enumerations', () => {
  const respelled = (text: string) =>
    respelledEnumerations([
      parseSource('shared/rules/a.ts', "export const states = ['open', 'closed'] as const"),
      parseSource('shared/http/a.ts', text),
    ])

  it.each([
    "const state = z.enum(['open', 'closed'])",
    "interface A {\n  readonly state: 'closed' | 'open'\n}",
    "const all = [\n  'open',\n  'closed',\n] as const",
  ])('finds a second spelling: %s', (text) => {
    expect(respelled(text)).toHaveLength(1)
  })

  it.each([
    "type B = Pick<A, 'open' | 'closed'>",
    "type State = 'open' | 'closed' | 'gone'",
    "const example = { options: ['open', 'closed'] }",
  ])('lets %s', (text) => {
    expect(respelled(text)).toEqual([])
  })
})

describe('the check of results', () => {
  const other = (text: string) => otherResults([parseSource('shared/usecases/a.ts', text)])

  it.each([
    "export async function a(): Promise<'done' | 'lost'> {",
    "export async function a(b: B): Promise<Made | 'lost'> {",
    "type Done = 'done' | 'lost'\nconst a = async (): Promise<Done> =>",
    "type Done = 'done'\ntype Of = Done | undefined\nconst a = async (): Promise<readonly Of[]> =>",
    "const a = (b: B): AccountRecord | 'done' =>",
    'type A = { readonly ok: true; readonly b: B } | { readonly ok: false }\nfunction a(): A {',
    "interface A {\n  readonly b: B\n}\nasync function a(): Promise<A | { readonly outcome: 'lost' }> {",
    "type A<C> =\n  /** Why. */\n  | { readonly outcome: 'a'; readonly c: C }\n  | { readonly d: D }\nfunction a(): A<string> {",
  ])('finds a result that is told by something else: %s', (text) => {
    expect(other(text)).toHaveLength(1)
  })

  it.each([
    "type A = { readonly outcome: 'a' } | { readonly outcome: 'b'; readonly c: C }\nasync function a(): Promise<A> {",
    "function statusOf(record: B): 'held' | 'running' {",
    "const a = (b: Pick<B, 'c' | 'd'>): Pick<B, 'c' | 'd'> =>",
    "type A = { readonly kind: 'a' } | { readonly kind: 'b' }\nfunction a(): A | undefined {",
    "async function a(): Promise<{ readonly b: B } & { readonly c: 'd' | 'e' }> {",
    "const a = { b: f(c) as D, e: 'f' }",
  ])('lets %s', (text) => {
    expect(other(text)).toEqual([])
  })
})

describe('the check of imports', () => {
  const forbidden = (path: string, text: string) => forbiddenImports(parseSource(path, text))

  it.each([
    ['shared/rules/a.ts', "import { S3Client } from '@aws-sdk/client-s3'"],
    ['shared/rules/a.ts', "import { accountStore } from '../storage/stores/accounts.ts'"],
    ['shared/csv/a.ts', "import { createLog } from '../lib/log.ts'"],
    ['shared/mail/a.ts', "import { readFile } from 'node:fs/promises'"],
    ['shared/storage/a.ts', "import { SQSClient } from '@aws-sdk/client-sqs'"],
    ['shared/usecases/a.ts', "import {\n  DynamoDBClient,\n} from '@aws-sdk/client-dynamodb'"],
    ['shared/lib/a.ts', "import type { Account } from '../rules/types.ts'"],
    ['functions/mail/handler.ts', "import { SESClient } from '@aws-sdk/client-ses'"],
    ['functions/mail/handler.ts', "import { mailStore } from '../../shared/storage/stores/mails.ts'"],
    ['functions/mail/handler.ts', "import { type A, b } from '../../shared/storage/stores/mails.ts'"],
    ['functions/mail/index.ts', "import { handle } from '../due/handler.ts'"],
    ['functions/mail/index.ts', "const { handle } = await import('../due/handler.ts')"],
    ['functions/mail/input.ts', "import { read } from '../due/input.ts'"],
    ['infra/functions.ts', "import { read } from '../functions/mail/input.ts'"],
    ['infra/stack.ts', "import { handler } from '../functions/mail/index.ts'"],
    ['infra/stack.ts', "export { accountStore } from '../shared/storage/stores/accounts.ts'"],
    ['infra/dev/start.ts', "import '../../functions/mail/index.ts'"],
    ['functions/console/app/a.tsx', "import { claimStore } from '../../../shared/storage/stores/claims.ts'"],
    ['functions/console/app/a.tsx', "import { createHandler } from '../handler.ts'"],
    ['functions/console/handler.ts', "import { settings } from './app/settings.ts'"],
    ['scripts/a.ts', ''],
  ])('finds what is wrong with %s: %s', (path, text) => {
    expect(forbidden(path, text)).toHaveLength(1)
  })

  it.each([
    ['shared/rules/a.ts', "import type { Clock } from '../lib/time.ts'"],
    ['functions/mail/handler.ts', "import type { MailStore } from '../../shared/storage/stores/mails.ts'"],
    ['functions/mail/handler.ts', "import { type MailStore } from '../../shared/storage/stores/mails.ts'"],
    [
      'functions/mail/index.ts',
      "import { SESClient } from '@aws-sdk/client-ses'\nimport { handle } from './handler.ts'",
    ],
    ['infra/functions.ts', "import { functionVariables } from '../shared/contracts/environment.ts'"],
    [
      'shared/rules/a.ts',
      "// import { S3Client } from '@aws-sdk/client-s3'\nexport const a = 'imported from '",
    ],
  ])('lets %s: %s', (path, text) => {
    expect(forbidden(path, text)).toEqual([])
  })
})

describe('the check of purity', () => {
  const impure = (path: string, text: string) => impurities(parseSource(path, text))

  it.each([
    ['shared/rules/a.ts', 'const now = new Date()'],
    ['shared/rules/a.ts', 'const now = Date.now()'],
    ['shared/rules/a.ts', `const text = \`at $\{new Date().toISOString()}\``],
    ['shared/csv/a.ts', 'const id = Math.random()'],
    ['shared/mail/a.ts', 'const id = crypto.randomUUID()'],
    ['shared/storage/a.ts', "import { createHash, randomBytes } from 'node:crypto'"],
    ['shared/mail/a.ts', 'const from = process.env.MAIL_FROM'],
    ['shared/mail/a.ts', 'const { env } = process;'],
    ['shared/storage/a.ts', 'console.log(item)'],
    ['functions/mail/handler.ts', 'const from = process.env.MAIL_FROM'],
  ])('finds what %s takes for itself: %s', (path, text) => {
    expect(impure(path, text)).toHaveLength(1)
  })

  it.each([
    ['shared/rules/a.ts', "const at = new Date(createdAt) // not new Date()\nconst say = 'new Date()'"],
    ['shared/csv/a.ts', 'process(row)'],
    ['shared/http/a.ts', 'const id = (ports) => ports.randomUUID()'],
    ['functions/mail/index.ts', 'const settings = readEnv(env, process.env)'],
  ])('lets %s: %s', (path, text) => {
    expect(impure(path, text)).toEqual([])
  })
})

describe('the check of keys', () => {
  it('finds a key that is spelled outside keys.ts', () => {
    const spelled = (text: string) => spelledKeys(parseSource('shared/storage/a.ts', text), prefixes)
    expect(spelled("const key = { pk: 'U#' + root }")).toHaveLength(1)
    expect(spelled(`const key = { sk: \`IMP#$\{id}\` }`)).toHaveLength(1)
    expect(spelled('// `U` and # apart')).toEqual([])
  })

  it('finds a key of an object that is spelled outside object-keys.ts', () => {
    const spelled = (text: string) => spelledObjectKeys(parseSource('shared/usecases/a.ts', text))
    expect(spelled(`const key = \`reports/$\{orgId}/$\{importId}.csv\``)).toHaveLength(1)
    expect(spelled('// `reports/{orgId}`')).toEqual([])
  })
})

describe('the check of clients', () => {
  const made = (path: string, text: string) => unlimitedClients(parseSource(path, text))

  it('finds a client that is made elsewhere, in whichever form', () => {
    expect(made('functions/mail/index.ts', 'const s3 = new S3Client({})')).toHaveLength(1)
    expect(made('shared/storage/client.ts', 'open(name, client = new  DynamoDBClient ({}))')).toHaveLength(1)
    expect(made('functions/mail/index.ts', '// new S3Client({})')).toEqual([])
    expect(made('shared/aws/clients.ts', 'new S3Client({})')).toEqual([])
  })
})

describe('the check of writes', () => {
  const own = (path: string, text: string) => ownWrites(parseSource(path, text))

  it.each([
    ['shared/storage/a.ts', "import { PutCommand } from '@aws-sdk/lib-dynamodb'"],
    ['shared/storage/a.ts', 'await client.send(new UpdateItemCommand(input))'],
    ['shared/storage/a.ts', 'if (error instanceof ConditionalCheckFailedException) return'],
    ['shared/storage/a.ts', 'try { await send() } catch { return undefined }'],
    ['shared/storage/a.ts', 'send().catch(() => undefined)'],
  ])('finds what %s does by itself: %s', (path, text) => {
    expect(own(path, text)).toHaveLength(1)
  })

  it.each([
    ['shared/storage/a.ts', 'await client.send(new GetCommand(input))'],
    ['shared/storage/a.ts', '// a PutCommand that we would catch'],
    [
      'shared/storage/writes/write.ts',
      'try { await client.send(new PutCommand(input)) } catch (error) { throw error }',
    ],
    ['shared/aws/a.ts', 'try { await send() } catch { return undefined }'],
  ])('lets %s: %s', (path, text) => {
    expect(own(path, text)).toEqual([])
  })
})

describe('the check of periods', () => {
  const own = (path: string, text: string) => ownPeriods(parseSource(path, text))

  it('finds a period that storage or the stack choose by themselves', () => {
    expect(own('shared/storage/stores/a.ts', 'const KEPT_MS = 30 * DAY_MS')).toHaveLength(1)
    expect(own('infra/constructs/a.ts', 'expiration: Duration.days(28)')).toHaveLength(1)
    expect(own('infra/constructs/a.ts', 'expiration: Duration.days(FILE_RETENTION_DAYS)')).toEqual([])
    expect(own('shared/rules/limits.ts', 'const SOON_MS = 7 * DAY_MS')).toEqual([])
  })
})

describe('the check of environments', () => {
  const faults = (path: string, text: string) =>
    environmentFaults(parseSource(path, text), { mail: ['TABLE_NAME', 'MAIL_FROM'], openapi: [] })

  it.each([
    [
      'functions/mail/index.ts',
      'const { TABLE_NAME, MAIL_FROM } = readEnv(functionVariables.due, process.env)',
    ],
    ['functions/mail/index.ts', 'const { TABLE_NAME } = readEnv(functionVariables.mail, process.env)'],
    ['functions/mail/index.ts', "const { TABLE_NAME, MAIL_FROM } = readEnv(['TABLE_NAME'], process.env)"],
    ['functions/openapi/index.ts', 'const name = process.env.TABLE_NAME'],
    ['functions/other/index.ts', 'export const handler = createHandler()'],
  ])('finds what is wrong with %s: %s', (path, text) => {
    expect(faults(path, text)).toHaveLength(1)
  })

  it.each([
    [
      'functions/mail/index.ts',
      'const { TABLE_NAME, MAIL_FROM } = readEnv(functionVariables.mail, process.env)',
    ],
    [
      'functions/mail/index.ts',
      "const s = readEnv(functionVariables['mail'], process.env)\nf(s.TABLE_NAME, s.MAIL_FROM)",
    ],
    ['functions/openapi/index.ts', 'export const handler = createHandler()'],
  ])('lets %s: %s', (path, text) => {
    expect(faults(path, text)).toEqual([])
  })
})

describe('the check of errors', () => {
  const nameless = (text: string) => namelessErrors(parseSource('shared/lib/a.ts', text))

  it('finds a class of errors without a name of its own', () => {
    expect(nameless('class Gone extends Error {\n  readonly code = 1\n}')).toHaveLength(1)
    expect(nameless("class Gone extends Error {\n  override readonly name = 'Gone'\n}")).toEqual([])
  })
})
