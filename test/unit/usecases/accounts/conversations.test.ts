import { describe, expect, it } from 'vitest'
import { LOST } from '../../../../shared/lib/optimistic-retry.ts'
import { startMigration } from '../../../../shared/rules/claims/migration.ts'
import { accountsOf } from '../../../../shared/rules/claims/views.ts'
import type { AccountRecord, Organization } from '../../../../shared/rules/types.ts'
import type { Conversation } from '../../../../shared/storage/stores/conversations.ts'
import { WRITTEN } from '../../../../shared/storage/writes/write.ts'
import {
  type ConversationPorts,
  listConversations,
  putConversation,
} from '../../../../shared/usecases/accounts/conversations.ts'
import { withoutBackoff } from '../../../support/backoff.ts'
import { ADMIN, claimed, claimedDirectly, org, record, T0 } from '../../../support/builders.ts'

const OWN = record()

const conversation = (patch: Partial<Conversation> = {}): Conversation => ({
  ownerUserId: OWN.account.userId,
  conversationId: 'c1',
  title: 'Holidays',
  messages: 3,
  bytes: 400,
  lastActivityAt: T0.toISOString(),
  ...patch,
})

interface Given {
  readonly stored?: AccountRecord
  readonly owner?: Organization | undefined
  readonly before?: Conversation
  readonly lost?: number
}

function world({ stored = OWN, before, lost = 0, ...given }: Given = {}) {
  const owner = 'owner' in given ? given.owner : org({ settings: { retentionDays: 30 } })
  const written: Conversation[] = []
  let left = lost
  const ports: ConversationPorts = {
    accounts: {
      byUserId: async (userId) => {
        const inRecord = accountsOf(stored).find(({ account }) => account.userId === userId)
        return inRecord && { record: stored, inRecord }
      },
    },
    organizations: { get: async () => owner && { org: owner, revision: 1 } },
    conversations: {
      get: async () => before,
      put: async (next) => {
        written.push(next)
        return left-- > 0 ? LOST : WRITTEN
      },
      list: async (userId, limit, _now, after) => ({
        items: [conversation({ title: `${userId} ${limit} ${after}` })],
        next: undefined,
      }),
    },
  }
  return {
    ports,
    put: (patch?: Partial<Conversation>) => putConversation(ports, conversation(patch)),
    written,
  }
}

const refused = (code: string) => ({ outcome: 'refused', code })

withoutBackoff()

describe('a conversation', () => {
  it('U3: is put under the retention of its owner’s org, anew or over what was there', async () => {
    const expiresAt = '2026-03-31T09:30:15.250Z'
    const fresh = world()
    expect(await fresh.put()).toEqual({
      outcome: 'done',
      conversation: conversation({ expiresAt }),
      created: true,
    })
    expect(fresh.written).toEqual([conversation({ expiresAt })])
    const again = world({ before: conversation({ title: 'Old' }) })
    expect(await again.put()).toMatchObject({
      outcome: 'done',
      created: false,
      conversation: { title: 'Holidays' },
    })
  })

  it('O1: of nobody, or of an org that is being deleted, has no place', async () => {
    expect(await world().put({ ownerUserId: 'nobody' })).toEqual(refused('not_found'))
    const { put, written } = world({ owner: undefined })
    expect(await put()).toEqual(refused('not_found'))
    expect(written).toEqual([])
  })

  it('M3: waits while its owner’s content is being moved', async () => {
    const delayed = claimed()
    expect(await world({ stored: delayed }).put()).toMatchObject({ outcome: 'done' })
    const migrating = startMigration(delayed, delayed.claim, { now: T0, by: ADMIN })
    expect(await world({ stored: migrating }).put()).toEqual(refused('account_migrating'))
  })

  it('C2: can be in the new account of a direct claim, and of a delayed one not before it is completed', async () => {
    const delayed = claimed()
    const ofDelayed = { ownerUserId: delayed.claim.newUserId }
    expect(await world({ stored: delayed }).put(ofDelayed)).toEqual(refused('delayed_claim'))
    const direct = claimedDirectly()
    const ofDirect = { ownerUserId: direct.claim.newUserId }
    expect(await world({ stored: direct }).put(ofDirect)).toMatchObject({ outcome: 'done' })
  })

  it('M3: is put again where others wrote at the same instant', async () => {
    const { put, written } = world({ lost: 1 })
    expect(await put()).toMatchObject({ outcome: 'done' })
    expect(written).toHaveLength(2)
  })

  it('C2: is listed by whose it is, and there is no list of nobody’s', async () => {
    const { ports } = world()
    const query = { limit: 7, after: 'c0', now: T0 }
    expect(await listConversations(ports, { ...query, userId: OWN.account.userId })).toMatchObject({
      items: [{ title: `${OWN.account.userId} 7 c0` }],
    })
    expect(await listConversations(ports, { ...query, userId: 'nobody' })).toBeUndefined()
  })
})
