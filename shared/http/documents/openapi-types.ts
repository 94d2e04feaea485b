import type { AnyOperation } from '../operation.ts'
import type { ProblemCode, ProblemDocument } from '../problems/problem.ts'
import type { Route } from '../routes.ts'
import type { JsonSchema, Parameter } from './openapi-schemas.ts'

/** A route with the contract of its operation. */
export interface Described {
  readonly route: Route
  readonly operation: AnyOperation
}

export type Content = Readonly<
  Record<string, { readonly schema: JsonSchema; readonly examples?: Readonly<Record<string, JsonSchema>> }>
>

export interface Response {
  readonly description: string
  /**
   * The codes that a problem may have here. All problems share one schema, so that a client has one type and not
   * hundreds.
   */
  readonly 'x-codes'?: readonly ProblemCode[]
  readonly headers?: JsonSchema
  readonly content?: Content
}

export interface OpenApiOperation {
  readonly operationId: string
  readonly summary: string
  readonly description?: string
  readonly tags: readonly string[]
  readonly security: readonly Readonly<Record<string, readonly string[]>>[]
  readonly parameters?: readonly Parameter[]
  readonly requestBody?: { readonly required: true; readonly content: Content }
  readonly responses: Readonly<Record<string, Response | { readonly $ref: string }>>
}

export interface OpenApiDocument {
  readonly openapi: '3.1.0'
  readonly info: JsonSchema
  readonly servers: readonly JsonSchema[]
  readonly tags: readonly { readonly name: string; readonly description: string }[]
  readonly paths: Readonly<Record<string, Readonly<Record<string, OpenApiOperation>>>>
  readonly components: {
    readonly schemas: Readonly<Record<string, JsonSchema>>
    readonly headers: JsonSchema
    readonly responses: Readonly<Record<string, Response>>
    readonly examples: Readonly<Record<string, { readonly value: ProblemDocument }>>
    readonly securitySchemes: JsonSchema
  }
}
