import { QueryClient, useQuery } from '@tanstack/react-query'
import createClient from 'openapi-fetch'
import createQueries from 'openapi-react-query'
import { accessToken } from '../session/user-manager.ts'
import { noteServiceTime } from './clock.ts'
import type { components, paths } from './openapi.d.ts'
import { isExpiry, problemOf } from './problem.ts'

/** The API's own schemas, by their name in its description. */
export type Schemas = components['schemas']

const listeners = new Set<() => void>()

/** Calls `listener` when the API no longer takes the token. The result ends that. */
export function onSessionEnd(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

const client = createClient<paths>({ baseUrl: window.location.origin })
client.use({
  async onRequest({ request }) {
    const token = await accessToken()
    if (token !== undefined) request.headers.set('authorization', `Bearer ${token}`)
    return request
  },
  onResponse({ response }) {
    noteServiceTime(response.headers.get('date'))
    if (response.status === 401) for (const listener of listeners) listener()
  },
})

/** How often what couldn't be done for now (busy, throttled, no network) is tried again before it is said. */
const MAX_TRIES = 2
/** Long enough that going back and forth between screens asks nothing twice. */
const STALE_MS = 15_000

const isWorthAnotherTry = (error: unknown): boolean => {
  const { status } = problemOf(error)
  return status === undefined || status === 429 || status >= 500
}

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: STALE_MS,
      retry: (failures, error) => failures < MAX_TRIES && !isExpiry(error) && isWorthAnotherTry(error),
    },
    // What changes something is never repeated by itself: people are told, and decide.
    mutations: { retry: false },
  },
})

/**
 * The API by react-query: `api.useQuery('get', '/v1/summary')`, `api.useMutation('post', '/v1/claims')`. Paths, parameters
 * and answers are those of the service's own description.
 */
export const api = createQueries(client)

/** A user with its version (`ETag`), for If-Match. Kept with what else is asked by GET, and so forgotten with it. */
export const useUserWithVersion = (userId: string) =>
  useQuery({
    queryKey: ['get', '/v1/users/{userId}', { userId }, 'version'],
    async queryFn({ signal }) {
      const { data, error, response } = await client.GET('/v1/users/{userId}', {
        params: { path: { userId } },
        signal,
      })
      if (data === undefined) throw error
      return { user: data, version: response.headers.get('etag') ?? undefined }
    },
  })

/** For a POST that must not be carried out twice: one key for each thing that somebody means to do. */
export const newIdempotencyKey = (): string => crypto.randomUUID()
