import type { APIGatewayEventRequestContextV2, APIGatewayProxyEventV2WithRequestContext } from 'aws-lambda'

/** API Gateway's payload format 2.0. The authorizer's part is missing on public routes. */
export type HttpEvent = APIGatewayProxyEventV2WithRequestContext<
  APIGatewayEventRequestContextV2 & { authorizer?: unknown }
>

export const requestIdOf = (event: HttpEvent): string => event.requestContext.requestId
