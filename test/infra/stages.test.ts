import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { makeApp } from '../../infra/synth.ts'
import { bundlesOfRun } from '../support/assemblies.ts'
import { scratch, Template } from './template.ts'

/** Where a resource's name isn't in a property that is called so. */
const nameOf: Readonly<Record<string, string>> = {
  'AWS::Cognito::UserPoolDomain': 'Domain',
  'AWS::SES::EmailIdentity': 'EmailIdentity',
  'AWS::ApiGatewayV2::DomainName': 'DomainName',
}

/** `Name`, or a table's `TableName`: CloudFormation makes one up where there is none, and that is no other's. */
const isName = (type: string, key: string): boolean =>
  nameOf[type] === undefined
    ? key.endsWith('Name') && type.endsWith(key.slice(0, -'Name'.length))
    : key === nameOf[type]

/** Names that are looked up below a resource of the stack's own: they can't meet those of another stack. */
const nameless = new Set([
  'AWS::ApiGatewayV2::Authorizer',
  'AWS::ApiGatewayV2::Stage',
  'AWS::Cognito::UserPoolGroup',
  'AWS::Cognito::UserPoolResourceServer',
  'AWS::Lambda::Alias',
])

const raw = z.object({
  Resources: z.record(
    z.string(),
    z.object({ Type: z.string(), Properties: z.record(z.string(), z.unknown()).default({}) }),
  ),
  Outputs: z.record(z.string(), z.looseObject({ Export: z.object({ Name: z.unknown() }).optional() })),
})

/** What refers to a resource of its own stack is another thing in each. */
const isOwn = (value: unknown, ids: ReadonlySet<string>): boolean =>
  [...JSON.stringify(value).matchAll(/"(?:Ref|Fn::GetAtt)":\[?"([^"]+)"/g)].some(([, id]) =>
    ids.has(id ?? ''),
  )

/** Every name that the template gives, with its kind: two stacks of an account and region may share none. */
function names(text: string): readonly string[] {
  const { Resources, Outputs } = raw.parse(JSON.parse(text))
  const ids = new Set(Object.keys(Resources))
  const ofResources = Object.values(Resources).flatMap(({ Type, Properties }) =>
    nameless.has(Type)
      ? []
      : Object.entries(Properties)
          .filter(([key]) => isName(Type, key))
          // A property that tells of another resource isn't this one's name.
          .filter(([, value]) => !isOwn(value, ids))
          .map(([key, value]) => `${Type} ${key} ${JSON.stringify(value)}`),
  )
  const exported = Object.values(Outputs).flatMap((output) =>
    output.Export === undefined ? [] : [`export ${JSON.stringify(output.Export.Name)}`],
  )
  return [...ofResources, ...exported]
}

async function stackOf(context: Readonly<Record<string, string>>) {
  const { app, stack } = await makeApp({
    context,
    outdir: scratch(),
    builtInChecks: false,
    bundles: await bundlesOfRun(),
  })
  const artifact = app.synth().getStackByName(stack.stackName)
  return { name: stack.stackName, text: JSON.stringify(artifact.template) }
}

const sender = { mailFrom: 'claims@acme.example', alarmEmail: 'ops@acme.example' }
const main = await stackOf(sender)
const test = await stackOf({ ...sender, stage: 'test', mailIdentity: 'use' })

describe('two stages in one account and region', () => {
  it('fault 12: are stacks of two names', () => {
    expect([main.name, test.name]).toEqual(['ClaimService', 'ClaimService-test'])
  })

  it('fault 12: share no name that AWS has once', () => {
    const others = new Set(names(test.text))
    expect(names(main.text).length).toBeGreaterThan(3)
    expect(names(main.text).filter((name) => others.has(name))).toEqual([])
  })

  it('fault 12: have the same resources but for the identity that the first made, by the same logical ids', () => {
    // API Gateway's permissions keep nothing, and the CDK names them after the stack; a version is new with each change.
    const unstable = ['AWS::Lambda::Permission', 'AWS::Lambda::Version']
    const ids = ({ text }: { text: string }) =>
      new Template(text).resources.flatMap(({ id, type }) => (unstable.includes(type) ? [] : [id]))
    expect(ids(main).filter((id) => !ids(test).includes(id))).toEqual(['MailIdentity'])
    expect(ids(test).filter((id) => !ids(main).includes(id))).toEqual([])
  })

  it('fault 12: the second sends by the identity that is there, from the same domain', () => {
    expect(new Template(test.text).get('MailFunction').properties.Environment).toMatchObject({
      Variables: { MAIL_FROM: 'claims@acme.example' },
    })
    expect(test.text).toContain('identity/acme.example')
    expect(new Template(test.text).outputs.filter((name) => /Dkim|MailFrom/.test(name))).toEqual([])
  })
})

describe('the comparison of names', () => {
  it('sees two of one name, and leaves alone what each stack has for itself', () => {
    const text = JSON.stringify({
      Resources: {
        Pool: { Type: 'AWS::Cognito::UserPool' },
        Bus: { Type: 'AWS::Events::EventBus', Properties: { Name: 'events' } },
        Group: { Type: 'AWS::Cognito::UserPoolGroup', Properties: { GroupName: 'admin' } },
        Rule: { Type: 'AWS::Events::Rule', Properties: { EventBusName: { Ref: 'Bus' } } },
        Domain: {
          Type: 'AWS::Cognito::UserPoolDomain',
          Properties: { Domain: { 'Fn::Join': ['', ['claims-', { Ref: 'AWS::AccountId' }]] } },
        },
      },
      Outputs: { Url: { Value: 'x', Export: { Name: 'url' } } },
    })
    expect(names(text)).toEqual([
      'AWS::Events::EventBus Name "events"',
      'AWS::Cognito::UserPoolDomain Domain {"Fn::Join":["",["claims-",{"Ref":"AWS::AccountId"}]]}',
      'export "url"',
    ])
  })
})
