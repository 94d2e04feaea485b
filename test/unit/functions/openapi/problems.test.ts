import type { Context } from 'aws-lambda'
import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { createHandler } from '../../../../functions/openapi/handler.ts'
import { explanations } from '../../../../shared/http/problems/explanations.ts'
import { openApiDocument } from '../../../../shared/http/documents/openapi.ts'
import { problemCodes, problemDocument, refuse, typeOf } from '../../../../shared/http/problems/problem.ts'
import { explanation } from '../../../../shared/http/schemas/problem.ts'
import { readDocsAsset } from '../../../support/api.ts'
import { httpEvent } from '../../../support/events.ts'
import { recordedLog } from '../../../support/fakes.ts'

const handler = createHandler(recordedLog(), readDocsAsset)

async function get(url: string, headers: Record<string, string> = {}) {
  const { event } = httpEvent({ method: 'GET', url, headers })
  const { statusCode, headers: sent, body = '', isBase64Encoded } = await handler(event, {} as Context)
  return {
    status: statusCode,
    headers: sent,
    text: isBase64Encoded ? Buffer.from(body, 'base64').toString() : body,
  }
}

/** Every code that the OpenAPI document names, wherever it stands. */
function enumsOf(node: unknown): string[] {
  if (Array.isArray(node)) return node.flatMap(enumsOf)
  if (typeof node !== 'object' || node === null) return []
  return Object.entries(node).flatMap(([name, value]) =>
    name === 'x-codes' ? z.array(z.string()).parse(value) : enumsOf(value),
  )
}

describe('A4: /problems', () => {
  it.each(problemCodes)('the type of a problem leads to what %s means', async (code) => {
    const { type, title, status } = problemDocument(refuse(code), 'r')
    expect(type).toBe(typeOf(code))
    const answer = await get(type)
    expect(answer.status).toBe(200)
    expect(explanation.parse(JSON.parse(answer.text))).toMatchObject({ code, title, status })
  })

  it('explains every code of errors, results, rows, files and claims, in words of its own', () => {
    const all = [...explanations.values()]
    expect(all.length).toBeGreaterThan(100)
    for (const { code, meaning, title } of all) {
      expect(meaning, code).toMatch(/^\S.{15,}[.:].*$/)
      expect(title, code).not.toContain('_')
    }
    for (const code of enumsOf(openApiDocument('1'))) expect(explanations.has(code), code).toBe(true)
    const reasonsOfClaims = [
      'signed_in',
      'decided',
      'window_passed',
      'domain_claimed',
      'ended',
      'migration_off',
      'mail_not_sent',
    ]
    for (const code of reasonsOfClaims) expect(explanations.has(code), code).toBe(true)
  })

  it('is a page for browsers and JSON for programs, each to be kept, with no script on the page', async () => {
    const browser = { accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8' }
    const page = await get('/problems/stale_export', browser)
    expect(page.headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'public, max-age=600',
      'content-security-policy': expect.stringContaining("default-src 'none'"),
      vary: expect.stringContaining('accept'),
    })
    expect(page.text).toContain('Export the list again')
    const { headers } = await get('/problems/stale_export', { accept: '*/*' })
    expect(headers).toMatchObject({
      'content-type': 'application/json; charset=utf-8',
      etag: expect.any(String),
    })
    expect(headers.etag).not.toBe(page.headers.etag)
  })

  it('lists all of them, each with a link', async () => {
    const { items } = z
      .object({ items: z.array(explanation) })
      .parse(JSON.parse((await get('/problems')).text))
    expect(items.map(({ code }) => code)).toEqual([...explanations.keys()])
    const { text } = await get('/problems', { accept: 'text/html' })
    for (const { code } of items) expect(text).toContain(`<a href="/problems/${code}">`)
  })

  it('says of a code that there is none that there is nothing', async () => {
    expect(await get('/problems/constructor')).toMatchObject({
      status: 404,
      headers: { 'content-type': 'application/problem+json; charset=utf-8' },
    })
  })
})
