import { QueryClient, useQuery } from '@tanstack/react-query'
import createClient from 'openapi-fetch'
import createQueries from 'openapi-react-query'
import { accessToken } from '../session/user-manager.ts'
import { noteServiceTime } from './clock.ts'
import type { components, paths } from './openapi.d.ts'
import { isExpiry, problemOf } from './problem.ts'

/** The API's schemas, by their names in the OpenAPI document. */
export type Schemas = components['schemas']

const listeners = new Set<() => void>()

/** Calls `listener` when the API no longer accepts the token. Returns a function that unsubscribes. */
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

/** Retries of a query that failed for the moment (busy, throttled, no network) before the failure is shown. */
const MAX_TRIES = 2
/** Milliseconds for which an answer is reused: going back and forth between screens asks nothing twice. */
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
    // Changes are never retried automatically: the user is told, and decides.
    mutations: { retry: false },
  },
})

/**
 * The API as react-query hooks: `api.useQuery('get', '/v1/summary')`, `api.useMutation('post', '/v1/claims')`. Paths,
 * parameters and answers are typed by the OpenAPI document.
 */
export const api = createQueries(client)

/**
 * Reads a user with its version (`ETag`, for If-Match). Cached under the same kind of key as other GETs, so that it
 * is invalidated with them.
 */
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

/** A key for a POST that must not be carried out twice. Use one key for each thing that the user means to do. */
export const newIdempotencyKey = (): string => crypto.randomUUID()
