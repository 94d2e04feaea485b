import { QueryClient, useQuery } from '@tanstack/react-query'
import type {
  DnsRow,
  EffectsPlayed,
  EventRow,
  FunctionRow,
  GivenUpEffects,
  JumpAnswer,
  LogPage,
  MailBody,
  MailPage,
  QueueRow,
  SchedulePage,
  ScheduleRow,
  StudioState,
} from '../wire.ts'

/** The type of each address's answer. */
interface Answers {
  readonly state: StudioState
  readonly mails: MailPage
  readonly schedules: SchedulePage
  readonly queues: readonly QueueRow[]
  readonly effects: GivenUpEffects
  readonly dns: readonly DnsRow[]
  readonly functions: readonly FunctionRow[]
  readonly log: LogPage
  readonly events: readonly EventRow[]
}

/** How often the page reads its data again. It is on the same machine, so this is cheap and looks live. */
const LIVE_MS = 1_000

export const queryClient = new QueryClient({
  // No retries: a service on this machine answers, or it has ended.
  defaultOptions: { queries: { retry: 1, staleTime: LIVE_MS / 2 } },
})

async function answerOf<T>(response: Response): Promise<T> {
  const body: { readonly detail?: string } & T = await response.json()
  if (!response.ok) throw new Error(body.detail ?? `${response.status}`)
  return body
}

const get = <T>(path: string): Promise<T> =>
  fetch(`/studio/${path}`).then((response) => answerOf<T>(response))

const queryText = (query: Readonly<Record<string, string | undefined>>): string => {
  const given = Object.entries(query).filter((pair): pair is [string, string] => Boolean(pair[1]))
  return given.length === 0 ? '' : `?${new URLSearchParams(given)}`
}

/** Reads the data repeatedly while the page is visible. */
export function useLive<N extends keyof Answers>(
  name: N,
  query: Readonly<Record<string, string | undefined>> = {},
) {
  const path = `${name}${queryText(query)}`
  return useQuery({
    queryKey: [name, path],
    queryFn: () => get<Answers[N]>(path),
    refetchInterval: LIVE_MS,
    placeholderData: (before) => before,
  })
}

export const useMail = (position: string | undefined) =>
  useQuery({
    queryKey: ['mail', position],
    queryFn: () => get<MailBody>(`mails/${position}`),
    enabled: position !== undefined,
  })

/** Deletes a schedule, as if EventBridge Scheduler had lost it. */
export async function deleteSchedule({ group, name }: Pick<ScheduleRow, 'group' | 'name'>): Promise<void> {
  const path = [group, name].map(encodeURIComponent).join('/')
  const response = await fetch(`/studio/schedules/${path}`, { method: 'DELETE' })
  if (!response.ok) await answerOf(response)
  await queryClient.invalidateQueries()
}

async function post<T>(path: string, body: unknown = {}): Promise<T> {
  const response = await fetch(`/studio/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  const answer = await answerOf<T>(response)
  await queryClient.invalidateQueries()
  return answer
}

export const moveClock = (
  move: { readonly advance: string } | { readonly to: string },
): Promise<JumpAnswer> => post('clock', move)

export const redrive = (queue: string): Promise<{ readonly moved: number }> =>
  post(`queues/${encodeURIComponent(queue)}/redrive`)

export const playEffects = (): Promise<EffectsPlayed> => post('effects/redrive')

/** An empty list removes the name. */
export const setTxt = (record: DnsRow): Promise<unknown> => post('dns', record)

export const runAction = (id: string): Promise<{ readonly outcome: string }> => post(`actions/${id}`)
