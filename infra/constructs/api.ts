import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib'
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway'
import {
  CfnStage,
  CorsHttpMethod,
  HttpApi,
  HttpMethod,
  HttpRoute,
  HttpRouteKey,
  HttpStage,
  LogGroupLogDestination,
  PayloadFormatVersion,
} from 'aws-cdk-lib/aws-apigatewayv2'
import { HttpJwtAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers'
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations'
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import type { IFunction } from 'aws-cdk-lib/aws-lambda'
import { LogGroup } from 'aws-cdk-lib/aws-logs'
import { Construct } from 'constructs'
import { type HttpFunction, routes, scopesOf, wiredRoutes } from '../../shared/http/routes.ts'
import { logRetention } from './job.ts'
import { pinLogicalId } from './logical-id.ts'

/**
 * Throttle for all callers together; more is answered with 429. Well below the 10,000 a second that all APIs of the
 * account share, and above the sign-ins that the platform reports on a busy morning.
 */
const requestsPerSecond = 1000
const burstRequests = 2000

interface Throttle {
  readonly rateLimit: number
  readonly burstLimit: number
}

/**
 * Throttles of the public routes, route by route, so that callers without a token can't use up what sign-ins and
 * admins need. Decision pages are opened as fast as mails go out, first by the recipients' mail scanners; decisions
 * are made by people.
 */
const publicThrottles: Readonly<Record<string, Throttle>> = {
  showDecision: { rateLimit: 100, burstLimit: 200 },
  probeDecision: { rateLimit: 100, burstLimit: 200 },
  makeDecision: { rateLimit: 50, burstLimit: 100 },
  showConfirmation: { rateLimit: 50, burstLimit: 100 },
  probeConfirmation: { rateLimit: 50, burstLimit: 100 },
  confirmEmail: { rateLimit: 25, burstLimit: 50 },
  // A first visit loads a dozen files at once, which the browser then caches.
  showConsole: { rateLimit: 10, burstLimit: 50 },
  probeConsole: { rateLimit: 5, burstLimit: 10 },
  showConsoleAt: { rateLimit: 30, burstLimit: 300 },
  probeConsoleAt: { rateLimit: 5, burstLimit: 10 },
}
/** For unknown paths and the documents that describe the service: nobody needs them fast, and clients cache them. */
const throttleOfDocuments: Throttle = { rateLimit: 10, burstLimit: 20 }

/**
 * Logs the route and never the path, since the path of a decision contains the token that decides. No addresses
 * either, neither mail nor IP.
 */
const accessLog = {
  requestId: '$context.requestId',
  time: '$context.requestTime',
  route: '$context.routeKey',
  status: '$context.status',
  latencyMs: '$context.responseLatency',
  bytes: '$context.responseLength',
  org: '$context.authorizer.claims.org_id',
  caller: '$context.authorizer.claims.sub',
  authorizerError: '$context.authorizer.error',
  integrationError: '$context.integrationErrorMessage',
}

export interface JwtIssuer {
  readonly issuer: string
  readonly audience: readonly string[]
}

/** Request headers that pages send, besides those that CORS always allows. */
const requestHeaders = [
  'authorization',
  'content-type',
  'idempotency-key',
  'if-match',
  'if-none-match',
] as const
/** Response headers that pages may read. */
const answerHeaders = ['allow', 'apigw-requestid', 'etag', 'retry-after', 'x-request-id'] as const
/** Browsers cache a preflight for two hours at most. */
const preflightKept = Duration.hours(2)

export interface ApiProps {
  readonly name: string
  /**
   * Web origins whose pages may call the API. The token is sent in a header and never automatically, so credentials
   * aren't allowed.
   */
  readonly allowedOrigins: readonly string[]
}

/**
 * The HTTP API and its stage. {@link addRoutes} adds the routes later, since the functions need the API's address.
 */
export class Api extends Construct {
  readonly api: HttpApi
  readonly stage: HttpStage

  constructor(scope: Construct, id: string, props: ApiProps) {
    super(scope, id)
    this.api = new HttpApi(this, 'Http', {
      apiName: props.name,
      description: 'Lets an organization claim the accounts on its own domains',
      createDefaultStage: false,
      ...(props.allowedOrigins.length > 0 && {
        corsPreflight: {
          allowOrigins: [...props.allowedOrigins],
          allowMethods: [...new Set(routes.map(({ method }) => CorsHttpMethod[method]))],
          allowHeaders: [...requestHeaders],
          exposeHeaders: [...answerHeaders],
          maxAge: preflightKept,
        },
      }),
    })
    pinLogicalId(this.api, 'Api')
    const log = new LogGroup(this, 'AccessLog', {
      retention: logRetention,
      removalPolicy: RemovalPolicy.DESTROY,
    })
    this.stage = new HttpStage(this, 'Stage', {
      httpApi: this.api,
      stageName: '$default',
      autoDeploy: true,
      throttle: { rateLimit: requestsPerSecond, burstLimit: burstRequests },
      accessLogSettings: {
        destination: new LogGroupLogDestination(log),
        format: AccessLogFormat.custom(JSON.stringify(accessLog)),
      },
    })
  }

  /** Adds every route of shared/http/routes.ts, and `$default` for all other paths. */
  addRoutes(functions: Readonly<Record<HttpFunction, IFunction>>, jwt: JwtIssuer): void {
    const authorizer = new HttpJwtAuthorizer('Jwt', jwt.issuer, { jwtAudience: [...jwt.audience] })
    // One integration and one permission per function: with a permission per route, the functions' policies would
    // exceed Lambda's 20 KB at some fifty routes.
    const integrate = (name: HttpFunction) =>
      new HttpLambdaIntegration(name, functions[name], {
        payloadFormatVersion: PayloadFormatVersion.VERSION_2_0,
        scopePermissionToRoute: false,
      })
    const integrations: Readonly<Record<HttpFunction, HttpLambdaIntegration>> = {
      'admin-api': integrate('admin-api'),
      'platform-api': integrate('platform-api'),
      decisions: integrate('decisions'),
      openapi: integrate('openapi'),
      console: integrate('console'),
    }
    const limited: (readonly [HttpRoute, string, Throttle])[] = []
    for (const route of wiredRoutes) {
      const made = new HttpRoute(this, route.operation, {
        httpApi: this.api,
        routeKey: HttpRouteKey.with(route.path, HttpMethod[route.method]),
        integration: integrations[route.fn],
        ...(route.scope !== null && { authorizer, authorizationScopes: [...scopesOf(route)] }),
      })
      if (route.scope !== null) continue
      const throttle = route.fn === 'openapi' ? throttleOfDocuments : publicThrottles[route.operation]
      if (throttle === undefined) throw new Error(`${route.operation} is public and has no limit of its own`)
      limited.push([made, `${route.method} ${route.path}`, throttle])
    }
    const noRoute = new HttpRoute(this, 'Default', {
      httpApi: this.api,
      routeKey: HttpRouteKey.DEFAULT,
      integration: integrations.openapi,
    })
    this.limit([...limited, [noRoute, '$default', throttleOfDocuments]])
    // The permission above covers `stage/METHOD/path`; `$default` is called as `stage/$default`.
    functions.openapi.addPermission('DefaultRoute', {
      principal: new ServicePrincipal('apigateway.amazonaws.com'),
      sourceArn: Stack.of(this).formatArn({
        service: 'execute-api',
        resource: this.api.apiId,
        resourceName: '*/$default',
      }),
    })
  }

  /** Sets the routes' throttles. The stage accepts settings only of routes that exist already. */
  private limit(routes: readonly (readonly [HttpRoute, string, Throttle])[]): void {
    const stage = this.stage.node.defaultChild
    if (!(stage instanceof CfnStage)) throw new Error('the stage has no resource')
    stage.routeSettings = Object.fromEntries(
      routes.map(([, key, { rateLimit, burstLimit }]) => [
        key,
        { ThrottlingRateLimit: rateLimit, ThrottlingBurstLimit: burstLimit },
      ]),
    )
    for (const [route] of routes) this.stage.node.addDependency(route)
  }
}
