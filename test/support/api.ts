import { randomBytes, randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import type { Context } from 'aws-lambda'
import { ulid } from 'ulid'
import { expect } from 'vitest'
import * as z from 'zod'
import { createHandler as createAdminApi } from '../../functions/admin-api/handler.ts'
import { createHandler as createDecisions } from '../../functions/decisions/handler.ts'
import { createHandler as createOpenApi } from '../../functions/openapi/handler.ts'
import { createHandler as createPlatformApi } from '../../functions/platform-api/handler.ts'
import type { HttpHandler } from '../../shared/http/api.ts'
import { openApiDocument } from '../../shared/http/documents/openapi.ts'
import type { AnyOperation } from '../../shared/http/operation.ts'
import { adminOperations } from '../../shared/http/operations/admin.ts'
import { platformOperations } from '../../shared/http/operations/platform.ts'
import { publicOperations } from '../../shared/http/operations/public.ts'
import type { HttpResponse } from '../../shared/http/responses.ts'
import { type ApiFunction, type Route, routes } from '../../shared/http/routes.ts'
import { problemSchema } from '../../shared/http/schemas/problem.ts'
import { presigner } from '../../shared/aws/presigned.ts'
import { plainSender } from '../../shared/mail/sender.ts'
import { accountStore } from '../../shared/storage/stores/accounts.ts'
import { auditStore } from '../../shared/storage/stores/audit.ts'
import { claimStore } from '../../shared/storage/stores/claims.ts'
import { conversationStore } from '../../shared/storage/stores/conversations.ts'
import { domainStore } from '../../shared/storage/stores/domains.ts'
import { exportStore } from '../../shared/storage/stores/exports.ts'
import { idempotencyStore } from '../../shared/storage/stores/idempotency.ts'
import { importStore } from '../../shared/storage/stores/imports.ts'
import { organizationStore } from '../../shared/storage/stores/organizations.ts'
import { suppressionStore } from '../../shared/storage/stores/suppressions.ts'
import { syncStore } from '../../shared/storage/stores/syncs.ts'
import { tokenStore } from '../../shared/storage/stores/tokens.ts'
import type { TestTable } from './dynamo.ts'
import { httpEvent, type TestRequest } from './events.ts'
import { type FakeBucket, fakeBucket, recordedLog } from './fakes.ts'
import { fakeMetrics } from './metrics.ts'

export const START = '2026-11-22T12:00:00.000Z'

const operations: Readonly<Record<string, AnyOperation>> = {
  ...adminOperations,
  ...platformOperations,
  ...publicOperations,
}

export interface TestResponse {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** The body as it was sent. */
  readonly text: string
  /** The parsed body; `undefined` if it isn't JSON. */
  readonly body: unknown
}

/** Calls the API as one caller, and parses answers by a schema that the test chooses. */
export interface Client {
  get(url: string, headers?: Record<string, string>): Promise<TestResponse>
  post(url: string, body?: unknown, headers?: Record<string, string>): Promise<TestResponse>
  put(url: string, body: unknown, headers?: Record<string, string>): Promise<TestResponse>
  patch(url: string, body: unknown, headers?: Record<string, string>): Promise<TestResponse>
  delete(url: string, headers?: Record<string, string>): Promise<TestResponse>
  send(request: Omit<TestRequest, 'claims'>): Promise<TestResponse>
}

const adminScopes = 'claims:read claims:write org:read org:write'

/** The API's four functions on a real table, with a clock, name servers and queues that the test controls. */
export function startApi(db: TestTable, bucket: Pick<FakeBucket, 'read'> = fakeBucket()) {
  let now = new Date(START)
  const clock = {
    now: (): Date => now,
    advance(ms: number): void {
      now = new Date(now.getTime() + ms)
    },
  }
  const log = recordedLog()
  const { lines } = log
  const txtRecords = new Map<string, readonly string[] | undefined>()
  const { table } = db
  const stores = {
    accounts: accountStore(table),
    audit: auditStore(table),
    claims: claimStore(table),
    conversations: conversationStore(table),
    domains: domainStore(table),
    exports: exportStore(table),
    imports: importStore(table),
    organizations: organizationStore(table),
    suppressions: suppressionStore(table),
    syncs: syncStore(table),
    tokens: tokenStore(table),
  }
  const idempotency = { store: idempotencyStore(table), randomBytes }
  const presign = presigner('bucket', clock.now, {
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
  })
  /** Called while a request waits for work that it has started. */
  const hooks = { whileWaiting: async (): Promise<void> => {} }
  const token = (size: number) => (): string => randomBytes(size).toString('base64url')
  const metrics = fakeMetrics()
  const common = { ...stores, idempotency, log, metrics, now: clock.now }
  const handlers: Readonly<Record<ApiFunction, HttpHandler>> = {
    'admin-api': createAdminApi({
      ...common,
      presign,
      readObject: bucket.read,
      pause: () => hooks.whileWaiting(),
      resolveTxt: async (domain) => (txtRecords.has(domain) ? txtRecords.get(domain) : []),
      newToken: token(16),
      ulid: (at) => ulid(at.getTime()),
      migrationCutoff: undefined,
    }),
    'platform-api': createPlatformApi({
      ...common,
      presign,
      newToken: token(32),
      decisionUrl: (text) => `https://api.example/decisions/${text}`,
    }),
    decisions: createDecisions({ ...common, product: plainSender }),
    openapi: createOpenApi(log, readDocsAsset),
  }

  const send = async (request: TestRequest): Promise<TestResponse> => {
    const { event, route: wired } = httpEvent(request)
    // The console's routes aren't part of the API and have tests of their own.
    const route = routes.find(({ operation }) => operation === wired?.operation)
    const context = { awsRequestId: randomUUID(), getRemainingTimeInMillis: () => 29_000 } as Context
    const response = await handlers[route?.fn ?? 'openapi'](event, context)
    const { statusCode: status, headers } = response
    const text = textOf(response)
    const isJson = /^application\/(problem\+)?json/.test(headers['content-type'] ?? '')
    const parsed: unknown = isJson ? JSON.parse(text) : undefined
    if (route !== undefined && isJson) expectDescribed(route, status, parsed)
    return { status, headers, text, body: parsed }
  }

  const clientOf = (claims: Record<string, string> | undefined): Client => {
    const withClaims = (request: Omit<TestRequest, 'claims'>) =>
      send({ ...request, ...(claims === undefined ? {} : { claims }) })
    const withBody =
      (method: string) =>
      (url: string, body?: unknown, headers: Record<string, string> = {}) =>
        withClaims({
          method,
          url,
          headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        })
    return {
      get: (url, headers = {}) => withClaims({ method: 'GET', url, headers }),
      post: withBody('POST'),
      put: withBody('PUT'),
      patch: withBody('PATCH'),
      delete: (url, headers = {}) => withClaims({ method: 'DELETE', url, headers }),
      send: withClaims,
    }
  }

  return {
    stores,
    hooks,
    lines,
    txtRecords,
    clock,
    admin: (orgId: string, sub = 'ada'): Client => clientOf({ sub, org_id: orgId, scope: adminScopes }),
    reader: (orgId: string): Client => clientOf({ sub: 'rea', org_id: orgId, scope: 'claims:read org:read' }),
    platform: clientOf({ sub: 'platform', scope: 'platform' }),
    anyone: clientOf(undefined),
    withClaims: (claims: Record<string, string>): Client => clientOf(claims),
  }
}

/** Read from the package here; the bundle has a copy. */
export const readDocsAsset = (name: string): Buffer =>
  readFileSync(new URL(`../../node_modules/swagger-ui-dist/${name}`, import.meta.url))

function textOf({ headers, body = '', isBase64Encoded }: HttpResponse): string {
  if (isBase64Encoded !== true) return body
  const bytes = Buffer.from(body, 'base64')
  switch (headers['content-encoding']) {
    case 'br':
      return brotliDecompressSync(bytes).toString()
    case 'gzip':
      return gunzipSync(bytes).toString()
    default:
      return bytes.toString()
  }
}

export type TestApi = ReturnType<typeof startApi>

const described = openApiDocument('test')
const withCodes = z.object({ 'x-codes': z.array(z.string()) })

/** Every JSON answer in the tests is one that `/openapi.json` promises. */
function expectDescribed(route: Route, status: number, body: unknown): void {
  const operation = operations[route.operation]
  const response = described.paths[route.path]?.[route.method.toLowerCase()]?.responses[String(status)]
  expect(response, `${route.operation} answers ${status}`).toBeDefined()
  const schema = operation?.responses[status]
  if (schema !== undefined && schema !== null) {
    expect(schema.safeParse(body).error?.issues, route.operation).toBeUndefined()
    return
  }
  const { code } = problemSchema.parse(body)
  // Answers of API Gateway itself have no schema.
  const promised = withCodes.safeParse(response)
  if (promised.success) expect(promised.data['x-codes']).toContain(code)
}

/** A problem's code, or the whole answer if it is none. */
export function codeOf({ status, body, text }: TestResponse): string {
  const parsed = problemSchema.safeParse(body)
  return parsed.success ? parsed.data.code : `${status} ${text}`
}
