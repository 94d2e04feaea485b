/**
 * Boots the whole service on this machine, from the template that would be deployed. Several services can run at
 * once, in one process or in many, each with its own ports and state.
 */
import { randomUUID } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import type { Server } from 'node:http'
import path from 'node:path'
import { startAssembling } from './assembly/assemble.ts'
import { readAssembly, TemplateError } from './assembly/read-assembly.ts'
import { givenEndpoint } from './aws/dynamodb/dynamodb.ts'
import { faultOptions, parseFaultOptions } from './aws/dynamodb/faults/options.ts'
import { createRules } from './aws/eventbridge/event-rules.ts'
import { createPolicyEvaluator } from './aws/iam/policy-evaluation.ts'
import { LOCAL_REGION, nameOfArn } from './aws/names.ts'
import { startInbox } from './aws/ses/inbox.ts'
import { type LocalState, openState } from './aws/state.ts'
import { controlOf, studioOf } from './boot/control-and-studio.ts'
import { allStarted, startEmulatedAws } from './boot/emulated-aws.ts'
import { createLateListener, createLateServer } from './boot/late-server.ts'
import type { BootOptions, Running } from './boot/options.ts'
import { startSignIn, withIssuerAddress } from './boot/sign-in.ts'
import { startTime } from './boot/time.ts'
import { createClock } from './clock/clock.ts'
import { checkDeliveries } from './deliveries/check-deliveries.ts'
import { checkLoops } from './deliveries/recursive-loops.ts'
import { startEventSources } from './event-sources/event-sources.ts'
import { createFunctions } from './functions/functions.ts'
import { createHttpApi } from './http-api/http-api.ts'
import { createAuthorizer } from './http-api/jwt-authorizer.ts'
import { readHttpApi } from './http-api/routes.ts'
import { close, listen, onNextFreePort, onUsualPort, portOf } from './http/listen.ts'
import { type Endpoints, localFolder, removeEndpoints, writeEndpoints } from './instance/endpoints.ts'
import { lockFolder } from './instance/instance-lock.ts'
import { openLog } from './instance/log.ts'
import { openSigningKey } from './oidc/signing-key.ts'
import { credentialsOf, principalsOf } from './permissions/credentials.ts'
import { readRoles } from './permissions/roles.ts'
import { createStudioPages } from './studio/pages.ts'
import { makeResources } from './template/create-resources.ts'
import { resolveTemplate } from './template/resolve-template.ts'
import { readWiring } from './template/wiring.ts'

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
  const apiServer = createLateServer()
  const controlServer = createLateServer()
  const studio = createLateListener()
  const api = await listenForApi(apiServer.server, state, options)
  stack.defer(() => close(apiServer.server))
  /** The nth port after the API's; any free port unless the API's was chosen. */
  const behind = (n: number) => (options.port === undefined ? 0 : portOf(api) + n)

  const [aws, runtime, key] = await allStarted([
    startEmulatedAws(
      {
        state,
        clock,
        folder,
        dynamodbEndpoint,
        faultOptions: faultOptionsGiven,
        ports: { gateway: behind(1), dynamodb: behind(2) },
        meter: options.meter,
        onUnexpectedExit: onFatal,
      },
      stack,
    ),
    assembling.runtime,
    openSigningKey(options.keyFolder ?? localFolder),
  ])
  const { dynamoDb, objectsAndQueues } = aws
  const studioPages = createStudioPages()
  const inbox = await onNextFreePort(behind(3), (port) =>
    startInbox({
      ses: aws.ses,
      port,
      async companion(request, response) {
        const { pathname } = new URL(request.url ?? '/', 'http://studio')
        if (!pathname.startsWith('/studio/')) return studioPages.serve(pathname, response)
        studio.listener(request, response)
        return true
      },
    }),
  )
  stack.defer(() => inbox.stop())
  const control = await onNextFreePort(behind(4), (port) => listen(controlServer.server, port))
  stack.defer(() => close(controlServer.server))
  let endpoints: Endpoints | undefined
  const issuer = await startSignIn({
    key,
    now,
    api,
    firstPort: behind(5),
    organizations: async () =>
      endpoints === undefined ? [] : ((await options.organizations?.({ endpoints, key })) ?? []),
  })
  stack.defer(() => issuer.stop())

  const assembly = await readAssembly(await assembling.assembly)
  // In a DynamoDB that is shared, each start has its own table, as it has in memory.
  const isShared = dynamodbEndpoint !== undefined && options.data === undefined
  const stackName = isShared ? `${assembly.stackName}-${randomUUID().slice(0, 8)}` : assembly.stackName
  const template = resolveTemplate(assembly, { api, queues: aws.endpoint, objects: aws.endpoint }, stackName)
  const wiring = readWiring(template, assembly)
  const apiDefinition = readHttpApi(template)
  const table = onlyOne('table', wiring.tables)
  const bucket = onlyOne('bucket', wiring.buckets)

  const credentials = credentialsOf(wiring.functions)
  const secrets = new Map([...credentials.values()].map((each) => [each.accessKeyId, each.secretAccessKey]))
  const roles = readRoles(template)
  const evaluate = createPolicyEvaluator({
    principals: principalsOf(wiring.functions, credentials, roles),
    resourcePolicyOf: roles.resourcePolicyOf,
  })
  aws.open({
    roles,
    evaluate,
    secretOf: (accessKeyId) => secrets.get(accessKeyId),
    corsOf: (name) => (name === bucket.name ? bucket.cors : []),
  })
  await Promise.all([
    checkDeliveries(template, roles, evaluate),
    checkLoops(wiring, evaluate),
    makeResources(wiring, aws),
  ])
  aws.eventBus.onPublished(
    createRules({ rules: wiring.eventRules, queueName: nameOfArn, queues: objectsAndQueues.queues }),
  )

  const functions = createFunctions({
    definitions: withIssuerAddress(wiring.functions, issuer.endpoint),
    runtime,
    awsEndpoint: aws.endpoint,
    credentials,
    dns: `127.0.0.1:${aws.dns.port}`,
    clock: { offsetMs: clock.offsetMs(), frozenAtMs: clock.frozenAt() ?? null },
    onLine: log.line,
  })
  stack.defer(() => functions.stop())
  clock.onChange((change) => functions.setClock(change))
  const report = log.problem
  const sources = await startEventSources({
    wiring,
    dynamoDb,
    objectsAndQueues,
    functions,
    state,
    clock,
    report,
  })
  stack.defer(() => sources.stop())
  const time = startTime({ aws, clock, wiring, table, bucket, sources, report }, stack)

  apiServer.serveBy(
    createHttpApi({
      api: apiDefinition,
      authorize: createAuthorizer(key, now),
      async invoke(functionArn, event) {
        const outcome = await functions.invoke(functionArn, event)
        sources.poke()
        return outcome
      },
      now,
      log: (line) => log.line('api', line),
    }),
  )
  endpoints = {
    api,
    s3: aws.endpoint,
    bucket: bucket.name,
    dynamodb: dynamoDb.endpoint,
    table: table.name,
    inbox: inbox.endpoint,
    control,
    region: LOCAL_REGION,
    issuer: issuer.endpoint,
  }
  const parts = { aws, clock, time, functions, log }
  const serveControl = controlOf(parts)
  controlServer.serveBy(serveControl)
  studio.serveBy(
    studioOf(parts, {
      links: options.links?.({ endpoints, key }) ?? [],
      actions: options.actions?.({ endpoints, key }) ?? [],
      control: serveControl,
      endpoints,
      deadLetterSources: wiring.deadLetterSources,
    }),
  )
  const { endpointsFile } = options
  if (endpointsFile !== undefined) {
    await writeEndpoints(endpointsFile, endpoints)
    stack.defer(() => removeEndpoints(endpointsFile))
  }
  const started = stack.move()
  return {
    endpoints,
    key,
    logFile,
    databasePath: dynamoDb.databasePath,
    faults: aws.faults?.counts,
    prepareStudio: studioPages.prepare,
    bootMs: Math.round(performance.now() - startedAt),
    stop: () => started.disposeAsync(),
  }
}
