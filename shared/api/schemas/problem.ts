import * as z from 'zod'

/** RFC 9457, with what the contract adds. Some codes add members of their own. */
export const problemSchema = z
  .looseObject({
    type: z.literal('about:blank'),
    title: z.string(),
    status: z.int(),
    code: z.string().meta({ description: 'Stable, for programs.' }),
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
        type: 'about:blank',
        title: 'Bad Request',
        status: 400,
        code: 'invalid_request',
        detail: 'The request does not have the form that this operation takes.',
        requestId: 'Zx3YqjQ7IAMEVtA=',
        errors: [{ path: 'users.3.email', message: 'Invalid input: expected string, received number' }],
      },
    ],
  })
