import * as z from 'zod'
import { claimView, DOMAIN, expectOk, importView, type World } from '../support/world.ts'

export interface Finding {
  readonly what: string
  readonly found: number
  readonly expected: (found: number) => boolean
}

interface Run {
  /** Prepares the data, and starts the work. */
  readonly prepare: (world: World) => Promise<void>
  readonly isDone: (world: World) => Promise<boolean>
  /** Starts more work, if the work ended before the last kill. */
  readonly begin: (world: World) => Promise<void>
  /** Starts work that a kill prevented from starting at all. Doesn't do any of the service's own recovery. */
  readonly beginLate?: (world: World) => Promise<unknown>
  readonly check: (world: World, kills: number) => Promise<readonly Finding[]>
}

export interface Scenario {
  readonly name: 'import' | 'migration' | 'sync'
  /** The range of times after a start at which the service is killed. */
  readonly killAfterMs: readonly [least: number, most: number]
  readonly start: (size: number) => Run
}

/** Most mails that may be sent but not yet recorded at a kill: two workers with a batch of 25 each. */
const MAILS_UNDER_WAY = 50
/** Conversations or users written in parallel by this script. */
const WRITES_AT_ONCE = 16
const USERS_PER_FILE = 10_000

const exactly = (wanted: number) => (found: number) => found === wanted
const atMost = (wanted: number) => (found: number) => found <= wanted

const address = (kind: string, n: number): string => `${kind}${n}@${DOMAIN}`
const numbers = (count: number): number[] => Array.from({ length: count }, (_, n) => n)

async function inTurn<T>(items: readonly T[], work: (item: T) => Promise<unknown>): Promise<void> {
  const queue = items.values()
  await Promise.all(
    Array.from({ length: WRITES_AT_ONCE }, async () => {
      for (const item of queue) await work(item)
    }),
  )
}

async function orgs(world: World): Promise<void> {
  await world.org('personal', 'consumer')
  await world.org('acme', 'enterprise')
  await world.verify('acme', DOMAIN)
}

async function loadUsers(world: World, kind: string, org: string, from: number, to: number): Promise<void> {
  const header = 'userId,email,firstName,lastName,orgId,status,paid,locale'
  for (let start = from; start < to; start += USERS_PER_FILE) {
    const rows = numbers(Math.min(USERS_PER_FILE, to - start)).map((n) => {
      const id = start + n
      return `${kind}${id},${address(kind, id)},Per,Son ${id},${org},active,false,en`
    })
    await world.service.upload(`accounts/${kind}-${start}.csv`, `${header}\n${rows.join('\n')}\n`)
    await world.service.settle()
  }
}

/** How many mails of this kind each address got. */
async function mailCounts(world: World, kind: string, subject: RegExp): Promise<Map<string, number>> {
  const counts = new Map<string, number>()
  for (const { to, subject: title } of await world.service.messages())
    if (subject.test(title))
      for (const each of to) if (each.startsWith(kind)) counts.set(each, (counts.get(each) ?? 0) + 1)
  return counts
}

const doubled = (counts: Map<string, number>): number =>
  [...counts.values()].filter((count) => count > 1).length

const IMPORT_ROWS = 20_000

const importing: Scenario = {
  name: 'import',
  killAfterMs: [500, 4_000],
  start: (size) => {
    const rows = Math.round(IMPORT_ROWS * size)
    let files = 0
    const begin = async (world: World): Promise<void> => {
      const from = files * rows
      files += 1
      await loadUsers(world, 'person', 'personal', from, from + rows)
      const body = numbers(rows).map((n) => address('person', from + n))
      await world.service.upload(`imports/acme/people-${files}.csv`, `Email\n${body.join('\n')}\n`)
    }
    const imports = (world: World) => world.list(importView, 'acme', '/v1/imports')
    return {
      prepare: async (world) => {
        await orgs(world)
        await begin(world)
      },
      begin,
      isDone: async (world) => (await imports(world)).every(({ status }) => status === 'completed'),
      check: async (world, kills) => {
        const all = await imports(world)
        const sum = (of: (each: (typeof all)[number]) => number) =>
          all.reduce((total, each) => total + of(each), 0)
        const claims = await world.list(claimView, 'acme', '/v1/claims')
        const counts = await mailCounts(world, 'person', /./)
        const wanted = files * rows
        return [
          {
            what: 'imports completed',
            found: all.filter(({ status }) => status === 'completed').length,
            expected: exactly(files),
          },
          { what: 'rows read', found: sum(({ rowsRead }) => rowsRead), expected: exactly(wanted) },
          { what: 'rows claimed', found: sum(({ claimed }) => claimed), expected: exactly(wanted) },
          {
            what: 'rows refused or unchanged',
            found: sum((each) => each.refused + each.unchanged),
            expected: exactly(0),
          },
          { what: 'claims', found: claims.length, expected: exactly(wanted) },
          {
            what: 'people claimed',
            found: new Set(claims.map(({ email }) => email)).size,
            expected: exactly(wanted),
          },
          { what: 'people mailed', found: counts.size, expected: exactly(wanted) },
          { what: 'people mailed twice', found: doubled(counts), expected: atMost(MAILS_UNDER_WAY * kills) },
        ]
      },
    }
  },
}

const CONVERSATIONS = 10_000
const CONVERSATIONS_PER_USER = 1_000

const migrating: Scenario = {
  name: 'migration',
  killAfterMs: [100, 1_500],
  start: (size) => {
    const users = Math.max(1, Math.round((CONVERSATIONS * size) / CONVERSATIONS_PER_USER))
    let rounds = 0
    const begin = async (world: World): Promise<void> => {
      const from = rounds * users
      rounds += 1
      await loadUsers(world, 'mover', 'personal', from, from + users)
      const mine = numbers(users).map((n) => from + n)
      const written = mine.flatMap((user) => numbers(CONVERSATIONS_PER_USER).map((n) => ({ user, n })))
      await inTurn(written, async ({ user, n }) => {
        expectOk(await world.converse(`mover${user}`, `c${user}-${n}`))
      })
      for (const user of mine) await world.claimed('acme', address('mover', user))
      await world.service.settle()
      // The migration starts within this call, so the service may be killed during it.
      void world.service.advance('P14D').catch(() => undefined)
    }
    return {
      prepare: async (world) => {
        await orgs(world)
        await begin(world)
      },
      begin,
      // If the service was killed before the clock had moved, nothing was due.
      beginLate: async (world) => {
        const claims = await world.list(claimView, 'acme', '/v1/claims')
        if (claims.some(({ status, daysLeft }) => status === 'open' && daysLeft > 0))
          await world.service.advance('P14D')
      },
      isDone: async (world) =>
        (await world.list(claimView, 'acme', '/v1/claims')).every(({ status }) => status === 'completed'),
      check: async (world) => {
        const claims = await world.list(claimView, 'acme', '/v1/claims')
        const kept: string[] = []
        let left = 0
        for (const { newUserId, originalUserId } of claims) {
          kept.push(...(await world.conversations(newUserId)))
          const original = await world.platform('GET', `/users/${encodeURIComponent(originalUserId)}`)
          if (original.status !== 404) left += 1
        }
        const wanted = rounds * users * CONVERSATIONS_PER_USER
        const counts = await mailCounts(world, 'mover', /./)
        return [
          {
            what: 'claims completed',
            found: claims.filter(({ status }) => status === 'completed').length,
            expected: exactly(rounds * users),
          },
          { what: 'conversations on the new accounts', found: kept.length, expected: exactly(wanted) },
          { what: 'different ones of them', found: new Set(kept).size, expected: exactly(wanted) },
          { what: 'original accounts left', found: left, expected: exactly(0) },
          { what: 'people mailed', found: counts.size, expected: exactly(rounds * users) },
        ]
      },
    }
  },
}

const SYNC_USERS = 4_000
/** Y8: with more, the sync would be held for confirmation. */
const SHARE_GONE = 0.1

const syncStart = z.looseObject({
  syncId: z.string(),
  upload: z.object({ url: z.string(), fields: z.record(z.string(), z.string()) }),
})
const syncView = z.looseObject({
  syncId: z.string(),
  status: z.string(),
  counts: z.looseObject({ matched: z.number(), inactivated: z.number(), restored: z.number() }),
})
const userView = z.looseObject({ userId: z.string(), status: z.string() })

const syncing: Scenario = {
  name: 'sync',
  killAfterMs: [300, 2_500],
  start: (size) => {
    const users = Math.round(SYNC_USERS * size)
    const gone = Math.round(users * SHARE_GONE)
    let syncs = 0
    const begin = async (world: World): Promise<void> => {
      // Other users are missing each time, and the previous ones are restored.
      const first = (syncs * gone) % users
      const isGone = (n: number) => (n - first + users) % users < gone
      syncs += 1
      const started = syncStart.parse(
        expectOk(await world.as('acme', 'POST', '/v1/directory/syncs', { mode: 'full' })).body,
      )
      const listed = numbers(users).filter((n) => !isGone(n))
      const form = new FormData()
      for (const [name, value] of Object.entries(started.upload.fields)) form.append(name, value)
      form.append(
        'file',
        new Blob([`Email\n${listed.map((n) => address('staff', n)).join('\n')}\n`]),
        'directory.csv',
      )
      const answer = await fetch(started.upload.url, { method: 'POST', body: form })
      if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`)
    }
    const all = (world: World) => world.list(syncView, 'acme', '/v1/directory/syncs')
    return {
      prepare: async (world) => {
        await orgs(world)
        await loadUsers(world, 'staff', 'acme', 0, users)
        await begin(world)
      },
      begin,
      isDone: async (world) => (await all(world)).every(({ status }) => status === 'completed'),
      check: async (world) => {
        const found = await all(world)
        const listed = await world.list(userView, 'acme', '/v1/users')
        const inactive = listed.filter(({ status }) => status === 'inactive').length
        const told = found.filter(
          ({ counts }) => counts.matched + counts.restored + counts.inactivated === users,
        )
        return [
          {
            what: 'syncs completed',
            found: found.filter(({ status }) => status === 'completed').length,
            expected: exactly(syncs),
          },
          { what: 'syncs that account for every user', found: told.length, expected: exactly(syncs) },
          {
            what: 'users',
            found: new Set(listed.map(({ userId }) => userId)).size,
            expected: exactly(users),
          },
          { what: 'users inactive', found: inactive, expected: exactly(gone) },
        ]
      },
    }
  },
}

export const scenarios: readonly Scenario[] = [importing, migrating, syncing]
