import type { IncomingHttpHeaders } from 'node:http'

/** A complete request to an emulated AWS service. */
export interface ServiceRequest {
  method: string
  /** Path and query. */
  url: string
  headers: IncomingHttpHeaders
  body: Buffer
}

export interface ServiceResponse {
  status: number
  headers: Record<string, string>
  body: string
}

/** A permission that a call needs. */
export interface Permission {
  /** `service:Action` as IAM spells it. */
  action: string
  /** An ARN, or `*` if the action has no resources. */
  resource: string
  /** Condition keys that the call itself sets. */
  context?: Record<string, string>
}

/** The AWS gateway calls it, and turns a ServiceError into the form that the service's errors have. */
export interface EmulatedService {
  /**
   * Returns what the caller must be allowed for this request.
   *
   * @throws ServiceError for a request that can't be parsed
   */
  permissions(request: ServiceRequest): Permission[]
  /** @throws ServiceError for a request that the service refuses */
  handle(request: ServiceRequest): ServiceResponse
}

/** An error in the service's own words. `code` is the name of the exception that the SDK throws. */
export class ServiceError extends Error {
  readonly code: string
  readonly status: number
  constructor(code: string, message: string, status = 400) {
    super(message)
    this.code = code
    this.status = status
  }
}

export function escapeXml(text: string): string {
  return text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`)
}
