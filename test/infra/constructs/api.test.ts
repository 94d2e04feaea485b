import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { liveId } from '../../../infra/functions.ts'
import { platformPoolScope, poolResourceServer } from '../../../shared/http/pool.ts'
import { scopesOf, wiredRoutes } from '../../../shared/http/routes.ts'
import { foreignIssuer, synthesizedTemplate, type Template } from '../template.ts'

const template = await synthesizedTemplate(foreignIssuer)

const routeSchema = z.object({
  RouteKey: z.string(),
  AuthorizationType: z.enum(['JWT', 'NONE']),
  AuthorizationScopes: z.array(z.string()).optional(),
  AuthorizerId: z.string().optional(),
  Target: z.string(),
})

const integrationSchema = z.object({
  IntegrationType: z.literal('AWS_PROXY'),
  IntegrationUri: z.string(),
  PayloadFormatVersion: z.string(),
})

const routesOf = (from: Template) =>
  from.ofType('AWS::ApiGatewayV2::Route').map(({ properties }) => routeSchema.parse(properties))

const integrations = new Map(
  template
    .ofType('AWS::ApiGatewayV2::Integration')
    .map(({ id, properties }) => [`integrations/${id}`, integrationSchema.parse(properties)]),
)

describe('the HTTP API', () => {
  it('has every route of routes.ts with its scope, and no other but $default', () => {
    const wired = routesOf(template).map(
      (route) => `${route.RouteKey} ${route.AuthorizationScopes ?? 'public'}`,
    )
    const wanted = wiredRoutes.map((route) => {
      const scopes = scopesOf(route).join(',')
      return `${route.method} ${route.path} ${scopes === '' ? 'public' : scopes}`
    })
    expect(wired.sort()).toEqual([...wanted, '$default public'].sort())
  })

  it('asks for a token on every route but the public ones', () => {
    const open = routesOf(template).filter((route) => route.AuthorizationType === 'NONE')
    expect(open.map((route) => route.RouteKey).sort()).toEqual([
      '$default',
      'GET /asyncapi.json',
      'GET /console',
      'GET /console/{proxy+}',
      'GET /decisions/confirmations/{token}',
      'GET /decisions/{token}',
      'GET /docs',
      'GET /docs/{file}',
      'GET /openapi.json',
      'GET /problems',
      'GET /problems/{code}',
      'HEAD /console',
      'HEAD /console/{proxy+}',
      'HEAD /decisions/confirmations/{token}',
      'HEAD /decisions/{token}',
      'POST /decisions/confirmations/{token}',
      'POST /decisions/{token}',
    ])
  })

  it('asks for exactly one scope wherever it asks for a token, or for the platform’s in its place, by the one authorizer', () => {
    const [authorizer, ...others] = template.ofType('AWS::ApiGatewayV2::Authorizer')
    expect(others).toEqual([])
    for (const route of routesOf(template).filter(({ AuthorizationType }) => AuthorizationType === 'JWT')) {
      const others = route.AuthorizationScopes?.filter((scope) => scope !== 'platform') ?? []
      expect(others.length, route.RouteKey).toBeLessThanOrEqual(1)
      expect(route.AuthorizationScopes, route.RouteKey).not.toEqual([])
      expect(route.AuthorizerId, route.RouteKey).toBe(authorizer?.id)
    }
  })

  it('sends each route to the function that routes.ts names, and what is no route to openapi', () => {
    const targets = new Map(
      routesOf(template).map((route) => [route.RouteKey, integrations.get(route.Target)?.IntegrationUri]),
    )
    const wanted = wiredRoutes.map(({ method, path, fn }) => [`${method} ${path}`, liveId(fn)] as const)
    expect(targets).toEqual(new Map([...wanted, ['$default', liveId('openapi')]]))
  })

  it('integrates each function once, with payload format 2.0', () => {
    const targets = [...integrations.values()].map(({ IntegrationUri }) => IntegrationUri)
    expect(new Set(targets).size).toBe(targets.length)
    expect(new Set([...integrations.values()].map((each) => each.PayloadFormatVersion))).toEqual(
      new Set(['2.0']),
    )
  })

  it('lets API Gateway call every function it has a route to, for $default too', () => {
    const permissions = template.ofType('AWS::Lambda::Permission').map(({ properties }) => properties)
    const sources = (fn: string) =>
      permissions.filter((each) => each.FunctionName === fn).map((each) => each.SourceArn)
    const api = 'arn:AWS::Partition:execute-api:AWS::Region:AWS::AccountId:Api'
    for (const { IntegrationUri } of integrations.values()) {
      expect(sources(IntegrationUri), IntegrationUri).toContain(`${api}/*/*/*`)
    }
    expect(sources(liveId('openapi'))).toContain(`${api}/*/$default`)
  })

  it('checks the tokens of the issuer and audience given by context', () => {
    const [authorizer] = template.ofType('AWS::ApiGatewayV2::Authorizer')
    expect(authorizer?.properties).toMatchObject({
      AuthorizerType: 'JWT',
      IdentitySource: ['$request.header.Authorization'],
      JwtConfiguration: { Issuer: 'https://issuer.example', Audience: ['claims'] },
    })
    expect(template.ofType('AWS::Cognito::UserPool')).toEqual([])
  })

  it('logs each request by its route and never by its path, which may hold a decision token', () => {
    const [stage] = template.ofType('AWS::ApiGatewayV2::Stage')
    const { Format } = z.object({ Format: z.string() }).parse(stage?.properties.AccessLogSettings)
    expect(Object.values(z.record(z.string(), z.string()).parse(JSON.parse(Format))).sort()).toEqual([
      '$context.authorizer.claims.org_id',
      '$context.authorizer.claims.sub',
      '$context.authorizer.error',
      '$context.integrationErrorMessage',
      '$context.requestId',
      '$context.requestTime',
      '$context.responseLatency',
      '$context.responseLength',
      '$context.routeKey',
      '$context.status',
    ])
  })

  it('limits each public route by itself, so that nobody without a token uses up what sign-ins and admins need', () => {
    const [stage] = template.ofType('AWS::ApiGatewayV2::Stage')
    const settings = z
      .record(z.string(), z.object({ ThrottlingRateLimit: z.number(), ThrottlingBurstLimit: z.number() }))
      .parse(stage?.properties.RouteSettings)
    const open = routesOf(template).filter((route) => route.AuthorizationType === 'NONE')
    expect(Object.keys(settings).sort()).toEqual(open.map((route) => route.RouteKey).sort())
    const rates = Object.values(settings).map((each) => each.ThrottlingRateLimit)
    expect(rates.reduce((sum, rate) => sum + rate, 0)).toBeLessThan(1000 / 2)
    // CloudFormation would set them before the routes are there, which API Gateway refuses.
    const routeIds = template
      .ofType('AWS::ApiGatewayV2::Route')
      .filter(({ properties }) => properties.AuthorizationType === 'NONE')
      .map(({ id }) => id)
    expect(stage?.dependsOn).toEqual(expect.arrayContaining(routeIds))
  })

  it('has a limit on requests', () => {
    const [stage] = template.ofType('AWS::ApiGatewayV2::Stage')
    expect(stage?.properties.DefaultRouteSettings).toEqual({
      ThrottlingRateLimit: 1000,
      ThrottlingBurstLimit: 2000,
    })
  })
})

describe('the user pool of its own, where no issuer is given', async () => {
  const own = await synthesizedTemplate()

  it('is the issuer, with its three clients as audience', () => {
    const [authorizer] = own.ofType('AWS::ApiGatewayV2::Authorizer')
    const clients = own.ofType('AWS::Cognito::UserPoolClient').map(({ id }) => id)
    expect(clients).toHaveLength(3)
    expect(authorizer?.properties.JwtConfiguration).toEqual({
      Issuer: 'UserPool.ProviderURL',
      Audience: clients,
    })
  })

  it('has its tokens completed by the trigger whose event also covers client credentials', () => {
    expect(own.get('UserPool').properties).toMatchObject({
      UserPoolTier: 'ESSENTIALS',
      LambdaConfig: {
        PreTokenGenerationConfig: { LambdaArn: 'PoolTokenFunction.Arn', LambdaVersion: 'V3_0' },
      },
    })
    expect(own.ofType('AWS::Lambda::Permission').map(({ properties }) => properties)).toContainEqual({
      Action: 'lambda:InvokeFunction',
      FunctionName: 'PoolTokenFunction.Arn',
      Principal: 'cognito-idp.amazonaws.com',
      SourceArn: 'UserPool.Arn',
    })
  })

  it('keeps people from signing up or choosing their organization', () => {
    const pool = own.get('UserPool').properties
    expect(pool.AdminCreateUserConfig).toEqual({ AllowAdminCreateUserOnly: true })
    expect(pool.Schema).toEqual([{ Name: 'org_id', AttributeDataType: 'String', Mutable: false }])
    const [people] = own
      .ofType('AWS::Cognito::UserPoolClient')
      .filter(({ properties }) => properties.GenerateSecret !== true)
    expect(people?.properties.WriteAttributes).toEqual(['family_name', 'given_name'])
  })

  it('grants the platform client the one scope that the trigger turns into platform', () => {
    const [server] = own.ofType('AWS::Cognito::UserPoolResourceServer')
    expect(server?.properties).toMatchObject({
      Identifier: poolResourceServer,
      Scopes: [{ ScopeName: platformPoolScope }],
    })
    const [platform] = own
      .ofType('AWS::Cognito::UserPoolClient')
      .filter(({ properties }) => properties.GenerateSecret === true)
    expect(platform?.properties).toMatchObject({
      AllowedOAuthFlows: ['client_credentials'],
      AllowedOAuthScopes: [`${server?.id}/${platformPoolScope}`],
    })
  })

  it('lets each client sign in by the flows that it uses, and by no implicit one', () => {
    const clients = own.ofType('AWS::Cognito::UserPoolClient').map(({ properties }) => ({
      callbacks: properties.CallbackURLs ?? [],
      flows: properties.ExplicitAuthFlows,
    }))
    const refreshOnly = ['ALLOW_REFRESH_TOKEN_AUTH']
    expect(clients).toEqual([
      // The first only by the account's own credentials, as docs/deploy.md gets a token.
      {
        callbacks: [],
        flows: ['ALLOW_ADMIN_USER_PASSWORD_AUTH', 'ALLOW_USER_SRP_AUTH', ...refreshOnly],
      },
      { callbacks: [], flows: refreshOnly },
      { callbacks: ['Api.ApiEndpoint/console/callback'], flows: refreshOnly },
    ])
  })

  it('has the same routes with the same scopes', () => {
    const scopes = (from: Template) =>
      routesOf(from)
        .map((route) => `${route.RouteKey} ${route.AuthorizationScopes}`)
        .sort()
    expect(scopes(own)).toEqual(scopes(template))
  })
})
