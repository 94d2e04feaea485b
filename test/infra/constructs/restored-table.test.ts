import { describe, expect, it } from 'vitest'
import { synthesizedTemplate } from '../template.ts'

const table = 'arn:aws:dynamodb:eu-west-1:111122223333:table/claims-restored'
const restoredTableStream = `${table}/stream/2026-11-26T09:30:00.000`
const own = await synthesizedTemplate()
const restored = await synthesizedTemplate({ restoredTableStream })

describe('a table that was restored', () => {
  it('stands in for the stack’s own, which CloudFormation keeps when it leaves the stack', () => {
    expect(own.get('Table')).toMatchObject({ deletionPolicy: 'Retain', updateReplacePolicy: 'Retain' })
    expect(restored.resources.filter(({ type }) => type === 'AWS::DynamoDB::GlobalTable')).toEqual([])
    // A version is named after its function's settings, which name the table.
    const ids = ({ resources }: typeof own) =>
      resources.filter(({ type }) => type !== 'AWS::Lambda::Version').map(({ id }) => id)
    expect(ids(own).filter((id) => !ids(restored).includes(id))).toEqual(['Table'])
    expect(ids(restored).filter((id) => !ids(own).includes(id))).toEqual([])
  })

  it('is what every function works on, and nobody may touch the old one', () => {
    const named = restored
      .ofType('AWS::Lambda::Function')
      .filter(({ properties }) => JSON.stringify(properties.Environment).includes('TABLE_NAME'))
    expect(named.length).toBeGreaterThan(10)
    for (const { id, properties } of named)
      expect(properties.Environment, id).toMatchObject({ Variables: { TABLE_NAME: 'claims-restored' } })
    const text = JSON.stringify(restored.ofType('AWS::IAM::Role').map(({ properties }) => properties))
    expect(text).toContain(`"${table}"`)
    expect(text).not.toContain('"Table.Arn')
    expect(restored.outputValues.TableName).toBe('claims-restored')
  })

  it('tells its changes to effects', () => {
    const sources = restored.ofType('AWS::Lambda::EventSourceMapping')
    expect(sources.map(({ properties }) => properties.EventSourceArn)).toContain(restoredTableStream)
  })
})
