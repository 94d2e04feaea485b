import type * as z from 'zod'
import { InputError, type InputIssue } from '../kit/errors.ts'

/** Told at once. Who has more to mend sees the rest next time. */
const MAX_ISSUES = 50

const pathOf = (path: readonly PropertyKey[]): string => path.map(String).join('.')

function issuesOf(error: z.ZodError): InputIssue[] {
  return error.issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => ({ path: pathOf([...issue.path, key]), message: 'is not known here' }))
      : [{ path: pathOf(issue.path), message: issue.message }],
  )
}

/** @throws InputError `invalid_request` that names every place that is wrong */
export function validate<T>(schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  const issues = issuesOf(parsed.error).slice(0, MAX_ISSUES)
  throw new InputError('invalid_request', 'the input does not fit its schema', issues)
}
