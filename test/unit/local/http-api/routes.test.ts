import { describe, expect, it } from 'vitest'
import type { Assembly } from '../../../../infra/local/assembly/read-assembly.ts'
import { createRouter, type RouteDefinition, readHttpApi } from '../../../../infra/local/http-api/routes.ts'
import { resolveTemplate } from '../../../../infra/local/template/resolve-template.ts'
import { routes as serviceRoutes } from '../../../../shared/http/routes.ts'

const route = (key: string): RouteDefinition => ({
  key,
  functionArn: 'arn:aws:lambda:us-east-1:000000000000:function:f',
  timeoutMs: 30_000,
  scopes: [],
})
const router = (...keys: string[]) => createRouter(keys.map(route))

describe('the routes of an HTTP API', () => {
  const find = router(
    'GET /pets/dog/1',
    'GET /pets/dog/{id}',
    'GET /pets/{proxy+}',
    'ANY /{proxy+}',
    'ANY /pets/dog/{id}',
    'POST /pets/{kind}/{id}',
    '$default',
  )

  it.each([
    ['GET', '/pets/dog/1', 'GET /pets/dog/1'],
    ['GET', '/pets/dog/2', 'GET /pets/dog/{id}'],
    ['PUT', '/pets/dog/2', 'ANY /pets/dog/{id}'],
    ['POST', '/pets/dog/2', 'ANY /pets/dog/{id}'],
    ['POST', '/pets/cat/2', 'POST /pets/{kind}/{id}'],
    ['GET', '/pets/cat/2', 'GET /pets/{proxy+}'],
    ['GET', '/pets', 'ANY /{proxy+}'],
    ['GET', '/x/y', 'ANY /{proxy+}'],
  ])('%s %s takes the most specific one, %s', (method, path, key) => {
    expect(find(method, path)?.route.key).toBe(key)
  })

  it('give the path’s variables by name', () => {
    expect(find('POST', '/pets/cat/2')?.pathParameters).toEqual({ kind: 'cat', id: '2' })
    expect(find('GET', '/pets/cat/2/x')?.pathParameters).toEqual({ proxy: 'cat/2/x' })
  })

  it('leave to $default what none of them takes: another method, HEAD, a trailing slash', () => {
    const some = router('GET /v1/claims', 'GET /v1/claims/{claimId}', '$default')
    const taken = [
      ['PUT', '/v1/claims'],
      ['HEAD', '/v1/claims'],
      ['GET', '/v1/claims/'],
      ['GET', '/nothing'],
    ].map(([method = '', path = '']) => some(method, path)?.route.key)
    expect(taken).toEqual(['$default', '$default', '$default', '$default'])
    expect(router('GET /v1/claims')('GET', '/nothing')).toBeUndefined()
  })

  it('each of the service’s own is found by its own path', () => {
    const find = router(...serviceRoutes.map(({ method, path }) => `${method} ${path}`))
    for (const { method, path } of serviceRoutes) {
      expect(find(method, path.replaceAll(/[{}]/g, ''))?.route.key).toBe(`${method} ${path}`)
    }
  })
})

describe('the API of a template', () => {
  const functionArn = { 'Fn::GetAtt': ['Fn', 'Arn'] }
  const resources: Assembly['template']['Resources'] = {
    Fn: { Type: 'AWS::Lambda::Function', Properties: {} },
    Api: { Type: 'AWS::ApiGatewayV2::Api', Properties: { ProtocolType: 'HTTP', Name: 'api' } },
    Jwt: {
      Type: 'AWS::ApiGatewayV2::Authorizer',
      Properties: {
        AuthorizerType: 'JWT',
        IdentitySource: ['$request.header.Authorization'],
        JwtConfiguration: { Issuer: 'https://issuer.example', Audience: ['claims'] },
      },
    },
    Integration: {
      Type: 'AWS::ApiGatewayV2::Integration',
      Properties: {
        IntegrationType: 'AWS_PROXY',
        IntegrationUri: functionArn,
        PayloadFormatVersion: '2.0',
        TimeoutInMillis: 5000,
      },
    },
    Route: {
      Type: 'AWS::ApiGatewayV2::Route',
      Properties: {
        ApiId: { Ref: 'Api' },
        RouteKey: 'GET /v1/claims/{claimId}',
        Target: { 'Fn::Join': ['', ['integrations/', { Ref: 'Integration' }]] },
        AuthorizationType: 'JWT',
        AuthorizerId: { Ref: 'Jwt' },
        AuthorizationScopes: ['claims:read'],
      },
    },
  }
  const stage = (properties: Record<string, unknown>) => ({
    Stage: {
      Type: 'AWS::ApiGatewayV2::Stage',
      Properties: { ApiId: 'api', StageName: '$default', AutoDeploy: true, ...properties },
    },
  })
  const api = (more: Assembly['template']['Resources'] = {}) =>
    readHttpApi(
      resolveTemplate(
        {
          stackName: 'S',
          assets: new Map(),
          template: { Parameters: {}, Conditions: {}, Resources: { ...resources, ...more } },
        },
        { api: 'http://127.0.0.1:1', queues: 'http://127.0.0.1:2', objects: 'http://127.0.0.1:2' },
      ),
    )

  it('has its routes with their function, scopes, issuer and time limit', () => {
    expect(api().routes).toEqual([
      {
        key: 'GET /v1/claims/{claimId}',
        functionArn: 'arn:aws:lambda:us-east-1:000000000000:function:S-Fn',
        timeoutMs: 5000,
        jwt: { issuer: 'https://issuer.example', audience: ['claims'] },
        scopes: ['claims:read'],
      },
    ])
  })

  const throttle = { ThrottlingRateLimit: 10, ThrottlingBurstLimit: 20 }
  it('may throttle a route by itself', () => {
    const settings = {
      DefaultRouteSettings: throttle,
      RouteSettings: { 'GET /v1/claims/{claimId}': throttle },
    }
    expect(api(stage(settings)).routes).toHaveLength(1)
  })

  it.each([
    [{ RouteSettings: { 'GET /gone': throttle } }, 'Stage: settings of GET /gone, which is no route'],
    [{ RouteSettings: { $default: { ...throttle, DetailedMetricsEnabled: true } } }, 'Stage.RouteSettings'],
    [{ DefaultRouteSettings: { LoggingLevel: 'INFO' } }, 'Stage.DefaultRouteSettings'],
    [{ StageVariables: { a: 'b' } }, 'Stage.: not understood here'],
  ])('is refused with settings of its stage that nobody follows here: %j', (properties, message) => {
    expect(() => api(stage(properties))).toThrow(message)
  })
})
