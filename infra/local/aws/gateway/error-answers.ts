import { randomUUID } from 'node:crypto'
import { eventsRefusal } from '../eventbridge/event-bus.ts'
import { schedulerRefusal } from '../scheduler/scheduler.ts'
import { sesRefusal } from '../ses/ses.ts'
import { escapeXml, ServiceError, type ServiceResponse } from '../emulated-service.ts'

export function s3Error(
  code: string,
  message: string,
  status: number,
  details: Record<string, string> = {},
): ServiceResponse {
  const more = Object.entries(details).map(([name, value]) => `<${name}>${escapeXml(value)}</${name}>`)
  return {
    status,
    headers: { 'content-type': 'application/xml' },
    body:
      `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${escapeXml(message)}</Message>` +
      `${more.join('')}<RequestId>${randomUUID()}</RequestId><HostId>local</HostId></Error>`,
  }
}

function jsonError(
  status: number,
  type: string,
  message: string,
  headers: Record<string, string> = {},
): ServiceResponse {
  return {
    status,
    headers: { 'content-type': 'application/x-amz-json-1.0', ...headers },
    body: JSON.stringify({ __type: type, message, Message: message }),
  }
}

/** An error in the form that this service uses. */
export function refusal(service: string, error: ServiceError): ServiceResponse {
  const { code, message, status } = error
  switch (service) {
    case 's3':
      return s3Error(code, message, status)
    case 'ses':
      return sesRefusal(error)
    case 'scheduler':
      return schedulerRefusal(error)
    case 'events':
      return eventsRefusal(error)
    case 'sqs':
      return jsonError(status, `com.amazonaws.sqs#${code}`, message, {
        'x-amzn-query-error': `${code};Sender`,
      })
    default:
      return jsonError(status, `com.amazon.coral.service#${code}`, message)
  }
}

/** The answer to a call that failed: a ServiceError in the form that this service uses. Throws any other error again. */
export function refusalFor(service: string, error: unknown): ServiceResponse {
  if (!(error instanceof ServiceError)) throw error
  return refusal(service, error)
}

/** The error of each service for a call that isn't allowed. */
export function accessDenied(service: string, message: string): ServiceResponse {
  switch (service) {
    case 's3':
    case 'ses':
    case 'sqs':
      return refusal(service, new ServiceError('AccessDenied', message, 403))
    case 'scheduler':
      return refusal(service, new ServiceError('AccessDeniedException', message, 403))
    default:
      return refusal(service, new ServiceError('AccessDeniedException', message, 400))
  }
}
