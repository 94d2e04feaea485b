import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { CorsRule } from '../../http/cors.ts'
import { createDynoxideStatements } from '../dynamodb/dynoxide-statements.ts'
import {
  type Caller,
  callerOfCredential,
  dynamoDbPermissions,
  sqsPermissions,
} from './required-permissions.ts'
import { accessDenied, refusal, refusalFor } from './error-answers.ts'
import { serveS3 } from '../s3/serve-s3.ts'
import { serveStatements } from '../dynamodb/authorized-statements.ts'
import type { PolicyEvaluator, PolicyDecision } from '../iam/policy-evaluation.ts'
import { type JsonAnswer, type JsonCall, serveJsonCall } from './json-call.ts'
import type { Meter } from './meter.ts'
import { TABLE_OWNER } from '../names.ts'
import { createPostClient } from './post-client.ts'
import type { SecretOf } from '../s3/sigv4.ts'
import {
  type Permission,
  ServiceError,
  type EmulatedService,
  type ServiceResponse,
} from '../emulated-service.ts'
import { openUpstream, readAll, send } from './upstream.ts'

const API = 'DynamoDB_20120810.'
const STATEMENTS = `${API}BatchExecuteStatement`
/** Maximum of decisions remembered. New object keys and schedule names keep coming. */
const MAX_DECISIONS = 20_000

export interface AwsGatewayOptions {
  upstreams: { dynamodb: string; s3: string; sqs: string }
  /**
   * Whether DynamoDB is the embedded one, which doesn't take PartiQL statements as AWS documents them. Default: true.
   */
  isDynoxide?: boolean
  ses: EmulatedService
  scheduler: EmulatedService
  events: EmulatedService
  evaluate: PolicyEvaluator
  /** The service's clock: for the expiry of presigned requests, and for the `Date` of every answer. */
  now?: () => Date
  /** Secrets of the access keys whose presigned requests are verified. */
  secretOf?: SecretOf
  /** The CORS rules of a bucket. */
  corsOf?: (bucket: string) => readonly CorsRule[]
  /** Counts the calls, if given. */
  meter?: Meter | undefined
  port?: number | undefined
}

export interface AwsGateway {
  /** `http://127.0.0.1:PORT`, for `AWS_ENDPOINT_URL` and for S3 from outside. */
  endpoint: string
  stop(): Promise<void>
}

/** `AWS4-HMAC-SHA256 Credential=KEY/date/region/service/aws4_request, …` */
function signedCaller(authorization: string | undefined): Caller | undefined {
  if (authorization === undefined) return undefined
  const start = authorization.indexOf('Credential=')
  if (start < 0) return undefined
  const end = authorization.indexOf(',', start)
  return callerOfCredential(authorization.slice(start + 11, end < 0 ? undefined : end))
}

/**
 * Evaluates permissions, and remembers the decisions. Returns the first reason why `accessKeyId` may not do all of
 * this.
 */
function createDenialLookup(evaluate: PolicyEvaluator) {
  const decisions = new Map<string, PolicyDecision>()
  return async (accessKeyId: string, permissions: readonly Permission[]): Promise<string | undefined> => {
    for (const { action, resource, context } of permissions) {
      const id = `${accessKeyId}\n${action}\n${resource}${context === undefined ? '' : JSON.stringify(context)}`
      let decision = decisions.get(id)
      if (decision === undefined) {
        decision = await evaluate({
          accessKeyId,
          action,
          resource,
          ...(context === undefined ? {} : { context }),
        })
        if (decisions.size >= MAX_DECISIONS) decisions.clear()
        decisions.set(id, decision)
      }
      if (!decision.allowed) return decision.message ?? 'Access Denied'
    }
    return undefined
  }
}

/**
 * Starts the one address for every AWS call of every function. A call's signature says which service it is for and who
 * sends it. The gateway evaluates the sender's policies and passes the call on to the local part that serves it. Every
 * answer has the service's time as its `Date`: the SDK would otherwise correct its own clock by the machine's time.
 */
export async function startAwsGateway(o: AwsGatewayOptions): Promise<AwsGateway> {
  const now = o.now ?? (() => new Date())
  const denial = createDenialLookup(o.evaluate)
  const dynamoDb = createPostClient(o.upstreams.dynamodb)
  const sqs = createPostClient(o.upstreams.sqs)
  const s3 = {
    upstream: openUpstream(o.upstreams.s3),
    denial,
    now,
    secretOf: o.secretOf ?? (() => undefined),
    corsOf: o.corsOf ?? (() => []),
  }
  const emulatedServices = new Map<string, EmulatedService>([
    ['ses', o.ses],
    ['scheduler', o.scheduler],
    ['events', o.events],
  ])
  const askDynamoDb = (operation: string, body: object) =>
    dynamoDb.post(
      { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': `${API}${operation}`, ...TABLE_OWNER },
      Buffer.from(JSON.stringify(body)),
    )
  const execute =
    o.isDynoxide === false
      ? (body: object) => askDynamoDb('BatchExecuteStatement', body)
      : createDynoxideStatements(askDynamoDb)
  const speaksJson = (service: string | undefined) => service === 'dynamodb' || service === 'sqs'

  const answerCall = async ({ accessKeyId, service }: Caller, call: JsonCall): Promise<JsonAnswer> => {
    const { authorization, target, contentType, body } = call
    const refuse = ({ status, headers, body: text }: ServiceResponse): JsonAnswer => ({
      status,
      headers: [...Object.entries(headers).flat(), 'date', now().toUTCString()],
      body: Buffer.from(text),
    })
    const isSqs = service === 'sqs'
    if (target === STATEMENTS) {
      const answer = await serveStatements(body, (permissions) => denial(accessKeyId, permissions), execute)
      answer.headers.push('date', now().toUTCString())
      return answer
    }
    try {
      const permissions = isSqs ? sqsPermissions(target, body) : dynamoDbPermissions(target, body)
      const denied = await denial(accessKeyId, permissions)
      if (denied !== undefined) return refuse(accessDenied(service, denied))
    } catch (error) {
      return refuse(refusalFor(service, error))
    }
    const signature = isSqs ? { authorization } : TABLE_OWNER
    const headers = { 'content-type': contentType, 'x-amz-target': target, ...signature }
    const answer = await (isSqs ? sqs : dynamoDb).post(headers, body)
    answer.headers.push('date', now().toUTCString())
    return answer
  }

  const serveCall = async (caller: Caller, call: JsonCall): Promise<JsonAnswer> => {
    const { meter } = o
    if (meter === undefined) return answerCall(caller, call)
    const { target, body } = call
    const operation = target.slice(target.indexOf('.') + 1)
    const answered = meter.begin(caller.accessKeyId, caller.service, operation, body)
    const answer = await answerCall(caller, {
      ...call,
      body: meter.withConsumedCapacity(caller.service, body),
    })
    answered(answer.body)
    return answer
  }

  const serveEmulated = async (
    request: IncomingMessage,
    response: ServerResponse,
    { accessKeyId, service }: Caller,
    emulated: EmulatedService,
  ) => {
    const { method = 'GET', url = '/', headers } = request
    const call = { method, url, headers, body: await readAll(request) }
    try {
      const permissions = emulated.permissions(call)
      const operation = permissions[0]?.action.replace(/^.*:/, '') ?? method
      o.meter?.begin(accessKeyId, service, operation, call.body)()
      const denied = await denial(accessKeyId, permissions)
      send(
        response,
        now().toUTCString(),
        denied === undefined ? emulated.handle(call) : accessDenied(service, denied),
      )
    } catch (error) {
      send(response, now().toUTCString(), refusalFor(service, error))
    }
  }

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const caller = signedCaller(request.headers.authorization)
    if (caller === undefined || caller.service === 's3') {
      const answered = o.meter?.begin(
        caller?.accessKeyId ?? '',
        's3',
        request.method ?? 'GET',
        Buffer.alloc(0),
      )
      return serveS3(s3, request, response, caller).finally(answered)
    }
    if (speaksJson(caller.service)) return serveJsonCall(request, response, (call) => serveCall(caller, call))
    const emulated = emulatedServices.get(caller.service)
    if (emulated !== undefined) return serveEmulated(request, response, caller, emulated)
    request.resume()
    const unknown = new ServiceError('UnknownOperationException', `There is no local ${caller.service}.`, 404)
    send(response, now().toUTCString(), refusal(caller.service, unknown))
  }

  const server = createServer({ keepAliveTimeout: 60_000, requestTimeout: 0 }, (request, response) => {
    serve(request, response).catch(() => response.destroy())
  })
  server.listen(o.port ?? 0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the AWS gateway has no port')
  const endpoint = `http://127.0.0.1:${address.port}`
  return {
    endpoint,
    async stop() {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
      for (const upstream of [dynamoDb, sqs, s3.upstream]) upstream.close()
    },
  }
}
