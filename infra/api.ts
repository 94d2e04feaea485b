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
import { type HttpFunction, routes, scopesOf, wiredRoutes } from '../shared/http/routes.ts'
import { logRetention } from './job.ts'
import { pinLogicalId } from './logical-id.ts'

/**
 * For all callers together; a caller beyond it gets 429. Well under the account's 10,000 a second that all
 * its APIs share, and over what the platform reports in sign-ins on a busy morning.
 */
const requestsPerSecond = 1000
const burstRequests = 2000

interface Throttle {
  readonly rateLimit: number
  readonly burstLimit: number
}

/**
 * Who has no token has limits of their own, route by route, so that whoever fills them takes nothing from sign-ins and
 * admins. A decision page is opened as fast as mails go out, and first by the recipients' mail scanners; a decision is
 * made by a person.
 */
const publicThrottles: Readonly<Record<string, Throttle>> = {
  showDecision: { rateLimit: 100, burstLimit: 200 },
  probeDecision: { rateLimit: 100, burstLimit: 200 },
  makeDecision: { rateLimit: 50, burstLimit: 100 },
  showConfirmation: { rateLimit: 50, burstLimit: 100 },
  probeConfirmation: { rateLimit: 50, burstLimit: 100 },
  confirmEmail: { rateLimit: 25, burstLimit: 50 },
  // A first visit takes a dozen files at once, which the browser then keeps.
  showConsole: { rateLimit: 10, burstLimit: 50 },
  probeConsole: { rateLimit: 5, burstLimit: 10 },
  showConsoleAt: { rateLimit: 30, burstLimit: 300 },
  probeConsoleAt: { rateLimit: 5, burstLimit: 10 },
}
/** What is no route, and what the service says of itself: nobody needs it fast, and whoever asks again has it already. */
const throttleOfDocuments: Throttle = { rateLimit: 10, burstLimit: 20 }

/**
 * By route, never by path: the path of a decision holds the token that decides. No addresses either, of
 * mail or of machines.
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

/** What pages send beside the headers that browsers let them send anyhow. */
const requestHeaders = [
  'authorization',
  'content-type',
  'idempotency-key',
  'if-match',
  'if-none-match',
] as const
/** What pages see of an answer beside its body. */
const answerHeaders = ['allow', 'apigw-requestid', 'etag', 'retry-after', 'x-request-id'] as const
/** Browsers keep it for two hours at most. */
const preflightKept = Duration.hours(2)

export interface ApiProps {
  readonly name: string
  /** Web origins whose pages may call it. The token comes in a header and never by itself, so no credentials are let through. */
  readonly allowedOrigins: readonly string[]
}

/** The HTTP API and its stage. The routes come by {@link addRoutes}, since functions are told its address. */
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

  /** Every route of shared/http/routes.ts, and `$default` for whatever is none of them. */
  addRoutes(functions: Readonly<Record<HttpFunction, IFunction>>, jwt: JwtIssuer): void {
    const authorizer = new HttpJwtAuthorizer('Jwt', jwt.issuer, { jwtAudience: [...jwt.audience] })
    // One integration and one permission per function: with a permission per route, the functions' own
    // policies would outgrow Lambda's 20 KB at some fifty routes.
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
    // The permission above is for `stage/METHOD/path`; `$default` is called as `stage/$default`.
    functions.openapi.addPermission('DefaultRoute', {
      principal: new ServicePrincipal('apigateway.amazonaws.com'),
      sourceArn: Stack.of(this).formatArn({
        service: 'execute-api',
        resource: this.api.apiId,
        resourceName: '*/$default',
      }),
    })
  }

  /** The stage takes settings of routes that are there already, and of no others. */
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
