import type * as z from 'zod'
import type { pageOf } from '../../shared/http/schemas/common.ts'
import type { Client } from './api.ts'

/** More pages than any test’s list has, so that a cursor that never ends is noticed. */
const MAX_PAGES = 100

/** Reads all pages of a list; returns the items, and the length of each page. */
export async function readAll<T extends z.ZodType>(
  client: Client,
  url: string,
  page: ReturnType<typeof pageOf<T>>,
): Promise<{ items: z.output<T>[]; sizes: number[] }> {
  const items: z.output<T>[] = []
  const sizes: number[] = []
  let cursor: string | undefined
  do {
    const more = cursor === undefined ? '' : `${url.includes('?') ? '&' : '?'}cursor=${cursor}`
    const read = page.parse((await client.get(`${url}${more}`)).body)
    items.push(...read.items)
    sizes.push(read.items.length)
    cursor = read.nextCursor
  } while (cursor !== undefined && sizes.length < MAX_PAGES)
  return { items, sizes }
}
