import type { APIGatewayEventRequestContextV2, APIGatewayProxyEventV2WithRequestContext } from 'aws-lambda'

/** API Gateway's payload format 2.0. The authorizer's part is there only where the route has one. */
export type HttpEvent = APIGatewayProxyEventV2WithRequestContext<
  APIGatewayEventRequestContextV2 & { authorizer?: unknown }
>

export const requestIdOf = (event: HttpEvent): string => event.requestContext.requestId
