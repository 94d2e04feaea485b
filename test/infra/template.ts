import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import * as z from 'zod'
import { assemblyOfRun } from '../support/assemblies.ts'

const resourceSchema = z.looseObject({
  Type: z.string(),
  Properties: z.record(z.string(), z.unknown()).default({}),
  DependsOn: z.array(z.string()).default([]),
  DeletionPolicy: z.string().optional(),
  UpdateReplacePolicy: z.string().optional(),
})
const templateSchema = z.object({
  Resources: z.record(z.string(), resourceSchema),
  Outputs: z.record(z.string(), z.looseObject({ Value: z.unknown(), Description: z.string().optional() })),
})

export type Properties = Record<string, unknown>

/**
 * A value of a template with its intrinsic functions written out: `{ Ref: 'Table' }` → `Table`,
 * `{ 'Fn::GetAtt': ['Table', 'Arn'] }` → `Table.Arn`, joins and substitutions as the text they make.
 */
export function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value)
  const [only] = entries
  if (only !== undefined && entries.length === 1) {
    const [name, argument] = only
    if (name === 'Ref' || name === 'Fn::Sub') return String(argument)
    if (name === 'Fn::GetAtt' && Array.isArray(argument)) return argument.join('.')
    // Of an ARN, the part that names the resource.
    if (name === 'Fn::Select' && Array.isArray(argument)) return plain(argument[1])
    if (name === 'Fn::Split' && Array.isArray(argument)) return plain(argument[1])
    if (name === 'Fn::Join' && Array.isArray(argument) && Array.isArray(argument[1])) {
      return argument[1].map(plain).join(String(argument[0]))
    }
  }
  return Object.fromEntries(entries.map(([key, inner]) => [key, plain(inner)]))
}

export interface Resource {
  readonly id: string
  readonly type: string
  /** With intrinsic functions written out, see {@link plain}. */
  readonly properties: Properties
  readonly dependsOn: readonly string[]
  readonly deletionPolicy: string | undefined
  readonly updateReplacePolicy: string | undefined
}

export class Template {
  readonly resources: readonly Resource[]
  readonly outputs: readonly string[]
  /** What each output says, with intrinsic functions written out. */
  readonly outputValues: Readonly<Record<string, unknown>>
  readonly outputDescriptions: Readonly<Record<string, string | undefined>>
  readonly text: string

  constructor(text: string) {
    this.text = text
    const { Resources, Outputs } = templateSchema.parse(JSON.parse(text))
    this.outputs = Object.keys(Outputs)
    this.outputValues = Object.fromEntries(
      Object.entries(Outputs).map(([id, { Value }]) => [id, plain(Value)]),
    )
    this.outputDescriptions = Object.fromEntries(
      Object.entries(Outputs).map(([id, { Description }]) => [id, Description]),
    )
    this.resources = Object.entries(Resources).map(([id, resource]) => ({
      id,
      type: resource.Type,
      properties: z.record(z.string(), z.unknown()).parse(plain(resource.Properties)),
      dependsOn: resource.DependsOn,
      deletionPolicy: resource.DeletionPolicy,
      updateReplacePolicy: resource.UpdateReplacePolicy,
    }))
  }

  ofType(type: string): readonly Resource[] {
    return this.resources.filter((resource) => resource.type === type)
  }

  /** @throws Error when the template has no such resource */
  get(id: string): Resource {
    const found = this.resources.find((resource) => resource.id === id)
    if (found === undefined) throw new Error(`the template has no ${id}`)
    return found
  }
}

/** What the local service runs with; without it the stack brings a user pool. */
export const foreignIssuer = { jwtIssuer: 'https://issuer.example', jwtAudience: 'claims' }

/** What a deployment with these settings would be. Nothing is checked: see synth.test.ts. */
export async function synthesizedTemplate(context: Readonly<Record<string, string>> = {}): Promise<Template> {
  const folder = await assemblyOfRun(context)
  const [file] = readdirSync(folder).filter((name) => name.endsWith('.template.json'))
  if (file === undefined) throw new Error(`there is no template in ${folder}`)
  return new Template(readFileSync(join(folder, file), 'utf8'))
}

/** Gone when the test file ends. */
export function scratch(): string {
  const folder = mkdtempSync(join(tmpdir(), 'claim-service-synth-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}
