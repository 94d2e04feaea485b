import type * as z from 'zod'
import { isStorable } from '../rules/text.ts'
import { InputError, type InputIssue } from '../lib/errors.ts'

/** Issues that one answer lists at most; the rest shows up next time. */
const MAX_ISSUES = 50

const pathOf = (path: readonly PropertyKey[]): string => path.map(String).join('.')

function issuesOf(error: z.ZodError): InputIssue[] {
  return error.issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => ({ path: pathOf([...issue.path, key]), message: 'is not known here' }))
      : [{ path: pathOf(issue.path), message: issue.message }],
  )
}

const UNSTORABLE = 'holds half a character, or a control character'

/** Members of an input whose texts the handler checks itself, one by one (C8). */
export type OwnTexts = readonly string[]

/** Paths of all texts in an input, its keys included, that can't be stored. */
function unstorable(value: unknown, own: OwnTexts, path: readonly PropertyKey[] = []): InputIssue[] {
  if (typeof value === 'string')
    return isStorable(value) || own.includes(String(path[0]))
      ? []
      : [{ path: pathOf(path).toWellFormed(), message: UNSTORABLE }]
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, inner]) =>
    isStorable(key)
      ? unstorable(inner, own, [...path, key])
      : [{ path: pathOf([...path, key]).toWellFormed(), message: UNSTORABLE }],
  )
}

/**
 * Parses an input by its schema.
 * @throws InputError `invalid_request`, whose issues name every place that is wrong
 */
export function validate<T>(schema: z.ZodType<T>, value: unknown, own: OwnTexts = []): T {
  const illegible = unstorable(value, own)
  if (illegible.length > 0)
    throw new InputError(
      'invalid_request',
      'the input has text that can’t be stored',
      illegible.slice(0, MAX_ISSUES),
    )
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  const issues = issuesOf(parsed.error).slice(0, MAX_ISSUES)
  throw new InputError('invalid_request', 'the input does not fit its schema', issues)
}
