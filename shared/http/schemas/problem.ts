import * as z from 'zod'
import { problemCodes, problems } from '../problems/problem.ts'
import { exampleOf } from './common.ts'

export const problemCode = z.enum(problemCodes)

/** The body of `/problems/{code}`. */
export const explanation = z
  .object({
    code: z.string(),
    title: z.string(),
    status: z.int().min(400).max(599).optional().meta({ description: 'Status of answers with this code.' }),
    meaning: z.string(),
    remedy: z.string().optional().meta({ description: 'What can be done about it.' }),
  })
  .meta({
    examples: [
      {
        code: 'notified_recently',
        title: 'Notified recently',
        status: 429,
        meaning: problems.notified_recently.detail,
      },
    ],
  })

export const explanationList = z
  .object({ items: z.array(explanation) })
  .meta({ examples: [{ items: [exampleOf(explanation)] }] })

/** RFC 9457 with the contract's members; some codes add members of their own. */
export const problemSchema = z
  .looseObject({
    type: z.string().meta({
      format: 'uri-reference',
      description: 'The page that explains the code: /problems/{code}, relative to this API.',
    }),
    title: z.string().meta({ description: 'Short, and the same in every answer with the code.' }),
    status: z.int().min(400).max(599),
    code: problemCode.meta({ description: 'Stable, for programs.' }),
    detail: z.string().meta({ description: 'For people; it may change.' }),
    requestId: z.string(),
    errors: z
      .array(
        z.object({
          path: z.string().meta({ examples: ['users.3.email'] }),
          message: z.string(),
        }),
      )
      .optional(),
  })
  .meta({
    examples: [
      {
        type: '/problems/invalid_request',
        title: 'Invalid request',
        status: 400,
        code: 'invalid_request',
        detail: 'The request does not have the form that this operation takes.',
        requestId: 'Zx3YqjQ7IAMEVtA=',
        errors: [{ path: 'users.3.email', message: 'Invalid input: expected string, received number' }],
      },
    ],
  })
