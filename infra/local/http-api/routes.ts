/** Chooses the route of a request, by API Gateway's rules for HTTP APIs. */
import * as z from 'zod'
import { TemplateError } from '../assembly/read-assembly.ts'
import type { CorsRule } from '../http/cors.ts'
import { unqualified } from '../aws/names.ts'
import {
  parseProperties,
  type ResolvedResource,
  type ResolvedTemplate,
} from '../template/resolve-template.ts'
import { flag, number } from '../template/wiring-sources.ts'

export interface JwtRules {
  readonly issuer: string
  readonly audience: readonly string[]
}

export interface RouteDefinition {
  /** `GET /v1/claims/{claimId}` or `$default`. */
  readonly key: string
  readonly functionArn: string
  readonly timeoutMs: number
  /** Undefined if no token is needed. */
  readonly jwt?: JwtRules
  /** Any one of these scopes is enough. If there are none, any valid token is. */
  readonly scopes: readonly string[]
}

export interface HttpApiDefinition {
  readonly id: string
  readonly routes: readonly RouteDefinition[]
  /** Empty if no page of another origin may call the API. */
  readonly cors: readonly CorsRule[]
}

const apiProperties = z.looseObject({
  ProtocolType: z.literal('HTTP'),
  CorsConfiguration: z
    .strictObject({
      AllowOrigins: z.array(z.string()),
      AllowMethods: z.array(z.string()),
      AllowHeaders: z.array(z.string()).default([]),
      ExposeHeaders: z.array(z.string()).default([]),
      MaxAge: number.optional(),
    })
    .optional(),
})
/** Throttles are parsed but not applied: requests per second mean nothing on a clock that can stand still. */
const throttles = z.strictObject({
  ThrottlingRateLimit: number.positive(),
  ThrottlingBurstLimit: number.positive(),
})
const stageProperties = z.strictObject({
  ApiId: z.string(),
  StageName: z.literal('$default'),
  AutoDeploy: flag,
  DefaultRouteSettings: throttles.optional(),
  RouteSettings: z.record(z.string(), throttles).default({}),
  AccessLogSettings: z.unknown().optional(),
  Tags: z.unknown().optional(),
})
const routeProperties = z.strictObject({
  ApiId: z.string(),
  RouteKey: z.string(),
  Target: z.string(),
  AuthorizationType: z.enum(['NONE', 'JWT']).default('NONE'),
  AuthorizerId: z.string().optional(),
  AuthorizationScopes: z.array(z.string()).default([]),
  OperationName: z.string().optional(),
})
const integrationProperties = z.looseObject({
  IntegrationType: z.literal('AWS_PROXY'),
  IntegrationUri: z.string(),
  PayloadFormatVersion: z.literal('2.0'),
  TimeoutInMillis: number.default(30_000),
})
const authorizerProperties = z.looseObject({
  AuthorizerType: z.literal('JWT'),
  IdentitySource: z.tuple([z.literal('$request.header.Authorization')]),
  JwtConfiguration: z.object({ Issuer: z.string(), Audience: z.array(z.string()) }),
})
/** API Gateway refuses settings for a route that doesn't exist. */
function checkStage(template: ResolvedTemplate, stage: ResolvedResource): void {
  const { RouteSettings } = parseProperties(stageProperties, stage)
  const keys = template
    .of('AWS::ApiGatewayV2::Route')
    .map((route) => parseProperties(routeProperties, route).RouteKey)
  const lost = Object.keys(RouteSettings).find((key) => !keys.includes(key))
  if (lost !== undefined)
    throw new TemplateError(`${stage.logicalId}: settings of ${lost}, which is no route`)
}

const corsRuleOf = (given: NonNullable<z.infer<typeof apiProperties>['CorsConfiguration']>): CorsRule => ({
  origins: given.AllowOrigins,
  methods: given.AllowMethods,
  headers: given.AllowHeaders.map((name) => name.toLowerCase()),
  exposed: given.ExposeHeaders,
  maxAgeSeconds: given.MaxAge,
})

/** @throws TemplateError unless the template has exactly one HTTP API, made of what is known here */
export function readHttpApi(template: ResolvedTemplate): HttpApiDefinition {
  const [api, ...others] = template.of('AWS::ApiGatewayV2::Api')
  if (api === undefined || others.length > 0) throw new TemplateError('the template must have one HTTP API')
  const { CorsConfiguration } = parseProperties(apiProperties, api)
  for (const stage of template.of('AWS::ApiGatewayV2::Stage')) checkStage(template, stage)
  const id = template.ref(api.logicalId)
  const byRef = <T>(type: string, schema: z.ZodType<T>) =>
    new Map(
      template.of(type).map((each) => [template.ref(each.logicalId), parseProperties(schema, each)] as const),
    )
  const integrations = byRef('AWS::ApiGatewayV2::Integration', integrationProperties)
  const authorizers = byRef('AWS::ApiGatewayV2::Authorizer', authorizerProperties)

  const routes = template.of('AWS::ApiGatewayV2::Route').map((resource): RouteDefinition => {
    const route = parseProperties(routeProperties, resource)
    const integration = integrations.get(route.Target.replace(/^integrations\//, ''))
    if (integration === undefined)
      throw new TemplateError(`${resource.logicalId}: no integration ${route.Target}`)
    const functionArn = unqualified(
      /arn:aws:lambda:[^/]*/.exec(integration.IntegrationUri)?.[0] ?? integration.IntegrationUri,
    )
    const jwt =
      route.AuthorizerId === undefined ? undefined : authorizers.get(route.AuthorizerId)?.JwtConfiguration
    if (route.AuthorizationType === 'JWT' && jwt === undefined) {
      throw new TemplateError(`${resource.logicalId}: no authorizer ${route.AuthorizerId}`)
    }
    return {
      key: route.RouteKey,
      functionArn,
      timeoutMs: integration.TimeoutInMillis,
      ...(route.AuthorizationType === 'JWT' &&
        jwt !== undefined && { jwt: { issuer: jwt.Issuer, audience: jwt.Audience } }),
      scopes: route.AuthorizationScopes,
    }
  })
  return { id, routes, cors: CorsConfiguration === undefined ? [] : [corsRuleOf(CorsConfiguration)] }
}

export interface RouteMatch {
  readonly route: RouteDefinition
  readonly pathParameters: Readonly<Record<string, string>>
}

type Segment = { readonly kind: 'literal' | 'variable' | 'greedy'; readonly text: string }

interface Pattern {
  readonly route: RouteDefinition
  readonly method: string
  readonly segments: readonly Segment[]
}

function segment(text: string): Segment {
  const name = /^\{(.+?)(\+?)\}$/.exec(text)
  if (name === null) return { kind: 'literal', text }
  return { kind: name[2] === '+' ? 'greedy' : 'variable', text: name[1] ?? '' }
}

const split = (path: string): string[] => path.replace(/^\//, '').split('/')

const ranks = { literal: 0, variable: 1, greedy: 2 } as const

/**
 * Sorts the most specific route first: literal before variable before greedy segments, from the left, then a method
 * before ANY.
 */
function bySpecificity(a: Pattern, b: Pattern): number {
  for (let i = 0; i < Math.max(a.segments.length, b.segments.length); i++) {
    const [left, right] = [a.segments[i], b.segments[i]]
    const difference =
      (left === undefined ? 3 : ranks[left.kind]) - (right === undefined ? 3 : ranks[right.kind])
    if (difference !== 0) return difference
  }
  return Number(a.method === 'ANY') - Number(b.method === 'ANY')
}

function parametersOf({ segments }: Pattern, parts: readonly string[]): Record<string, string> | undefined {
  const parameters: Record<string, string> = {}
  for (const [i, { kind, text }] of segments.entries()) {
    const part = parts[i]
    if (part === undefined) return undefined
    if (kind === 'greedy') {
      parameters[text] = parts.slice(i).join('/')
      return parameters
    }
    if (kind === 'variable' && part !== '') parameters[text] = part
    else if (part !== text) return undefined
  }
  return parts.length === segments.length ? parameters : undefined
}

/**
 * Returns a function that finds the route of a method and a decoded path. `$default` takes requests without a route.
 */
export function createRouter(
  routes: readonly RouteDefinition[],
): (method: string, path: string) => RouteMatch | undefined {
  const patterns = routes
    .filter((route) => route.key !== '$default')
    .map((route): Pattern => {
      const [method = '', path = ''] = route.key.split(' ')
      return { route, method, segments: split(path).map(segment) }
    })
    .sort(bySpecificity)
  const fallback = routes.find((route) => route.key === '$default')
  return (method, path) => {
    const parts = split(path)
    for (const pattern of patterns) {
      if (pattern.method !== method && pattern.method !== 'ANY') continue
      const pathParameters = parametersOf(pattern, parts)
      if (pathParameters !== undefined) return { route: pattern.route, pathParameters }
    }
    return fallback === undefined ? undefined : { route: fallback, pathParameters: {} }
  }
}
