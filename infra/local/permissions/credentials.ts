import { createHash } from 'node:crypto'
import { TemplateError } from '../assembly/read-assembly.ts'
import type { Principal } from '../aws/iam/policy-evaluation.ts'
import { accessKeyOfRole, type Roles } from './roles.ts'
import type { FunctionDefinition } from '../template/wiring-functions.ts'

export interface Credentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
}

/** Credentials by function name. They are the same at each start, so that what a function presigned stays valid. */
export function credentialsOf(definitions: readonly FunctionDefinition[]): Map<string, Credentials> {
  return new Map(
    definitions.map(({ name }, i) => {
      const letters = name.toUpperCase().replace(/[^A-Z0-9]/g, '')
      const secretAccessKey = createHash('sha256').update(`local secret of ${name}`).digest('base64url')
      return [name, { accessKeyId: `LOCALFN${String(i).padStart(2, '0')}${letters}`, secretAccessKey }]
    }),
  )
}

/** The role behind each access key: a function's by its credentials, and every role by a key of its own. */
export function principalsOf(
  definitions: readonly FunctionDefinition[],
  credentials: ReadonlyMap<string, Credentials>,
  roles: Roles,
): Record<string, Principal> {
  return Object.fromEntries([
    ...definitions.map(({ name, roleArn }) => {
      const role = roles.byArn.get(roleArn)
      if (role === undefined) throw new TemplateError(`${name}: there is no role ${roleArn}`)
      return [credentials.get(name)?.accessKeyId ?? name, role] as const
    }),
    ...[...roles.byArn].map(([arn, role]) => [accessKeyOfRole(arn), role] as const),
  ])
}
