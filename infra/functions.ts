import type { functionVariables } from '../shared/contracts/environment.ts'

export interface FunctionSpec {
  readonly description: string
  /** CPU grows with memory: 1,769 MB is one full core. */
  readonly memoryMb: number
  readonly timeoutSeconds: number
}

/**
 * Seconds. API Gateway gives up on an integration after 30, so nobody would get the answer of a function that runs
 * longer.
 */
const httpTimeoutSeconds = 29

/**
 * Every function, by the name of its folder under `functions/`; {@link logicalId} gives its logical id in the
 * template.
 */
export const functions = {
  'admin-api': {
    description: 'Serves the routes for the admins of an organization',
    memoryMb: 1024,
    timeoutSeconds: httpTimeoutSeconds,
  },
  'platform-api': {
    description: 'Serves the routes for the platform',
    memoryMb: 512,
    timeoutSeconds: httpTimeoutSeconds,
  },
  decisions: {
    description: 'Shows a claimed user the options and takes the decision',
    memoryMb: 512,
    timeoutSeconds: httpTimeoutSeconds,
  },
  openapi: {
    description: 'Answers what the service says of itself, and 404 for every path that is no route',
    memoryMb: 256,
    timeoutSeconds: httpTimeoutSeconds,
  },
  console: {
    description: "Serves the admins' console: its page and its files",
    memoryMb: 256,
    timeoutSeconds: httpTimeoutSeconds,
  },
  import: {
    description: 'Streams an uploaded CSV and cuts it into chunks of rows',
    memoryMb: 1024,
    // Before this is over it hands on to a fresh invocation, so it bounds a turn and not a file.
    timeoutSeconds: 300,
  },
  'import-rows': {
    description: "Claims or loads a chunk's rows and records its outcome",
    memoryMb: 1024,
    timeoutSeconds: 120,
  },
  report: {
    description: "Writes a finished import's report",
    memoryMb: 1024,
    // Lambda's maximum: the report of a million rows is one object, written in one invocation.
    timeoutSeconds: 900,
  },
  effects: {
    description: "Turns the table's changes into mails, schedules, events and audit entries",
    memoryMb: 512,
    timeoutSeconds: 60,
  },
  mail: {
    description: 'Sends the mails',
    memoryMb: 512,
    timeoutSeconds: 60,
  },
  due: {
    description: 'Starts the work that is due, and sweeps up that whose schedule was lost',
    memoryMb: 512,
    timeoutSeconds: 120,
  },
  migrate: {
    description: "Sends a claim's reminders, moves the account's conversations and closes the claim",
    memoryMb: 512,
    timeoutSeconds: 120,
  },
  export: {
    description: 'Writes the list of the users that an organization can claim',
    memoryMb: 1024,
    // Lambda's maximum: an export is one object, written in one invocation.
    timeoutSeconds: 900,
  },
  feedback: {
    description: 'Records bounces and complaints that SES reports',
    memoryMb: 256,
    timeoutSeconds: 60,
  },
  sync: {
    description: "Compares a directory with an organization's users and applies the outcome",
    memoryMb: 1024,
    // Before this is over it hands on to a fresh invocation, so it bounds a turn and not a directory.
    timeoutSeconds: 300,
  },
  deletion: {
    description: 'Removes accounts and organizations with everything kept for them',
    memoryMb: 512,
    timeoutSeconds: 300,
  },
  'pool-token': {
    description: "Puts org_id and the role's scopes into the access tokens of the stack's own user pool",
    memoryMb: 256,
    // Cognito's limit for a trigger.
    timeoutSeconds: 5,
  },
} as const satisfies Record<keyof typeof functionVariables, FunctionSpec>

export type FunctionName = keyof typeof functions

/**
 * Functions that send the rest of their work to their own queue, for as long as it takes (`mail`: while it is
 * paused). Lambda would take a chain of 16 invocations for a mistake and drop the message, unless the function allows
 * it.
 */
export const handingOn: readonly FunctionName[] = ['import', 'mail', 'due', 'migrate', 'sync', 'deletion']

/** Functions that exist only if the stack creates its own user pool. */
export const poolFunctions = ['pool-token'] as const satisfies readonly FunctionName[]
export type PoolFunction = (typeof poolFunctions)[number]
export type ServiceFunction = Exclude<FunctionName, PoolFunction>

const isServiceFunction = (name: string): name is ServiceFunction =>
  Object.hasOwn(functions, name) && !poolFunctions.some((pool) => pool === name)

export const serviceFunctions: readonly ServiceFunction[] = Object.keys(functions).filter(isServiceFunction)

const pascalCase = (name: string): string =>
  name.replace(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase())

/** `import-rows` → `ImportRowsFunction`, the logical id of its `AWS::Lambda::Function`. */
export const logicalId = (name: FunctionName): string => `${pascalCase(name)}Function`

/** The logical id of the alias that a gradual deployment moves; see deployments.ts. */
export const liveId = (name: FunctionName): string => `${logicalId(name)}Live`
