import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { projectRoot } from '../../../infra/project.ts'
import { openApiDocument } from '../../../shared/http/documents/openapi.ts'

const read = (file: string): string => readFileSync(path.join(projectRoot, file), 'utf8')

const contract = read('docs/contract.md')
/** Routes in code spans: method and path. Those of `control` and `inbox` exist only on the local service. */
const routesOf = (markdown: string): readonly string[] =>
  Array.from(
    markdown.matchAll(/`(GET|HEAD|POST|PUT|PATCH|DELETE) (\/[^`\s?]*)[^`]*`/g),
    ([, method, route]) => `${method} ${route}`,
  )

/** The members of a record among the shapes, those of records inside it left out; optional ones end in `?`. */
function membersOf(markdown: string, record: string): readonly string[] {
  const [, after = ''] = markdown.split(new RegExp(`^${record} += \\{`, 'm'))
  let depth = 1
  let own = ''
  for (const char of after.replaceAll(/\/\*.*?\*\//g, '')) {
    if (char === '}') depth -= 1
    if (depth === 0) break
    if (depth === 1) own += char
    if (char === '{') depth += 1
  }
  return own.split(',').map((member) => member.split(':')[0]?.trim() ?? '')
}

const nameOf = (member: string): string => member.replace('?', '')

describe('docs/contract.md', () => {
  const local = contract.slice(0, contract.indexOf('\n## HTTP'))
  const http = contract.slice(contract.indexOf('\n## HTTP'))

  it('has every route of the API, and no other', () => {
    const served = Object.entries(openApiDocument('1.0.0').paths).flatMap(([route, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${route}`),
    )
    expect([...new Set(routesOf(http))].sort()).toEqual(served.sort())
  })

  it('names every filter beside its route', () => {
    const filters = Object.entries(openApiDocument('1.0.0').paths).flatMap(([route, methods]) =>
      Object.values(methods).flatMap(({ parameters = [] }) =>
        parameters
          .filter(({ in: place, name }) => place === 'query' && name !== 'limit' && name !== 'cursor')
          .map(({ name }) => ({ route: `\`GET ${route}\``, name })),
      ),
    )
    expect(filters.length).toBeGreaterThan(10)
    const unnamed = filters.filter(
      ({ route, name }) => !new RegExp(`[?&]${name}=`).test(http.split(route)[1]?.split('\n')[0] ?? ''),
    )
    expect(unnamed).toEqual([])
  })

  it('promises no member of a record that the API does not have', () => {
    const { schemas } = openApiDocument('1.0.0').components
    const recordOf = {
      Claim: 'Claim',
      Result: 'ClaimResult',
      Preview: 'PreviewResult',
      User: 'User',
      Sync: 'Sync',
    }
    for (const [name, schema] of Object.entries(recordOf)) {
      const promised = membersOf(http, name)
      const { properties, required = [] } = z
        .object({ properties: z.record(z.string(), z.unknown()), required: z.array(z.string()).optional() })
        .parse(schemas[schema])
      expect(promised.length, name).toBeGreaterThan(4)
      expect(Object.keys(properties), name).toEqual(expect.arrayContaining(promised.map(nameOf)))
      expect(required, name).toEqual(
        expect.arrayContaining(promised.filter((member) => !member.endsWith('?')).map(nameOf)),
      )
    }
  })

  it('names commands that are there', () => {
    const { scripts } = z
      .object({ scripts: z.record(z.string(), z.string()) })
      .parse(JSON.parse(read('package.json')))
    const named = Array.from(
      contract.matchAll(/`(?:[^`]*&& )?npm (?:run )?([\w:]+)[^`]*`/g),
      ([, name = '']) => name,
    )
    expect(named.length).toBeGreaterThan(4)
    expect(named.filter((name) => name !== 'ci' && scripts[name] === undefined)).toEqual([])
  })

  it('has the calls of one machine, beside the API', () => {
    expect(routesOf(local)).toEqual(
      expect.arrayContaining(['GET /clock', 'POST /clock', 'POST /settle', 'GET /schedules', 'POST /dns']),
    )
    expect(local).toContain('GET /messages')
  })
})
