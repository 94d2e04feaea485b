/** The functions that an HTTP API calls: those of its routes, and those of Lambda authorizers. */
import * as z from 'zod'
import { TemplateError } from '../assembly/read-assembly.ts'
import { LOCAL_ACCOUNT_ID, LOCAL_REGION } from '../aws/names.ts'
import { parseProperties, type ResolvedResource } from '../template/resolve-template.ts'
import { type Delivery, deliver, type ReadContext } from './delivery.ts'

const service = 'apigateway.amazonaws.com'
const lambdaArn = /arn:aws:lambda:[^/]*/

const routeProperties = z.looseObject({ ApiId: z.string(), RouteKey: z.string(), Target: z.string() })
const integrationProperties = z.looseObject({
  IntegrationUri: z.string(),
  CredentialsArn: z.never().optional(),
})
const authorizerProperties = z.looseObject({
  ApiId: z.string().default(''),
  AuthorizerType: z.string(),
  AuthorizerUri: z.string().optional(),
  AuthorizerCredentialsArn: z.never().optional(),
})

const calledAs = (apiId: string, rest: string) =>
  `arn:aws:execute-api:${LOCAL_REGION}:${LOCAL_ACCOUNT_ID}:${apiId}/${rest}`

/** API Gateway's source ARN is `<api>/<stage>/<method>/<path>`, and `<api>/<stage>/$default` for `$default`. */
export function apiRoute(resource: ResolvedResource, { template }: ReadContext): Delivery[] {
  const { ApiId, RouteKey, Target } = parseProperties(routeProperties, resource)
  const integration = template
    .of('AWS::ApiGatewayV2::Integration')
    .find(({ logicalId }) => template.ref(logicalId) === Target.replace(/^integrations\//, ''))
  if (integration === undefined) throw new TemplateError(`${resource.logicalId}: no integration ${Target}`)
  const { IntegrationUri: uri } = parseProperties(integrationProperties, integration)
  const sourceArn = calledAs(ApiId, `$default/${RouteKey.replace(/^(\S+) \/?/, '$1/')}`)
  const arn = lambdaArn.exec(uri)?.[0] ?? uri
  return [deliver(`the route ${RouteKey}`, { service, sourceArn }, arn, ['lambda'])]
}

/** A JWT authorizer calls no function. It fetches the issuer's keys, which are public. */
export function apiAuthorizer(resource: ResolvedResource, { template }: ReadContext): Delivery[] {
  const { ApiId, AuthorizerType, AuthorizerUri = '' } = parseProperties(authorizerProperties, resource)
  if (AuthorizerType === 'JWT') return []
  const sourceArn = calledAs(ApiId, `authorizers/${template.ref(resource.logicalId)}`)
  const arn = lambdaArn.exec(AuthorizerUri)?.[0] ?? AuthorizerUri
  return [deliver(`the authorizer ${resource.logicalId}`, { service, sourceArn }, arn, ['lambda'])]
}
