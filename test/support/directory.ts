import * as z from 'zod'
import { createdSync, sync as syncView } from '../../shared/http/schemas/sync.ts'
import { user as userView } from '../../shared/http/schemas/user.ts'
import { startApi, type TestResponse } from './api.ts'
import { givenVia } from './api-given.ts'
import { startBackground } from './background.ts'
import { startTable } from './dynamo.ts'

export type SyncAnswer = z.output<typeof syncView>
type Mode = SyncAnswer['mode']

const userAnswer = z.looseObject({
  ...userView.shape,
  inactiveSince: z.string().optional(),
  removedAt: z.string().optional(),
})

/** The API and the functions behind it, on one table, one bucket and one clock. A request waits for its sync. */
export async function startDirectory() {
  const db = await startTable()
  const world = await startBackground(db)
  const api = startApi(db, world.bucket)
  const given = givenVia(api)
  world.clock.set(api.clock.now())
  api.hooks.whileWaiting = () => world.settle()

  const expectOk = ({ status, text, body }: TestResponse): unknown => {
    if (status >= 300) throw new Error(`${status} ${text}`)
    return body
  }

  return {
    db,
    world,
    api,
    given,
    stop: (): Promise<void> => db.stop(),

    advance(ms: number): void {
      api.clock.advance(ms)
      world.clock.set(api.clock.now())
    },

    /** Creates an org with users on its own domain, each with the given id and patch. */
    async org(orgId: string, users: Readonly<Record<string, Record<string, unknown>>> = {}): Promise<void> {
      await given.org(orgId, { adminEmails: [`it@${orgId}.example`] })
      for (const [userId, patch] of Object.entries(users))
        await given.user(userId, { email: `${userId}@${orgId}.example`, orgId, ...patch })
      await world.settle()
    },

    /** Syncs a list of addresses; returns the answer of the request. */
    async sync(orgId: string, mode: Mode, emails: readonly string[]): Promise<SyncAnswer> {
      const body = expectOk(await api.admin(orgId).post('/v1/directory/syncs', { mode, emails }))
      return createdSync.parse(body)
    },

    /** Uploads a directory by the form that the API gave; returns the sync's id at once. */
    async upload(orgId: string, mode: Mode, content: Uint8Array | string): Promise<string> {
      const body = expectOk(await api.admin(orgId).post('/v1/directory/syncs', { mode }))
      const { syncId, upload } = createdSync.parse(body)
      world.upload(upload?.fields.key ?? '', content)
      return syncId
    },

    async syncOf(orgId: string, syncId: string, query = ''): Promise<SyncAnswer> {
      return syncView.parse(expectOk(await api.admin(orgId).get(`/v1/directory/syncs/${syncId}${query}`)))
    },

    async user(orgId: string, userId: string): Promise<z.output<typeof userAnswer>> {
      return userAnswer.parse(expectOk(await api.admin(orgId).get(`/v1/users/${encodeURIComponent(userId)}`)))
    },
  }
}

export type DirectoryWorld = Awaited<ReturnType<typeof startDirectory>>

/** The outcome for each user, one line each. */
export const outcomesOf = ({ entries }: Pick<SyncAnswer, 'entries'>): string[] =>
  entries
    .map(({ email, outcome, claimed, caseDiffers }) =>
      [outcome, email, ...(claimed ? ['claimed'] : []), ...(caseDiffers ? ['case'] : [])].join(' '),
    )
    .sort()
