import { createConfig, lintFromString } from '@redocly/openapi-core'
import { expect, it } from 'vitest'
import { openApiDocument } from '../../../../shared/http/documents/openapi.ts'
import type { AnyOperation } from '../../../../shared/http/operation.ts'
import { adminOperations } from '../../../../shared/http/operations/admin.ts'
import { platformOperations } from '../../../../shared/http/operations/platform.ts'
import { publicOperations } from '../../../../shared/http/operations/public.ts'
import { exampleOf } from '../../../../shared/http/schemas/common.ts'

const document = openApiDocument('1.0.0')

/** Every rule that the linter recommends. One that is to be turned off is named here, with its reason. */
const lint = async (linted: unknown): Promise<string[]> => {
  const config = await createConfig({
    extends: ['recommended'],
    // No claim is called `exports`: their ids begin with `clm~`.
    rules: { 'no-ambiguous-paths': 'off' },
  })
  const problems = await lintFromString({
    source: JSON.stringify(linted),
    absoluteRef: 'openapi.json',
    config,
  })
  return problems.map(({ ruleId, message, location }) =>
    [ruleId, message, ...location.map((at) => at.pointer ?? '')].join(' '),
  )
}

it('the linter finds nothing in the OpenAPI document', async () => {
  expect(await lint(document)).toEqual([])
})

it('the linter finds an example that its schema does not take, and an operation without a summary', async () => {
  const text = JSON.stringify(document)
    .replace('"daysLeft":14', '"daysLeft":"fortnight"')
    .replace('"summary":"Get a claim that the organization made",', '')
  const found = (await lint(JSON.parse(text))).join('\n')
  expect(found).toMatch(/no-invalid-schema-examples .*daysLeft/)
  expect(found).toMatch(/operation-summary .*claimId/)
})

it('every body that is sent or answered is shown by an example', () => {
  const operations: readonly AnyOperation[] = [adminOperations, platformOperations, publicOperations].flatMap(
    (group): AnyOperation[] => Object.values(group),
  )
  const lacking = operations.flatMap(({ name, body, responses }) =>
    Object.entries({ request: body, ...responses }).flatMap(([place, schema]) =>
      schema && exampleOf(schema) === undefined ? [`${name} ${place}`] : [],
    ),
  )
  expect(lacking).toEqual([])
})

it('every problem that is answered is shown by an example with its code and status', () => {
  for (const [path, methods] of Object.entries(document.paths))
    for (const operation of Object.values(methods))
      for (const [status, response] of Object.entries(operation.responses)) {
        if ('$ref' in response || Number(status) < 400) continue
        const examples = Object.keys(response.content?.['application/problem+json']?.examples ?? {})
        expect(examples, `${path} ${status}`).not.toEqual([])
        for (const code of examples)
          expect(document.components.examples[code]?.value).toMatchObject({ code, status: Number(status) })
      }
})
