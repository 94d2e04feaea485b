import { describe, expect, it } from 'vitest'
import type { Assembly, Template } from '../../../../infra/local/assembly/read-assembly.ts'
import { type ResolvedTemplate, resolveTemplate } from '../../../../infra/local/template/resolve-template.ts'

const addresses = {
  api: 'http://127.0.0.1:4000',
  queues: 'http://127.0.0.1:5000',
  objects: 'http://127.0.0.1:6000',
}

const assembly = (template: Partial<Template>): Assembly => ({
  stackName: 'Claims',
  assets: new Map(),
  template: { Parameters: {}, Conditions: {}, Resources: {}, ...template },
})

const resolved = (template: Partial<Template>): ResolvedTemplate =>
  resolveTemplate(assembly(template), addresses)

/** What `value` becomes beside these resources. */
function resolve(value: unknown, template: Partial<Template> = {}): unknown {
  const Resources = {
    ...template.Resources,
    Subject: { Type: 'AWS::Test::Subject', Properties: { value } },
  }
  return resolved({ ...template, Resources }).of('AWS::Test::Subject')[0]?.properties.value
}

const Resources: Template['Resources'] = {
  Queue: { Type: 'AWS::SQS::Queue', Properties: {} },
  Bucket: { Type: 'AWS::S3::Bucket', Properties: {} },
  Table: { Type: 'AWS::DynamoDB::GlobalTable', Properties: {} },
  Api: { Type: 'AWS::ApiGatewayV2::Api', Properties: {} },
  Role: { Type: 'AWS::IAM::Role', Properties: { RoleName: 'reader' } },
}

describe('the template on one machine', () => {
  it('gives a queue its local address and everything else a name made of stack and logical id', () => {
    const all = [{ Ref: 'Queue' }, { Ref: 'Bucket' }, { Ref: 'Table' }, { Ref: 'Role' }]
    expect(resolve(all, { Resources })).toEqual([
      'http://127.0.0.1:5000/000000000000/Claims-Queue',
      'claims-bucket',
      'Claims-Table',
      'reader',
    ])
  })

  it('resolves attributes to ARNs of the local account and region', () => {
    const arns = ['Queue', 'Bucket', 'Table', 'Role'].map((id) => ({ 'Fn::GetAtt': [id, 'Arn'] }))
    expect(resolve(arns, { Resources })).toEqual([
      'arn:aws:sqs:us-east-1:000000000000:Claims-Queue',
      'arn:aws:s3:::claims-bucket',
      'arn:aws:dynamodb:us-east-1:000000000000:table/Claims-Table',
      'arn:aws:iam::000000000000:role/reader',
    ])
  })

  it('takes the address of the API for what API Gateway would call it, however the template spells it', () => {
    const host = ['.execute-api.', { Ref: 'AWS::Region' }, '.', { Ref: 'AWS::URLSuffix' }, '/x']
    const spelled = { 'Fn::Join': ['', ['https://', { Ref: 'Api' }, ...host]] }
    expect(resolve([{ 'Fn::GetAtt': ['Api', 'ApiEndpoint'] }, spelled], { Resources })).toEqual([
      'http://127.0.0.1:4000',
      'http://127.0.0.1:4000/x',
    ])
  })

  it('resolves Sub, Select and Split', () => {
    const account = 'https://x/$' + '{AWS::AccountId}/$' + '{Queue.QueueName}/$' + '{Own}/$' + '{!Kept}'
    const values = [
      { 'Fn::Sub': [account, { Own: 'own' }] },
      { 'Fn::Select': [1, { 'Fn::Split': [':', { 'Fn::GetAtt': ['Queue', 'Arn'] }] }] },
    ]
    expect(resolve(values, { Resources })).toEqual([
      'https://x/000000000000/Claims-Queue/own/$' + '{Kept}',
      'aws',
    ])
  })

  it('leaves out what AWS::NoValue stands for, and resources whose condition does not hold', () => {
    const Conditions = {
      Here: { 'Fn::Equals': [{ Ref: 'AWS::Region' }, 'us-east-1'] },
      Elsewhere: { 'Fn::Not': [{ Condition: 'Here' }] },
    }
    const value = {
      kept: { 'Fn::If': ['Here', 'yes', 'no'] },
      dropped: { 'Fn::If': ['Elsewhere', 'yes', { Ref: 'AWS::NoValue' }] },
    }
    expect(resolve(value, { Conditions })).toEqual({ kept: 'yes' })
    const conditional = { Queue: { Type: 'AWS::SQS::Queue', Properties: {}, Condition: 'Elsewhere' } }
    expect(resolved({ Conditions, Resources: conditional }).of('AWS::SQS::Queue')).toEqual([])
  })

  it('takes a parameter for its default', () => {
    expect(resolve({ Ref: 'Stage' }, { Parameters: { Stage: { Default: 'test' } } })).toBe('test')
  })

  it.each([
    ['a parameter without default', { Ref: 'Stage' }, 'Subject.value: parameter Stage has no default'],
    ['a resource that is not there', { Ref: 'Gone' }, 'Subject.value: the template has no Gone'],
    [
      'a type without local counterpart',
      { Ref: 'Cluster' },
      'Subject.value: Cluster (AWS::ECS::Cluster) has no local counterpart',
    ],
    [
      'an attribute that is not known',
      { 'Fn::GetAtt': ['Queue', 'Colour'] },
      'Subject.value: Queue (AWS::SQS::Queue) has no attribute Colour here',
    ],
    [
      'an intrinsic that is not known',
      { 'Fn::ImportValue': 'Other' },
      'Subject.value: Fn::ImportValue is not resolved here',
    ],
    [
      'a text made of what is none',
      { 'Fn::Join': ['', [{ a: 1 }]] },
      'Subject.value: expected text, got {"a":1}',
    ],
  ])('says where it meets %s, instead of leaving it empty', (_, value, message) => {
    const template = {
      Parameters: { Stage: {} },
      Resources: { ...Resources, Cluster: { Type: 'AWS::ECS::Cluster', Properties: {} } },
    }
    expect(() => resolve(value, template)).toThrow(message)
  })

  it('notices a name that refers to itself', () => {
    const circular = { Loop: { Type: 'AWS::SQS::Queue', Properties: { QueueName: { Ref: 'Loop' } } } }
    expect(() => resolved({ Resources: circular }).ref('Loop')).toThrow('the name of Loop refers to itself')
  })
})
