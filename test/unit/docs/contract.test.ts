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

describe('docs/contract.md', () => {
  const local = contract.slice(0, contract.indexOf('\n## HTTP'))
  const http = contract.slice(contract.indexOf('\n## HTTP'))

  it('has every route of the API, and no other', () => {
    const served = Object.entries(openApiDocument('1.0.0').paths).flatMap(([route, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${route}`),
    )
    expect([...new Set(routesOf(http))].sort()).toEqual(served.sort())
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
