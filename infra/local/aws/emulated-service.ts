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

export interface EmulatedService {
  permissions(request: ServiceRequest): Permission[]
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
