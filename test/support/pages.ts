import type * as z from 'zod'
import type { pageOf } from '../../shared/http/schemas/common.ts'
import type { Client } from './api.ts'

/** More than any test's list has: a cursor that leads nowhere ends there. */
const MAX_PAGES = 100

/** All pages of a list, and how long each was. */
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
