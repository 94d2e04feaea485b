import * as z from 'zod'
import { operation } from '../operation.ts'
import { idInPath, pageOf, paging } from '../schemas/common.ts'
import { importView } from '../schemas/import.ts'

/** Lists imports: an organization's, or the platform's loads of accounts. */
export const importList = <const N extends string>(
  name: N,
  texts: { readonly summary: string; readonly description?: string },
) =>
  operation(name, {
    ...texts,
    query: z.strictObject(paging),
    responses: { 200: pageOf(importView) },
    errors: ['invalid_cursor'],
  })

/** Gets one of them. */
export const importGet = <const N extends string>(name: N, texts: { readonly summary: string }) =>
  operation(name, {
    ...texts,
    path: z.object({ importId: idInPath }),
    responses: { 200: importView },
    errors: ['not_found'],
  })
