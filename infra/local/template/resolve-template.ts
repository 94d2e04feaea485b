/**
 * Resolves a template's intrinsic functions to their values on this machine. Whatever has no local value throws a
 * `TemplateError` that names the resource: an empty value in an environment variable would be noticed much later.
 */
import type * as z from 'zod'
import { type Assembly, TemplateError } from '../assembly/read-assembly.ts'
import { LOCAL_ACCOUNT_ID as account, LOCAL_REGION as region } from '../aws/names.ts'
import { type Addresses, arn, bucketDomain, type Identity, namings } from './resource-names.ts'

export interface ResolvedResource {
  readonly logicalId: string
  readonly properties: Readonly<Record<string, unknown>>
}

export interface ResolvedTemplate {
  readonly stackName: string
  /** Resources of a type whose condition is true, in the template's order. */
  of(type: string): readonly ResolvedResource[]
  /** All types of the template's resources. */
  types(): readonly string[]
  /**
   * The value of `Ref`.
   * @throws TemplateError for what isn't in the template
   */
  ref(logicalId: string): string
  attribute(logicalId: string, name: string): string
}

const pseudo: Readonly<Record<string, unknown>> = {
  'AWS::AccountId': account,
  'AWS::Region': region,
  'AWS::Partition': 'aws',
  'AWS::URLSuffix': 'amazonaws.com',
  'AWS::NotificationARNs': [],
}
const noValue = Symbol('AWS::NoValue')

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** @param stackName prefix of the names that the template leaves open */
export function resolveTemplate(
  assembly: Assembly,
  addresses: Addresses,
  stackName: string = assembly.stackName,
): ResolvedTemplate {
  const source = assembly.template
  const identities = new Map<string, Identity>()
  const resolving = new Set<string>()

  function identityOf(logicalId: string, at: string): Identity {
    const known = identities.get(logicalId)
    if (known !== undefined) return known
    const definition = source.Resources[logicalId]
    if (definition === undefined) throw new TemplateError(`${at}: the template has no ${logicalId}`)
    const naming = namings[definition.Type]
    if (naming === undefined) {
      throw new TemplateError(`${at}: ${logicalId} (${definition.Type}) has no local counterpart`)
    }
    if (resolving.has(logicalId)) throw new TemplateError(`${at}: the name of ${logicalId} refers to itself`)
    resolving.add(logicalId)
    const own = naming.property === undefined ? undefined : definition.Properties[naming.property]
    const given = own === undefined ? undefined : text(own, `${logicalId}.${naming.property}`)
    const made = `${stackName}-${logicalId}`.slice(0, naming.maxLength ?? 255)
    const name = given ?? (naming.lowerCase === true ? made.toLowerCase() : made)
    const ownText = (property: string) =>
      text(definition.Properties[property] ?? 'default', `${logicalId}.${property}`)
    const identity = naming.identity(name, addresses, ownText)
    resolving.delete(logicalId)
    identities.set(logicalId, identity)
    return identity
  }

  function ref(logicalId: string, at: string): unknown {
    if (logicalId === 'AWS::NoValue') return noValue
    if (logicalId === 'AWS::StackName') return stackName
    if (logicalId === 'AWS::StackId') return arn('cloudformation', `stack/${stackName}/local`)
    if (logicalId in pseudo) return pseudo[logicalId]
    const parameter = source.Parameters[logicalId]
    if (parameter === undefined) return identityOf(logicalId, at).ref
    if (parameter.Default === undefined) {
      throw new TemplateError(`${at}: parameter ${logicalId} has no default`)
    }
    return parameter.Default
  }

  function attribute(logicalId: string, name: string, at: string): string {
    const value = identityOf(logicalId, at).attributes[name]
    if (value === undefined) {
      const type = source.Resources[logicalId]?.Type
      throw new TemplateError(`${at}: ${logicalId} (${type}) has no attribute ${name} here`)
    }
    return value
  }

  function text(value: unknown, at: string): string {
    const resolved = resolve(value, at)
    if (typeof resolved === 'string') return resolved
    if (typeof resolved === 'number' || typeof resolved === 'boolean') return String(resolved)
    throw new TemplateError(`${at}: expected text, got ${JSON.stringify(value)}`)
  }

  function list(value: unknown, at: string): unknown[] {
    const resolved = resolve(value, at)
    if (Array.isArray(resolved)) return resolved
    throw new TemplateError(`${at}: expected a list, got ${JSON.stringify(value)}`)
  }

  /** Replaces default addresses in a text by local ones: the API's is made of its id, a bucket's of its name. */
  function localized(value: string): string {
    let result = value
    for (const [logicalId, { Type }] of Object.entries(source.Resources)) {
      if (Type === 'AWS::ApiGatewayV2::Api') {
        const id = identityOf(logicalId, logicalId).ref
        result = result.replaceAll(`https://${id}.execute-api.${region}.amazonaws.com`, addresses.api)
      }
      if (Type === 'AWS::S3::Bucket' && result.includes('.s3.')) {
        const domain = bucketDomain(identityOf(logicalId, logicalId).ref)
        result = result.replaceAll(`https://${domain}`, addresses.objects)
      }
    }
    return result
  }

  function substitute(argument: unknown, at: string): string {
    const [pattern, variables] = Array.isArray(argument) ? argument : [argument, {}]
    if (typeof pattern !== 'string' || !isRecord(variables)) {
      throw new TemplateError(`${at}: Fn::Sub takes a text and variables`)
    }
    return pattern.replace(/\$\{(!?)([^}]+)\}/g, (_, literal: string, name: string) => {
      if (literal === '!') return `\${${name}}`
      if (name in variables) return text(variables[name], at)
      const dot = name.indexOf('.')
      return dot < 0 ? text({ Ref: name }, at) : attribute(name.slice(0, dot), name.slice(dot + 1), at)
    })
  }

  function condition(value: unknown, at: string): boolean {
    if (!isRecord(value)) throw new TemplateError(`${at}: not a condition: ${JSON.stringify(value)}`)
    const [name, argument] = Object.entries(value)[0] ?? []
    switch (name) {
      case 'Condition':
        return named(String(argument), at)
      case 'Fn::Equals': {
        const [left, right] = list(argument, at)
        return JSON.stringify(left) === JSON.stringify(right)
      }
      case 'Fn::Not':
        return !condition(Array.isArray(argument) ? argument[0] : argument, at)
      case 'Fn::And':
        return Array.isArray(argument) && argument.every((each) => condition(each, at))
      case 'Fn::Or':
        return Array.isArray(argument) && argument.some((each) => condition(each, at))
      default:
        throw new TemplateError(`${at}: ${name} is no condition that is known here`)
    }
  }

  function named(name: string, at: string): boolean {
    if (!(name in source.Conditions)) throw new TemplateError(`${at}: the template has no condition ${name}`)
    return condition(source.Conditions[name], `Conditions.${name}`)
  }

  function intrinsic(name: string, argument: unknown, at: string): unknown {
    switch (name) {
      case 'Ref':
        return ref(String(argument), at)
      case 'Fn::GetAtt': {
        const [logicalId, attributeName] =
          typeof argument === 'string' ? argument.split(/\.(.*)/s) : list(argument, at)
        return attribute(String(logicalId), String(attributeName), at)
      }
      case 'Fn::Sub':
        return localized(substitute(argument, at))
      case 'Fn::Join': {
        const [separator, parts] = Array.isArray(argument) ? argument : []
        const texts = list(parts, at).map((part) => text(part, at))
        return localized(texts.join(String(separator)))
      }
      case 'Fn::Select': {
        const [index, from] = Array.isArray(argument) ? argument : []
        const chosen = list(from, at)[Number(text(index, at))]
        if (chosen === undefined)
          throw new TemplateError(`${at}: Fn::Select finds nothing at ${String(index)}`)
        return chosen
      }
      case 'Fn::Split': {
        const [separator, from] = Array.isArray(argument) ? argument : []
        return text(from, at).split(String(separator))
      }
      case 'Fn::If': {
        const [name, yes, no] = Array.isArray(argument) ? argument : []
        return resolve(named(String(name), at) ? yes : no, at)
      }
      default:
        throw new TemplateError(`${at}: ${name} is not resolved here`)
    }
  }

  function resolve(value: unknown, at: string): unknown {
    if (Array.isArray(value)) {
      return value.map((each, i) => resolve(each, `${at}[${i}]`)).filter((each) => each !== noValue)
    }
    if (!isRecord(value)) return value
    const entries = Object.entries(value)
    const [only] = entries
    if (entries.length === 1 && only !== undefined && (only[0] === 'Ref' || only[0].startsWith('Fn::'))) {
      return intrinsic(only[0], only[1], at)
    }
    return Object.fromEntries(
      entries
        .map(([key, each]): [string, unknown] => [key, resolve(each, `${at}.${key}`)])
        .filter(([, each]) => each !== noValue),
    )
  }

  return {
    stackName,
    ref: (logicalId) => text({ Ref: logicalId }, logicalId),
    attribute: (logicalId, name) => attribute(logicalId, name, logicalId),
    types: () => [...new Set(Object.values(source.Resources).map(({ Type }) => Type))],
    of: (type) =>
      Object.entries(source.Resources)
        .filter(
          ([id, each]) => each.Type === type && (each.Condition === undefined || named(each.Condition, id)),
        )
        .map(([logicalId, { Properties }]) => {
          const properties = resolve(Properties, logicalId)
          return { logicalId, properties: isRecord(properties) ? properties : {} }
        }),
  }
}

/** @throws TemplateError that names the resource and the property that isn't supported */
export function parseProperties<T>(schema: z.ZodType<T>, { logicalId, properties }: ResolvedResource): T {
  const parsed = schema.safeParse(properties)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw new TemplateError(
    `${logicalId}.${issue?.path.join('.') ?? ''}: not understood here: ${issue?.message}`,
  )
}
