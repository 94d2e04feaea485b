import { createConfig, lintFromString } from '@redocly/openapi-core'
import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { asyncApiDocument } from '../../../../shared/http/documents/asyncapi.ts'
import { detailSchemaOf, eventSummaries } from '../../../../shared/http/schemas/event.ts'

const document = asyncApiDocument('1.0.0')

const lint = async (linted: unknown): Promise<string[]> => {
  // Who may read the bus is for IAM to say.
  const config = await createConfig({ extends: ['recommended'], rules: { 'security-defined': 'off' } })
  const problems = await lintFromString({
    source: JSON.stringify(linted),
    absoluteRef: 'asyncapi.json',
    config,
  })
  return problems.map(({ ruleId, message }) => `${ruleId} ${message}`)
}

describe('A4: asyncapi.json', () => {
  it('is an AsyncAPI 3 document in which the linter finds nothing', async () => {
    expect(await lint(document)).toEqual([])
  })

  it('would be found wrong by the linter if it were', async () => {
    const wrong = JSON.parse(JSON.stringify(document).replace('"action":"send"', '"action":"shout"'))
    expect((await lint(wrong)).join('\n')).toContain('`action` can be one of')
  })

  it('has a message for each type of event, by its own name and under the envelope of the bus', () => {
    const message = z.looseObject({
      name: z.string(),
      payload: z.looseObject({
        properties: z.looseObject({
          'detail-type': z.looseObject({ const: z.string() }),
          source: z.looseObject({ const: z.literal('claim-service') }),
          detail: z.object({ $ref: z.string() }),
        }),
      }),
    })
    const messages = z.record(z.string(), message).parse(document.components.messages)
    expect(Object.values(messages).map(({ name }) => name)).toEqual(Object.keys(eventSummaries))
    for (const { name, payload } of Object.values(messages)) {
      expect(payload.properties['detail-type'].const).toBe(name)
      const schema = payload.properties.detail.$ref.replace('#/components/schemas/', '')
      expect(document.components.schemas, name).toHaveProperty(schema)
    }
    expect(Object.keys(document.channels.changes.messages)).toEqual(Object.keys(messages))
  })

  it('is what events are held to: one that lacks its id, or has a state that is none, is not described', () => {
    const detail = { id: 'x', at: '2026-11-22T12:00:00Z', orgId: 'acme', subject: 'domain:acme.example' }
    const schema = detailSchemaOf('domain.added')
    expect(schema.safeParse({ ...detail, domain: 'acme.example', status: 'pending', more: 1 }).success).toBe(
      true,
    )
    expect(schema.safeParse({ ...detail, domain: 'acme.example', status: 'lost' }).success).toBe(false)
    expect(schema.safeParse({ ...detail, id: undefined, domain: 'acme.example' }).success).toBe(false)
    expect(() => detailSchemaOf('claim.lost')).toThrow('claim.lost')
  })
})
