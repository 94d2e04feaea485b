import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as z from 'zod'
import type { ServiceClient } from '../../../../infra/local/client.ts'
import { PROCESSES_PER_FUNCTION } from '../../../../infra/local/functions/functions.ts'
import { FUNCTION_TIMEOUT_SECONDS, resources } from '../fixture/assembly.ts'
import { type Fixture, startFixture } from '../fixture/service.ts'

let fixture: Fixture
let client: ServiceClient

beforeAll(async () => {
  fixture = await startFixture()
  client = fixture.client
})
afterAll(() => fixture.stop())

const facts = z.object({
  pid: z.number(),
  invocations: z.number(),
  environment: z.record(z.string(), z.string()),
  remainingMs: z.number(),
  memory: z.string(),
  name: z.string(),
})
const readFacts = async () => facts.parse((await client.api('GET', '/open/facts')).body)

const problem = (status: number, code: string, message: string) => ({
  type: `/problems/${code}`,
  status,
  code,
  message,
  title: expect.any(String),
  detail: expect.any(String),
  requestId: expect.any(String),
})

describe('the local HTTP API', () => {
  it('calls the function of the route with the event that API Gateway would make', async () => {
    const { status, body } = await client.api('POST', '/open/echo?a=1', { body: { x: 1 } })
    expect(status).toBe(200)
    expect(body).toMatchObject({
      routeKey: 'ANY /open/{act}',
      rawPath: '/open/echo',
      pathParameters: { act: 'echo' },
      queryStringParameters: { a: '1' },
      body: '{"x":1}',
      isBase64Encoded: false,
    })
  })

  it('gives what is no route to $default', async () => {
    const { status, body } = await client.api('GET', '/nowhere')
    expect([status, body]).toEqual([404, 'no such act'])
  })

  it('makes a response of a result without status, and keeps cookies apart', async () => {
    expect((await client.api('GET', '/open/bare')).body).toEqual({ no: 'status' })
    const { headers } = await client.api('GET', '/open/cookies')
    expect(headers.getSetCookie()).toEqual(['a=1; Path=/', 'b=2'])
  })

  it.each([
    ['none', undefined, 401, 'unauthorized', 'Unauthorized', 'Bearer'],
    [
      'one that has expired',
      { org: 'acme', expiresInSeconds: -1 },
      401,
      'token_expired',
      'Unauthorized',
      'expired',
    ],
    ['one without the scope', { role: 'platform' }, 403, 'forbidden', 'Forbidden', 'insufficient_scope'],
  ] as const)(
    'refuses a request with a token that is %s',
    async (_, request, status, code, message, challenge) => {
      const token = request === undefined ? {} : { token: await client.token(request) }
      const answer = await client.api('GET', '/guarded/echo', token)
      expect(answer.status).toBe(status)
      expect(answer.body).toEqual(problem(status, code, message))
      expect(answer.headers.get('content-type')).toBe('application/problem+json')
      expect(answer.headers.get('www-authenticate')).toContain(challenge)
    },
  )

  it('hands the claims of a good token to the function', async () => {
    const token = await client.token({ org: 'acme', role: 'reader', subject: 'jo' })
    const { body } = await client.api('GET', '/guarded/echo', { token })
    expect(body).toMatchObject({
      requestContext: {
        authorizer: {
          jwt: {
            claims: { sub: 'jo', org_id: 'acme', scope: 'claims:read org:read' },
            scopes: ['claims:read'],
          },
        },
      },
    })
  })

  it('refuses a body over 10 MB, and takes the next request', async () => {
    const refused = await client.api('POST', '/open/echo', { body: 'x'.repeat(10 * 1024 * 1024 + 1) })
    expect(refused.status).toBe(413)
    expect(refused.body).toEqual(problem(413, 'body_too_large', 'Request Entity Too Large'))
    expect((await client.api('GET', '/open/bare')).status).toBe(200)
  })

  it.each(['throw', 'crash', 'large', 'invalid', 'fill'])(
    'answers 500 without detail when the function does “%s”, and the next request finds it well',
    (act) => expectFailureOf(act, client),
  )

  it('answers 500 without detail when the function does “hang”, and the next request finds it well', async () => {
    const Properties = { ...resources.HttpFunction?.Properties, Timeout: 3 }
    const impatient = await startFixture({ HttpFunction: { Type: 'AWS::Lambda::Function', Properties } })
    await expectFailureOf('hang', impatient.client)
    await impatient.stop()
  })
})

async function expectFailureOf(act: string, { api }: ServiceClient): Promise<void> {
  const answer = await api('GET', `/open/${act}`)
  expect(answer.status).toBe(500)
  expect(answer.body).toEqual(problem(500, 'internal_error', 'Internal Server Error'))
  expect(JSON.stringify(answer.body)).not.toContain('on purpose')
  expect((await api('GET', '/open/bare')).status).toBe(200)
}

describe('a function’s process', () => {
  it('is kept for the next event', async () => {
    const first = await readFacts()
    const second = await readFacts()
    expect(second.pid).toBe(first.pid)
    expect(second.invocations).toBe(first.invocations + 1)
  })

  it('has the template’s environment, Lambda’s own, and nothing of the service’s', async () => {
    const { environment } = await readFacts()
    const own = Object.keys(environment).filter((name) => !/^(AWS_|LAMBDA_|LANG$|TZ$)/.test(name))
    expect(own.sort()).toEqual(['ROWS_QUEUE_URL', 'TABLE_NAME'])
    expect(environment).toMatchObject({
      TABLE_NAME: client.endpoints.table,
      AWS_REGION: 'us-east-1',
      AWS_ENDPOINT_URL: client.endpoints.s3,
      AWS_LAMBDA_FUNCTION_NAME: 'Fixture-HttpFunction',
    })
  })

  it('knows its memory, its name and the time it has left', async () => {
    const { memory, name, remainingMs } = await readFacts()
    expect([memory, name]).toEqual(['192', 'Fixture-HttpFunction'])
    expect(remainingMs).toBeGreaterThan(0)
    expect(remainingMs).toBeLessThanOrEqual(FUNCTION_TIMEOUT_SECONDS * 1000)
  })

  it('handles one event at a time: more at once are shared among as many processes as there are cores', async () => {
    const requests = PROCESSES_PER_FUNCTION + 3
    const answers = await Promise.all(Array.from({ length: requests }, () => client.api('GET', '/open/slow')))
    const pids = answers.map(({ body }) => z.object({ pid: z.number() }).parse(body).pid)
    expect(new Set(pids).size).toBe(PROCESSES_PER_FUNCTION)
  })

  it('reports the most memory it has had', async () => {
    await readFacts()
    const report = (await client.functions()).find((each) => each.logicalId === 'HttpFunction')
    expect(report?.peakRssBytes).toBeGreaterThan(20 * 1024 * 1024)
  })

  it('bench: reports the CPU time of start and work apart', async () => {
    await readFacts()
    const before = (await client.functions()).find((each) => each.logicalId === 'HttpFunction')
    await readFacts()
    const after = (await client.functions()).find((each) => each.logicalId === 'HttpFunction')
    expect(before?.startMicroseconds).toBeGreaterThan(0)
    expect(after?.startMicroseconds).toBe(before?.startMicroseconds)
    expect(after?.workMicroseconds).toBeGreaterThan(before?.workMicroseconds ?? 0)
  })

  it('D1: looks names up at the local DNS server, also by a resolver of its own', async () => {
    await client.setTxt('acme.example', ['user-claims-verification=abc'])
    const { body } = await client.api('GET', '/open/txt?name=acme.example')
    const records = [['user-claims-verification=abc']]
    expect(body).toEqual({ own: records, module: records })
  })

  it('may do what its role allows, and is denied the rest', async () => {
    const { body } = await client.api('GET', '/open/forbidden')
    expect(body).toEqual({ error: expect.stringContaining('AccessDenied') })
  })
})
