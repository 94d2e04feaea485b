/**
 * Boots the whole service on this machine, from the template that would be deployed. Several services can run at
 * once, in one process or in many, each with its own ports and state.
 */
import { randomUUID } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { createServer, type RequestListener, type Server } from 'node:http'
import path from 'node:path'
import { type Assembling, startAssembling } from './assembly/assemble.ts'
import { readAssembly, TemplateError } from './assembly/read-assembly.ts'
import { createAuthorizer } from './http-api/jwt-authorizer.ts'
import { createClock } from './clock/clock.ts'
import type { CorsRule } from './http/cors.ts'
import { startDns } from './aws/dns.ts'
import { givenEndpoint, startDynamoDb } from './aws/dynamodb/dynamodb.ts'
import { createEventBus } from './aws/eventbridge/event-bus.ts'
import type { FaultCounts } from './aws/dynamodb/faults/fault-injector.ts'
import { startFaultProxy } from './aws/dynamodb/faults/fault-proxy.ts'
import { faultOptions, type GivenFaultOptions, parseFaultOptions } from './aws/dynamodb/faults/options.ts'
import { startAwsGateway } from './aws/gateway/aws-gateway.ts'
import { createPolicyEvaluator, type PolicyEvaluator } from './aws/iam/policy-evaluation.ts'
import { startInbox } from './aws/ses/inbox.ts'
import type { Meter } from './aws/gateway/meter.ts'
import { LOCAL_ACCOUNT_ID, LOCAL_REGION, nameOfArn } from './aws/names.ts'
import { startObjectsAndQueues } from './aws/fauxqs/objects-and-queues.ts'
import { createScheduler } from './aws/scheduler/scheduler.ts'
import { createSes } from './aws/ses/ses.ts'
import { ServiceError } from './aws/emulated-service.ts'
import { type LocalState, openState } from './aws/state.ts'
import { createControl, NotFoundError } from './control.ts'
import { credentialsOf, principalsOf } from './permissions/credentials.ts'
import { checkDeliveries, checkScheduled } from './deliveries/check-deliveries.ts'
import { type Endpoints, localFolder, removeEndpoints, writeEndpoints } from './instance/endpoints.ts'
import { createRules } from './aws/eventbridge/event-rules.ts'
import { startEventSources } from './event-sources/event-sources.ts'
import { createFunctions } from './functions/functions.ts'
import { createHttpApi } from './http-api/http-api.ts'
import { readHttpApi } from './http-api/routes.ts'
import { lockFolder } from './instance/instance-lock.ts'
import { localConsoleClient, localIssuer } from './project-settings.ts'
import { openSigningKey, type SigningKey } from './oidc/signing-key.ts'
import { close, listen, onNextFreePort, onUsualPort, portOf } from './http/listen.ts'
import { openLog } from './instance/log.ts'
import { checkLoops } from './deliveries/recursive-loops.ts'
import { startIssuer } from './oidc/issuer-server.ts'
import type { SignInOrganization } from './oidc/sign-in-page.ts'
import { makeResources } from './template/create-resources.ts'
import { type Roles, readRoles } from './permissions/roles.ts'
import { createSettle, firstRelease } from './clock/settle.ts'
import type { LocalRedrive } from '../ops/redrive/local.ts'
import { createStudioCalls, type RunnableAction } from './studio/calls.ts'
import { createStudioPages } from './studio/pages.ts'
import type { StudioLink } from './studio/wire.ts'
import { resolveTemplate } from './template/resolve-template.ts'
import { createTimeline } from './clock/timeline.ts'
import { readWiring } from './template/wiring.ts'

export interface BootOptions {
  /** The port of the API; the other parts get the ports after it. Any free ports without it. */
  readonly port?: number
  /**
   * Whether the API may take another port, the one it had last or the next free one, if `port` is taken. Otherwise
   * that is an error.
   */
  readonly mayMovePort?: boolean
  /** The folder in which state is kept; in memory without it. */
  readonly data?: string
  /** The address of another DynamoDB; without it, `DYNAMODB_ENDPOINT`, and otherwise the embedded one. */
  readonly dynamodbEndpoint?: string
  /** Faults that the functions' DynamoDB calls meet; without it, `DYNAMODB_FAULTS`. */
  readonly dynamodbFaults?: GivenFaultOptions
  /** The folder of a cloud assembly; without it, the app is synthesized. */
  readonly assembly?: string
  /** Settings for the synthesis, as for a deployment. */
  readonly settings?: Readonly<Record<string, string>>
  /** What `startAssembling` has started already, instead of `assembly`. */
  readonly assembling?: Assembling
  /** Written once everything answers, and removed at the end. */
  readonly endpointsFile?: string
  /** Where the functions' output is written. */
  readonly logFile?: string
  /** The folder of the key pair that signs tokens. The pair is created if missing. */
  readonly keyFolder?: string
  /** The organizations that the issuer's sign-in page lists. Any id can be entered in any case. */
  readonly organizations?: (
    service: Pick<Running, 'endpoints' | 'key'>,
  ) => Promise<readonly SignInOrganization[]>
  /** Links that the studio shows. */
  readonly links?: (service: Pick<Running, 'endpoints' | 'key'>) => readonly StudioLink[]
  /** Actions that the studio offers. */
  readonly actions?: (service: Pick<Running, 'endpoints' | 'key'>) => readonly RunnableAction[]
  /** Counts the functions' AWS calls, if given. */
  readonly meter?: Meter
  readonly isVerbose?: boolean
  /** Called with each line that people should see: problems, and with `isVerbose` everything. */
  readonly show?: (line: string) => void
  /** Called when a part dies without which the service can't go on. */
  readonly onFatal?: (error: Error) => void
}

export interface Running {
  readonly endpoints: Endpoints
  /** Signs local tokens. */
  readonly key: SigningKey
  readonly logFile: string
  /** The embedded DynamoDB's file, for tests that need more items than the API takes in reasonable time. */
  readonly databasePath: string | undefined
  /** The faults injected so far, if any are. */
  readonly faults: (() => FaultCounts) | undefined
  /** Starts to build the studio's page, which otherwise its first visitor waits for. */
  readonly prepareStudio: () => Promise<unknown>
  /** Milliseconds from the call of `boot` to a service that answers. */
  readonly bootMs: number
  /** Stops everything that was started. May be called twice. */
  stop(): Promise<void>
}

/** Like `Promise.all`, but rejects only when all have started or failed, so that those that started can be stopped. */
async function allStarted<T extends readonly unknown[]>(
  starting: readonly [...T],
): Promise<{ -readonly [I in keyof T]: Awaited<T[I]> }> {
  await Promise.allSettled(starting)
  return Promise.all(starting)
}

function onlyOne<T>(what: string, [first, ...others]: readonly T[]): T {
  if (first === undefined || others.length > 0) throw new TemplateError(`the template must have one ${what}`)
  return first
}

/** Takes the API's port before anything else starts, so that a port in use is reported at once. */
function listenForApi(apiServer: Server, state: LocalState, options: BootOptions): Promise<string> {
  const { port = 0, mayMovePort = options.port === undefined } = options
  if (!mayMovePort) return listen(apiServer, port)
  const start = (usual: number) => listen(apiServer, usual)
  return onUsualPort(state, 'api', port, start, (address) => address)
}

/** @throws TemplateError for a template that can't be run, PortInUseError, or AlreadyRunningError */
export async function boot(options: BootOptions = {}): Promise<Running> {
  const startedAt = performance.now()
  const folder = (name: string) => (options.data === undefined ? undefined : path.join(options.data, name))
  await using stack = new AsyncDisposableStack()
  const stopping = new AbortController()

  const assembling = options.assembling ?? (await startAssembling(options))
  const { work } = assembling
  stack.defer(() => work.remove())
  if (options.data !== undefined) stack.defer(await lockFolder(options.data))

  const state = openState(folder('state'))
  stack.defer(() => state.close())
  const clock = createClock(state)
  const { now } = clock
  const logFile = options.logFile ?? path.join(options.data ?? work.path, 'functions.log')
  await mkdir(path.dirname(logFile), { recursive: true })
  const show = options.show ?? (() => undefined)
  const log = openLog({ file: logFile, now, show, isVerbose: options.isVerbose === true })
  stack.defer(() => log.close())
  const onFatal = (error: Error) => {
    log.problem(error.message)
    options.onFatal?.(error)
  }

  const dynamodbEndpoint = options.dynamodbEndpoint ?? givenEndpoint()
  const faultOptionsGiven =
    options.dynamodbFaults === undefined
      ? parseFaultOptions(process.env.DYNAMODB_FAULTS)
      : faultOptions(options.dynamodbFaults)
  let serveApi: RequestListener = (_, response) => response.writeHead(503).end()
  let serveControl: RequestListener = (_, response) => response.writeHead(503).end()
  let serveStudio: RequestListener = (_, response) => response.writeHead(503).end()
  const apiServer = createServer((request, response) => serveApi(request, response))
  const api = await listenForApi(apiServer, state, options)
  stack.defer(() => close(apiServer))
  /** The nth port after the API's; any free port unless the API's was chosen. */
  const behind = (n: number) => (options.port === undefined ? 0 : portOf(api) + n)
  const controlServer = createServer((request, response) => serveControl(request, response))

  const dynamoDbOptions = { dir: folder('dynamodb'), endpoint: dynamodbEndpoint, port: behind(2) }
  const [dynamoDb, objectsAndQueues, dns, runtime, key] = await allStarted([
    startDynamoDb({ ...dynamoDbOptions, onUnexpectedExit: onFatal }).then((started) => {
      stack.defer(() => started.stop())
      return started
    }),
    startObjectsAndQueues({ dir: folder('objects-and-queues'), now }).then((started) => {
      stack.defer(() => started.stop())
      return started
    }),
    startDns({ state }).then((started) => {
      stack.defer(() => started.stop())
      return started
    }),
    assembling.runtime,
    openSigningKey(options.keyFolder ?? localFolder),
  ])
  const { queues } = objectsAndQueues

  // The parts need what the template says, and the template needs the parts' addresses. So these are set later.
  let roles: Roles | undefined
  let evaluate: PolicyEvaluator = () => ({ allowed: false, message: 'the service is starting' })
  let secretOf = (_accessKeyId: string): string | undefined => undefined
  let corsOf = (_bucket: string): readonly CorsRule[] => []

  const eventBus = createEventBus({ state, clock })
  const ses = createSes({ state, clock, events: eventBus })
  const deliveries = new Map<string, Promise<void>>()
  const schedules = createScheduler({
    state,
    clock,
    async send({ arn, roleArn, input, deadLetterArn }, { group, name }) {
      if (roles === undefined) throw new Error('the service is starting')
      const target = { group, roleArn, targetArn: arn, deadLetterArn }
      const id = JSON.stringify(target)
      const allowed = deliveries.get(id) ?? checkScheduled(roles, evaluate, name, target)
      deliveries.set(id, allowed)
      await allowed
      queues.send(nameOfArn(arn), input)
    },
  })
  const faults =
    faultOptionsGiven === undefined
      ? undefined
      : await startFaultProxy({
          upstream: dynamoDb.endpoint,
          isDynoxide: dynamodbEndpoint === undefined,
          options: faultOptionsGiven,
          now,
        })
  stack.defer(() => faults?.stop())
  const upstreams = {
    dynamodb: faults?.endpoint ?? dynamoDb.endpoint,
    s3: objectsAndQueues.endpoint,
    sqs: objectsAndQueues.endpoint,
  }
  const awsGateway = await onUsualPort(
    state,
    'aws-gateway',
    behind(1),
    (port) =>
      startAwsGateway({
        upstreams,
        isDynoxide: dynamodbEndpoint === undefined,
        ses,
        scheduler: schedules,
        events: eventBus,
        evaluate: (call) => evaluate(call),
        now,
        secretOf: (accessKeyId) => secretOf(accessKeyId),
        corsOf: (name) => corsOf(name),
        meter: options.meter,
        port,
      }),
    (started) => started.endpoint,
  )
  stack.defer(() => awsGateway.stop())
  const studioPages = createStudioPages()
  const inbox = await onNextFreePort(behind(3), (port) =>
    startInbox({
      ses,
      port,
      async companion(request, response) {
        const { pathname } = new URL(request.url ?? '/', 'http://studio')
        if (!pathname.startsWith('/studio/')) return studioPages.serve(pathname, response)
        serveStudio(request, response)
        return true
      },
    }),
  )
  stack.defer(() => inbox.stop())
  const control = await onNextFreePort(behind(4), (port) => listen(controlServer, port))
  stack.defer(() => close(controlServer))
  let endpoints: Endpoints | undefined
  const consoleOrigins = [api, `http://localhost:${portOf(api)}`]
  const issuer = await onNextFreePort(behind(5), (port) =>
    startIssuer({
      key,
      now,
      port,
      origins: consoleOrigins,
      clients: [
        {
          id: localConsoleClient,
          redirectUris: consoleOrigins.map((origin) => `${origin}/console/callback`),
          signedOutUris: consoleOrigins.map((origin) => `${origin}/console/signed-out`),
        },
      ],
      organizations: async () =>
        endpoints === undefined ? [] : ((await options.organizations?.({ endpoints, key })) ?? []),
    }),
  )
  stack.defer(() => issuer.stop())
  const assembly = await readAssembly(await assembling.assembly)
  // In a DynamoDB that is shared, each start has its own table, as it has in memory.
  const isShared = dynamodbEndpoint !== undefined && options.data === undefined
  const stackName = isShared ? `${assembly.stackName}-${randomUUID().slice(0, 8)}` : assembly.stackName
  const template = resolveTemplate(
    assembly,
    { api, queues: awsGateway.endpoint, objects: awsGateway.endpoint },
    stackName,
  )
  const wiring = readWiring(template, assembly)
  const apiDefinition = readHttpApi(template)
  const table = onlyOne('table', wiring.tables)
  const bucket = onlyOne('bucket', wiring.buckets)

  const credentials = credentialsOf(wiring.functions)
  const secrets = new Map([...credentials.values()].map((each) => [each.accessKeyId, each.secretAccessKey]))
  secretOf = (accessKeyId) => secrets.get(accessKeyId)
  corsOf = (name) => (name === bucket.name ? bucket.cors : [])
  roles = readRoles(template)
  const { resourcePolicyOf } = roles
  evaluate = createPolicyEvaluator({
    principals: principalsOf(wiring.functions, credentials, roles),
    resourcePolicyOf,
  })
  await Promise.all([
    checkDeliveries(template, roles, evaluate),
    checkLoops(wiring, evaluate),
    makeResources(wiring, { dynamoDb, objectsAndQueues, schedules, eventBus, ses }),
  ])

  eventBus.onPublished(createRules({ rules: wiring.eventRules, queueName: nameOfArn, queues }))
  const functions = createFunctions({
    // The template contains the issuer's name. Browsers need its address, which is known only now.
    definitions: wiring.functions.map((each) => ({
      ...each,
      environment: Object.fromEntries(
        Object.entries(each.environment).map(([name, value]) => [
          name,
          value === localIssuer ? issuer.endpoint : value,
        ]),
      ),
    })),
    runtime,
    awsEndpoint: awsGateway.endpoint,
    credentials,
    dns: `127.0.0.1:${dns.port}`,
    clock: { offsetMs: clock.offsetMs(), frozenAtMs: clock.frozenAt() ?? null },
    onLine: log.line,
  })
  stack.defer(() => functions.stop())
  clock.onChange((change) => functions.setClock(change))

  const sources = await startEventSources({
    wiring,
    dynamoDb,
    objectsAndQueues,
    functions,
    state,
    clock,
    report: log.problem,
  })
  stack.defer(() => sources.stop())
  const settle = createSettle({
    queueDepths: objectsAndQueues.queueDepths,
    deadLetterQueues: wiring.deadLetterQueues,
    nextReleases: objectsAndQueues.nextReleases,
    clock,
    streams: sources.streams,
    pendingObjects: objectsAndQueues.pendingObjects,
    activity: sources.activity,
    waitForIndexes: async () => faults?.caughtUp(),
    signal: stopping.signal,
  })
  const timeline = createTimeline({
    clock,
    dueBefore: schedules.dueBefore,
    fire: schedules.fire,
    fireAhead: schedules.fireAhead,
    settle: () => settle(),
    nextRelease: () => firstRelease(objectsAndQueues.nextReleases(), wiring.deadLetterQueues),
    sweepExpired: async () => {
      if (table.ttlAttribute !== undefined) await dynamoDb.sweepTtl(table.name, table.ttlAttribute, now())
      objectsAndQueues.expireObjects(bucket.name, bucket.expirations)
    },
    report: log.problem,
  })
  timeline.start()
  stack.defer(() => timeline.stop())

  serveApi = createHttpApi({
    api: apiDefinition,
    authorize: createAuthorizer(key, now),
    async invoke(functionArn, event) {
      const outcome = await functions.invoke(functionArn, event)
      sources.poke()
      return outcome
    },
    now,
    log: (line) => log.line('api', line),
  })
  serveControl = createControl({
    clock,
    timeline,
    settle,
    schedules: () => schedules.list().map(({ at, ...schedule }) => ({ ...schedule, dueAt: at })),
    deleteSchedule(group, name) {
      try {
        schedules.delete(group, name)
      } catch (error) {
        throw error instanceof ServiceError ? new NotFoundError(error.message) : error
      }
    },
    setTxt: dns.set,
    setMailbox: ses.setMailbox,
    setMailLimits: ses.setLimits,
    functions: functions.list,
    invoke: functions.invokeNamed,
    queues: objectsAndQueues.queueDepths,
    events: () => eventBus.list(),
    problems: log.problems,
  })

  const running: Endpoints = {
    api,
    s3: awsGateway.endpoint,
    bucket: bucket.name,
    dynamodb: dynamoDb.endpoint,
    table: table.name,
    inbox: inbox.endpoint,
    control,
    region: LOCAL_REGION,
    issuer: issuer.endpoint,
  }
  endpoints = running
  // Imported when it is first used, since its SDK clients take a moment to load.
  let loading: Promise<LocalRedrive> | undefined
  const redrive = (): Promise<LocalRedrive> => {
    loading ??= import('../ops/redrive/local.ts').then(({ localRedrive }) => localRedrive(running))
    return loading
  }
  serveStudio = createStudioCalls({
    now,
    links: options.links?.({ endpoints: running, key }) ?? [],
    actions: options.actions?.({ endpoints: running, key }) ?? [],
    outbox: ses.outbox,
    schedules: () => schedules.list().map(({ at, ...schedule }) => ({ ...schedule, dueAt: at })),
    queues: objectsAndQueues.queueDepths,
    deadLetterSources: wiring.deadLetterSources,
    async redrive(from, to) {
      const urlOf = (name: string) => `${awsGateway.endpoint}/${LOCAL_ACCOUNT_ID}/${name}`
      return (await redrive()).move(urlOf(from), urlOf(to))
    },
    effects: {
      batches: async () => (await redrive()).effectsGivenUp(),
      playAgain: async () => (await redrive()).playEffectsAgain(),
    },
    dns: dns.list,
    functions: functions.list,
    events: eventBus.list,
    log: log.recent,
    problems: log.problems,
    control: serveControl,
  })
  const { endpointsFile } = options
  if (endpointsFile !== undefined) {
    await writeEndpoints(endpointsFile, endpoints)
    stack.defer(() => removeEndpoints(endpointsFile))
  }
  stack.defer(() => stopping.abort())
  const started = stack.move()
  return {
    endpoints,
    key,
    logFile,
    databasePath: dynamoDb.databasePath,
    faults: faults?.counts,
    prepareStudio: studioPages.prepare,
    bootMs: Math.round(performance.now() - startedAt),
    stop: () => started.disposeAsync(),
  }
}
