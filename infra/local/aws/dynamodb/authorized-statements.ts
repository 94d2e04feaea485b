import * as z from 'zod'
import type { JsonAnswer } from '../gateway/json-call.ts'
import { parsed, withBody } from './faults/answers.ts'
import type { Permission } from '../emulated-service.ts'
import { statementBatch, statementPermission } from './statements.ts'

const responses = z.looseObject({ Responses: z.array(z.unknown()) })

/**
 * Carries out a batch of PartiQL statements. Each statement is authorized by itself: those that are denied get an
 * error of their own, and the rest is executed.
 * @param denial why the caller may not, or undefined if it may
 * @param execute carries out a batch
 */
export async function serveStatements(
  raw: Buffer,
  denial: (permissions: readonly Permission[]) => Promise<string | undefined>,
  execute: (body: object) => Promise<JsonAnswer>,
): Promise<JsonAnswer> {
  const asked = parsed(raw)
  const given = statementBatch.safeParse(asked).data
  if (given === undefined) return execute(asked)
  const denials = await Promise.all(
    given.Statements.map(({ Statement }) => denial([statementPermission(Statement)])),
  )
  if (denials.every((message) => message === undefined)) return execute(asked)
  const refused = denials.map((Message) => ({ Error: { Code: 'AccessDenied', Message } }))
  const allowed = given.Statements.filter((_, n) => denials[n] === undefined)
  if (allowed.length === 0) {
    const headers = ['content-type', 'application/x-amz-json-1.0']
    return { status: 200, headers, body: Buffer.from(JSON.stringify({ Responses: refused })) }
  }
  const answer = await execute({ ...given, Statements: allowed })
  const body = answer.status === 200 ? responses.safeParse(parsed(answer.body)).data : undefined
  if (body === undefined) return answer
  const answered = body.Responses.values()
  const Responses = refused.map((refusal, n) => (denials[n] === undefined ? answered.next().value : refusal))
  return withBody(answer, { ...body, Responses })
}
