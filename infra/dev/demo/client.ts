import * as z from 'zod'
import {
  claimStatuses,
  claimTypes,
  importStatuses,
  userStatuses,
} from '../../../shared/rules/enumerations.ts'
import type { ServiceClient } from '../../local/client.ts'
import { DemoFailed } from './output.ts'

/** The claiming org of the demo, its domain, and the folder of sample files. */
export const ORG = 'noordzee'
export const DOMAIN = 'noordzee.example'
export const events = new URL('../../../events/', import.meta.url)

export const claim = z.looseObject({
  claimId: z.string(),
  type: z.enum(claimTypes),
  status: z.enum(claimStatuses),
  email: z.string(),
  originalUserId: z.string(),
  newUserId: z.string(),
  endsAt: z.string(),
  daysLeft: z.number(),
  revocable: z.boolean(),
})
export type Claim = z.output<typeof claim>

/** An import as the API shows it. */
export const importView = z.looseObject({
  importId: z.string(),
  status: z.enum(importStatuses),
  rowsRead: z.number(),
  claimed: z.number(),
  refused: z.number(),
  unchanged: z.number(),
  percent: z.number(),
  error: z.looseObject({ code: z.string(), message: z.string() }).optional(),
  reportUrl: z.string().optional(),
})

export const user = z.looseObject({
  userId: z.string(),
  email: z.string(),
  status: z.enum(userStatuses),
  removedAt: z.string().optional(),
})
export const conversation = z.looseObject({ conversationId: z.string(), title: z.string() })
export const page = <T extends z.ZodType>(item: T) =>
  z.object({ items: z.array(item), nextCursor: z.string().optional() })

/** Calls the service over HTTP as an admin of the org, as the platform, and as a claimed person. */
export function createDemoClient(service: ServiceClient, admin: string, platform: string) {
  async function ask<T>(
    schema: z.ZodType<T>,
    method: string,
    path: string,
    body?: unknown,
    token = admin,
  ): Promise<T> {
    const answer = await service.api(method, path, { token, body })
    if (answer.status >= 300)
      throw new DemoFailed(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`)
    return schema.parse(answer.body)
  }

  async function all<T extends z.ZodType>(item: T, path: string, token = admin): Promise<z.output<T>[]> {
    const items: z.output<T>[] = []
    let cursor: string | undefined
    do {
      const query = new URLSearchParams({ limit: '100', ...(cursor !== undefined && { cursor }) })
      const joined = `${path}${path.includes('?') ? '&' : '?'}${query}`
      const next = await ask(page(item), 'GET', joined, undefined, token)
      items.push(...next.items)
      cursor = next.nextCursor
    } while (cursor !== undefined)
    return items
  }

  return {
    ask,
    all,
    /** Sends a request that must be refused. Returns the status and the code of the answer. */
    async refusal(method: string, path: string, body?: unknown, token = admin): Promise<string> {
      const answer = await service.api(method, path, { token, body })
      const { code = '' } = z.looseObject({ code: z.string().optional() }).parse(answer.body ?? {})
      return `${answer.status} ${code}`.trim()
    },
    send: (method: string, path: string, body?: unknown) => ask(z.unknown(), method, path, body),
    platform: (method: string, path: string, body?: unknown) =>
      ask(z.unknown(), method, `/v1/platform${path}`, body, platform),
    claim: (claimId: string) => ask(claim, 'GET', `/v1/claims/${encodeURIComponent(claimId)}`),
    account: (userId: string) =>
      ask(user, 'GET', `/v1/platform/users/${encodeURIComponent(userId)}`, undefined, platform),
    conversations: (userId: string) =>
      all(conversation, `/v1/platform/users/${encodeURIComponent(userId)}/conversations`, platform),
    signIn: (email: string) =>
      ask(
        z.looseObject({ allowed: z.boolean(), mustDecide: z.boolean(), options: z.array(z.string()) }),
        'POST',
        '/v1/platform/sign-ins',
        { email },
        platform,
      ),
    /** Gives the account conversations, so that there is content that a claim could lose. */
    async giveConversations(userId: string, titles: readonly string[]): Promise<void> {
      for (const [n, title] of titles.entries()) {
        const lastActivityAt = (await service.now()).toISOString()
        const body = { title, lastActivityAt, messages: 10 * (n + 1), bytes: 4096 }
        await this.platform('PUT', `/users/${encodeURIComponent(userId)}/conversations/talk-${n}`, body)
      }
    },
  }
}

export type DemoClient = ReturnType<typeof createDemoClient>

/** What the demo's chapters share: the clients, and the figures for its closing table. */
export interface DemoContext {
  readonly service: ServiceClient
  readonly client: DemoClient
  timed<T>(what: string, work: () => Promise<T>): Promise<T>
  /** Adds a line to the closing table. */
  note(what: string, value: string): void
}
